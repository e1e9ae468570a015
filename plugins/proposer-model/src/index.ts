import { defineProposer, type Plugin, PawlError } from "@pawl/plugin";
import { optionsSchema, type LanguageModelOptions } from "./options.ts";
import { ModelProposer } from "./proposer.ts";

/**
 * A language model proposes: one by Anthropic or OpenAI, or any that is served in OpenAI's format, such as by Ollama, vLLM
 * or LM Studio. Its key comes from the environment alone.
 *
 * @example
 * export default defineConfig({
 *   proposer: languageModel({
 *     model: { provider: "openai-compatible", url: "http://127.0.0.1:11434/v1", model: "qwen3:8b" },
 *   }),
 *   …
 * });
 */
export const languageModel: Plugin<"proposer", typeof optionsSchema> = defineProposer({
  name: "@pawl/proposer-model",
  version: "0.1.0",
  options: optionsSchema,
  create: (options, context) => {
    const { instructions = "", maxPromptCharacters } = options;
    if (instructions.length > maxPromptCharacters / 2) {
      throw new PawlError("PAWL_CONFIG_INVALID", "the instructions take more than half of what the model is told", {
        path: "proposer.options.instructions",
        remedy: "Shorten them, or raise maxPromptCharacters.",
      });
    }
    return new ModelProposer(options, context);
  },
});

export default languageModel;
export type { LanguageModelOptions };
