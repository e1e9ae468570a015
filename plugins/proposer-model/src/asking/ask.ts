import type { Endpoint } from "@pawl/model";
import { cleanText } from "@pawl/plugin";
import type { ModelMessage } from "ai";
import type { z } from "zod";
import type { LanguageModelOptions } from "../options.ts";
import type { PaidLine } from "./paid.ts";
import { openModel } from "./provider.ts";

/** What is asked of a model. */
export interface Question {
  readonly system: string;
  readonly messages: readonly ModelMessage[];
  /** What the answer is to be. */
  readonly schema: z.ZodType;
  /** The model is not held to the schema: its server refuses them. */
  readonly plain: boolean;
}

/** What came back. */
export type Reply =
  | {
      readonly kind: "answer";
      readonly text: string;
      readonly reasoning?: string;
      /** It ended because it may not be longer. */
      readonly cutOff: boolean;
    }
  /** The server does not take this request. */
  | { readonly kind: "refused"; readonly status: number; readonly reason: string };

/** How a model is asked. */
export interface Manner {
  readonly endpoint: Endpoint;
  readonly key: string | undefined;
  readonly reasoning: LanguageModelOptions["reasoning"];
}

/** Thoughts that a server leaves in the answer, before it. */
const THOUGHTS = /^\s*<think>([\s\S]*?)<\/think>\s*/;
const REASONING_CHARACTERS = 65_536;

/**
 * Asks a model once.
 * @throws what {@link PaidLine.fetch} throws, or the reason of `signal`
 */
export async function ask(
  line: PaidLine,
  { endpoint, key, reasoning }: Manner,
  { system, messages, schema, plain }: Question,
  signal: AbortSignal,
): Promise<Reply> {
  const { APICallError, Output, generateText, wrapLanguageModel } = await import("ai");
  const model = wrapLanguageModel({
    model: (await openModel(endpoint, key, line.fetch)) as Parameters<typeof wrapLanguageModel>[0]["model"],
    // The library would print what a provider does not support.
    middleware: { wrapGenerate: async ({ doGenerate }) => ({ ...(await doGenerate()), warnings: [] }) },
  });
  // Held to the schema on the wire; read here, so that an answer that misses it can be sent back with the reason.
  const output = { ...Output.object({ schema, name: "answer" }), parseCompleteOutput: keepText };
  try {
    const result = await generateText({
      model,
      instructions: system,
      messages: [...messages],
      maxOutputTokens: endpoint.maxOutputTokens,
      maxRetries: 0,
      abortSignal: signal,
      ...(endpoint.temperature === undefined ? {} : { temperature: endpoint.temperature }),
      ...(reasoning === undefined ? {} : { reasoning }),
      ...(plain ? {} : { output }),
    });
    const { text, thoughts } = withoutThoughts(result.text);
    const why = [result.reasoningText, thoughts].filter((part) => part !== undefined && part !== "").join("\n");
    return {
      kind: "answer",
      text,
      cutOff: result.finishReason === "length",
      ...(why === "" ? {} : { reasoning: cleanText(why, { maxCharacters: REASONING_CHARACTERS }) }),
    };
  } catch (error) {
    // What the line has thrown goes on as it was, whatever the library made of it.
    if (line.failure !== undefined) throw line.failure;
    signal.throwIfAborted();
    if (!APICallError.isInstance(error)) throw error;
    const { statusCode: status = 0, message } = error;
    // An answer in no format that the library knows is none.
    if (status < 400) return { kind: "answer", text: "", cutOff: false };
    return { kind: "refused", status, reason: cleanText(message, { maxCharacters: 1_000 }) };
  }
}

const keepText = async ({ text }: { readonly text: string }): Promise<never> => text as never;

function withoutThoughts(text: string): { readonly text: string; readonly thoughts?: string } {
  const found = THOUGHTS.exec(text);
  if (found === null) return { text };
  return { text: text.slice(found[0].length), thoughts: found[1] as string };
}
