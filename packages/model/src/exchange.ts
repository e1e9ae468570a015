import { type Json, type ModelExchange, type Redactor, cleanText } from "@pawl/plugin";
import type { Endpoint } from "./endpoint.ts";
import { describeModel } from "./describe.ts";
import { isEventStream, readEvents } from "./events.ts";
import { joinChunks } from "./join-chunks.ts";
import { type TokenUse, priceOf } from "./price.ts";
import type { Answered } from "./transport/transport.ts";

/** What of an exchange is kept at most. */
const CHARACTERS_OF_A_TEXT = 32_768;
const CHARACTERS_OF_A_SIDE = 262_144;

/** What an exchange is made of. */
export interface ExchangeParts {
  readonly endpoint: Endpoint;
  /** The request's body. */
  readonly request: string;
  readonly answered: Answered;
  /** What was used, where the answer does not say so. */
  readonly usage?: TokenUse;
  readonly redactor: Redactor;
  /** Characters that are kept of each text. Default 32 768. */
  readonly maxCharacters?: number;
  readonly case?: number | undefined;
}

/** An exchange as it is kept: capped, cleaned and without secrets. */
export function toExchange(parts: ExchangeParts): ModelExchange {
  const { endpoint, request, answered, redactor, maxCharacters } = parts;
  const usage = answered.usage ?? parts.usage ?? { inputTokens: 0, outputTokens: 0 };
  const usd = priceOf(endpoint, usage);
  return {
    model: endpoint.model,
    provider: describeModel(endpoint, "task").provider,
    request: fitToKeep(parse(request), redactor, maxCharacters),
    response: fitToKeep(readResponse(answered), redactor, maxCharacters),
    status: answered.status,
    inputTokens: usage.inputTokens,
    outputTokens: usage.outputTokens,
    ...(usd === undefined ? {} : { usd }),
    at: answered.at,
    wallMs: answered.wallMs,
    ...(answered.retries === 0 ? {} : { retries: answered.retries }),
    ...(answered.replayed === true ? { replayed: true as const } : {}),
    ...(parts.case === undefined ? {} : { case: parts.case }),
  };
}

/** Makes a JSON value of a hostile source fit to be kept: every text in it cleaned and capped, the whole capped too. */
export function fitToKeep(value: Json, redactor: Redactor, maxCharacters = CHARACTERS_OF_A_TEXT): Json {
  const kept = cleaned(redactor.json(value), maxCharacters);
  const text = JSON.stringify(kept);
  return text.length <= CHARACTERS_OF_A_SIDE ? kept : cleanText(text, { maxCharacters: CHARACTERS_OF_A_SIDE });
}

function cleaned(value: Json, maxCharacters: number): Json {
  if (typeof value === "string") return cleanText(value, { maxCharacters });
  if (Array.isArray(value)) return value.map((each) => cleaned(each, maxCharacters));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      cleanText(name, { maxCharacters: 256 }),
      cleaned(each, maxCharacters),
    ]),
  );
}

/** The answer as one value: a stream is put together; what is no JSON stays text. */
function readResponse({ contentType, text, broken }: Answered): Json {
  const value = isEventStream(contentType) ? joinChunks(readEvents(text) as Json[]) : parse(text);
  return broken === undefined ? value : { broken, received: value };
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
