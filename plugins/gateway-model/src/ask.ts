import {
  type Answered,
  type Endpoint,
  type Line,
  type TokenUse,
  type Transport,
  baseUrl,
  mostThatItCosts,
  mostTokens,
  priceOf,
} from "@pawl/model";
import type { Wish } from "./account.ts";
import { Relay } from "./relay.ts";
import type { ChatRequest } from "./request.ts";

/** A request as it goes to a provider. */
export interface Upstream {
  readonly endpoint: Endpoint;
  readonly body: string;
  /** Tokens that the answer may have. */
  readonly outputTokens: number;
}

/** Makes what a provider gets of a candidate's request. */
export function toUpstream(endpoint: Endpoint, request: ChatRequest, outputTokens: number): Upstream {
  const { fields, stream } = request;
  const body = {
    model: endpoint.model,
    ...(endpoint.temperature === undefined ? {} : { temperature: endpoint.temperature }),
    ...fields,
    // OpenAI's newer models know the one name only, most other servers the other.
    [endpoint.provider === "openai" ? "max_completion_tokens" : "max_tokens"]: outputTokens,
    ...(stream ? { stream: true, stream_options: { include_usage: true } } : {}),
  };
  return { endpoint, body: JSON.stringify(body), outputTokens };
}

/** What a request may use at most. */
export function wishOf({ endpoint, body, outputTokens }: Upstream): Wish {
  const { inputTokens } = mostTokens(body, outputTokens);
  const inputUsd = mostThatItCosts(endpoint, body, 0) ?? 0;
  const usdPerOutputToken = (endpoint.price?.outputUsdPerMillion ?? 0) / 1_000_000;
  return { inputTokens, outputTokens, inputUsd, usdPerOutputToken };
}

/**
 * Tokens and US dollars of an answer. What a provider does not tell, also of answers that could not be used, is counted as
 * the most that it can have been.
 */
export function useOf({ endpoint, body, outputTokens }: Upstream, answered: Answered): TokenUse & { usd: number } {
  // Nobody charges for a refusal.
  const nothing = answered.status >= 400 ? { inputTokens: 0, outputTokens: 0 } : undefined;
  const most = mostTokens(body, outputTokens);
  const use = answered.usage ?? nothing ?? most;
  const { wasted = 0 } = answered;
  const all = {
    ...use,
    inputTokens: use.inputTokens + wasted * most.inputTokens,
    outputTokens: use.outputTokens + wasted * most.outputTokens,
  };
  return { ...all, usd: priceOf(endpoint, all) ?? 0 };
}

interface AskOptions {
  /** Whose request it is, and how often the same was made there. */
  readonly scope: string;
  readonly signal: AbortSignal;
  /** Gets the line while the request is under way. */
  readonly begun: (line: Line) => void;
  /** Hears of an answer that could not be used, before it is asked for again. */
  readonly onWaste: () => void;
}

/**
 * Asks a provider.
 * @throws UnavailableError, PawlError `PAWL_MODEL_NOT_RECORDED`, or the signal's reason
 */
export async function askProvider(
  { endpoint, body }: Upstream,
  transport: Transport,
  key: string | undefined,
  { scope, signal, begun, onWaste }: AskOptions,
): Promise<Relay> {
  const { promise: ended, resolve } = Promise.withResolvers<Answered>();
  const line = transport.open(scope, resolve, onWaste);
  begun(line);
  const response = await line.fetch(`${baseUrl(endpoint)}/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) },
    body,
    signal,
  });
  return new Relay(response, ended);
}
