import type { Json } from "@pawl/plugin";

/** A message of a request, as far as scripts look at it. */
export interface ScriptedMessage {
  readonly role: string;
  readonly content?: string | null;
  readonly tool_calls?: readonly {
    readonly id: string;
    readonly type: "function";
    readonly function: { readonly name: string; readonly arguments: string };
  }[];
  readonly tool_call_id?: string;
}

/** The body of `POST /v1/chat/completions`, as far as scripts look at it. */
export interface ScriptedBody {
  readonly model: string;
  readonly messages: readonly ScriptedMessage[];
  readonly stream?: boolean;
  readonly stream_options?: { readonly include_usage?: boolean };
  readonly tools?: readonly {
    readonly type: string;
    readonly function: { readonly name: string; readonly description?: string; readonly parameters?: Json };
  }[];
  readonly max_tokens?: number;
  readonly max_completion_tokens?: number;
  readonly temperature?: number;
  readonly seed?: number;
  readonly [field: string]: unknown;
}

/** A request as it came. */
export interface ScriptedRequest {
  readonly method: string;
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ScriptedBody;
}

/** What the script says. */
export interface ScriptedAnswer {
  readonly content?: string;
  /** As reasoning models of compatible servers tell it. */
  readonly reasoning?: string;
  readonly toolCalls?: readonly { readonly name: string; readonly arguments: Json; readonly id?: string }[];
  /** Default: `tool_calls` where there are any, else `stop`. */
  readonly finishReason?: string;
  /** Default: a token for every four bytes. */
  readonly usage?: {
    readonly inputTokens?: number;
    readonly outputTokens?: number;
    readonly cachedInputTokens?: number;
  };
  /** Milliseconds before the first byte. */
  readonly latencyMs?: number;
  /** Characters of one streamed piece. Default 16. */
  readonly pieceLength?: number;
  /** Milliseconds between streamed pieces. Default 0. */
  readonly pieceMs?: number;
}

/** What goes wrong, over the real wire. */
export interface ScriptedFault {
  readonly fault:
    /** Answers `status`: 429, or 5xx, or any other. */
    | "status"
    /** Status 200, and a body that is cut off in the middle of its JSON, with the right length. */
    | "malformed"
    /** Streams half of the pieces and closes properly; unstreamed: closes before the promised length. */
    | "truncated"
    /** Closes the connection without a word. */
    | "drop"
    /** Never answers. */
    | "hang";
  readonly status?: number;
  /** Seconds, for the header `Retry-After`. */
  readonly retryAfter?: number;
  readonly message?: string;
  /** What is cut off, for `malformed` and `truncated`. */
  readonly answer?: ScriptedAnswer;
}

/** Who answers: from the request alone, and how many came before it. */
export type Script = (
  request: ScriptedRequest,
  /** 0 for the first request. */
  n: number,
) => ScriptedAnswer | ScriptedFault | string | Promise<ScriptedAnswer | ScriptedFault | string>;
