import type { Endpoint } from "./endpoint.ts";

/** Tokens of one call, as the provider counts them. */
export interface TokenUse {
  /** All of the input, the cached part included. */
  readonly inputTokens: number;
  /** All of the output, reasoning included. */
  readonly outputTokens: number;
  /** The part of the input that the provider had in its cache. */
  readonly cachedInputTokens?: number;
}

const MILLION = 1_000_000;

/**
 * What providers add to a request unseen: the frame of each message, and the instructions for the use of tools, which
 * are some hundred tokens where a request has any.
 */
const UNSEEN_TOKENS = 1_024;

/** What a call cost, in US dollars; `undefined` where the endpoint has no price. */
export function priceOf({ price }: Endpoint, use: TokenUse): number | undefined {
  if (price === undefined) return undefined;
  const cached = Math.min(use.cachedInputTokens ?? 0, use.inputTokens);
  const { inputUsdPerMillion, outputUsdPerMillion, cachedInputUsdPerMillion = inputUsdPerMillion } = price;
  const input = (use.inputTokens - cached) * inputUsdPerMillion + cached * cachedInputUsdPerMillion;
  return (input + use.outputTokens * outputUsdPerMillion) / MILLION;
}

/** The most tokens that a call may use: no token of a text is shorter than a byte. */
export function mostTokens(requestText: string, maxOutputTokens: number): TokenUse {
  return { inputTokens: Buffer.byteLength(requestText) + UNSEEN_TOKENS, outputTokens: maxOutputTokens };
}

/**
 * The most that a call may cost, in US dollars; `undefined` where the endpoint has no price.
 * @param requestText the request's body, whole
 * @param maxOutputTokens what the request allows, where that is less than what the endpoint does
 */
export function mostThatItCosts(
  endpoint: Endpoint,
  requestText: string,
  maxOutputTokens: number = endpoint.maxOutputTokens,
): number | undefined {
  const dearest = { ...endpoint, price: endpoint.price && withoutDiscount(endpoint.price) };
  return priceOf(dearest as Endpoint, mostTokens(requestText, maxOutputTokens));
}

/** What is not cached yet may cost more than what is, and the other way round: the higher price counts. */
function withoutDiscount(price: NonNullable<Endpoint["price"]>): NonNullable<Endpoint["price"]> {
  const { inputUsdPerMillion, cachedInputUsdPerMillion = 0 } = price;
  return { ...price, inputUsdPerMillion: Math.max(inputUsdPerMillion, cachedInputUsdPerMillion) };
}
