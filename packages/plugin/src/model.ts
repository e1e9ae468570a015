import type { Json } from "./json.ts";

/** A language model that a plugin calls. */
export interface ModelDescription {
  /** As its provider calls it: `claude-…`, `qwen3:8b`. */
  readonly name: string;
  /** Who answers, as OpenTelemetry names providers: `anthropic`, `openai`, or the host of an address. */
  readonly provider: string;
  /** Models of one make, such as `claude` or `qwen`; absent where nobody can tell. */
  readonly family?: string;
  /** `meta`: it proposes. `task`: it is what the surface works with. */
  readonly role: "meta" | "task";
}

/** What calls of models have used. */
export interface ModelUse {
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** In US dollars; absent where a price is not known. */
  readonly usd?: number;
}

/**
 * One exchange with a model, as it is kept: capped, cleaned, and without secrets. Request and response are in the wire
 * format of whoever was asked.
 */
export interface ModelExchange extends Omit<ModelUse, "calls"> {
  readonly model: string;
  readonly provider: string;
  readonly request: Json;
  /** The answer as one JSON value, also where it was streamed; what was wrong with it where there is none. */
  readonly response: Json;
  /** HTTP status; 0 where no answer came. */
  readonly status: number;
  /** When it was asked, in ISO 8601. */
  readonly at: string;
  /** Milliseconds until the last byte of the answer, retries included. */
  readonly wallMs: number;
  /** How often it was asked again before this answer. */
  readonly retries?: number;
  /** It was answered from a recording: nothing was paid this time. */
  readonly replayed?: true;
  /** Position of the case that it was made for, among the inputs of its job. */
  readonly case?: number;
}
