import type { TokenUse } from "./price.ts";
import { isEventStream, readEvents } from "./events.ts";

/**
 * Tokens that an answer says it used, in the wire format of OpenAI or of Anthropic, streamed or not; `undefined` where it
 * does not say.
 */
export function readUsage(contentType: string, text: string): TokenUse | undefined {
  const found: Record<string, unknown>[] = [];
  const values = isEventStream(contentType) ? readEvents(text) : [parse(text)];
  for (const value of values) {
    for (const holder of [value, field(value, "message"), field(value, "response")]) {
      const usage = field(holder, "usage");
      if (typeof usage === "object" && usage !== null) found.push(usage as Record<string, unknown>);
    }
  }
  if (found.length === 0) return undefined;
  // A stream of Anthropic's tells input and output in different events; later ones are more up to date.
  return tokensOf(Object.assign({}, ...found) as Record<string, unknown>);
}

function tokensOf(usage: Record<string, unknown>): TokenUse | undefined {
  const input = count(usage["prompt_tokens"]) ?? count(usage["input_tokens"]);
  const output = count(usage["completion_tokens"]) ?? count(usage["output_tokens"]);
  if (input === undefined || output === undefined) return undefined;
  const details = usage["prompt_tokens_details"] ?? usage["input_tokens_details"];
  const cached = count(field(details, "cached_tokens"));
  // Anthropic counts what it reads from its cache, and writes to it, beside the input; OpenAI counts it within.
  const read = count(usage["cache_read_input_tokens"]) ?? 0;
  const written = count(usage["cache_creation_input_tokens"]) ?? 0;
  const cachedTokens = cached ?? read;
  return {
    inputTokens: input + read + written,
    outputTokens: output,
    ...(cachedTokens === 0 ? {} : { cachedInputTokens: cachedTokens }),
  };
}

function count(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? Math.round(value) : undefined;
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
