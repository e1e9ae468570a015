import { defineGateway, type Plugin } from "@pawl/plugin";
import { ModelGateway } from "./gateway.ts";
import { type GatewayOptions, optionsSchema } from "./options.ts";

/**
 * Gives candidates a model, and no network: the models of the config alone, metered, capped and recorded on the host, in
 * OpenAI's chat-completions format. Needs `limits: { network: "gateway" }`.
 *
 * @example
 * gateway: modelGateway({
 *   models: [{ provider: "openai-compatible", model: "qwen3:8b", url: "http://127.0.0.1:11434/v1" }],
 *   caps: { calls: 600, concurrency: 4 },
 *   recording: { file: "models.recording", mode: "record" },
 * }),
 */
export const modelGateway: Plugin<"gateway", typeof optionsSchema> = defineGateway({
  name: "@pawl/gateway-model",
  version: "0.1.0",
  options: optionsSchema,
  create: (options, context) => new ModelGateway(options, context),
});

export default modelGateway;
export type { GatewayOptions };
