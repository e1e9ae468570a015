import { EventCutter, isEventStream, isWhole } from "../events.ts";

/** An answer that has begun, or why there is none. */
export type Attempt =
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly contentType: string;
      /** The body. Rejects where it breaks off. */
      readonly pieces: AsyncIterable<string>;
      /** Nobody reads on: the provider may stop. */
      readonly leave: () => void;
    }
  /** It may be answered when asked again. `begun`: an answer had begun, so somebody will want to be paid for it. */
  | { readonly kind: "failed"; readonly reason: string; readonly begun: boolean; readonly retryAfterMs?: number }
  /** Asking again is of no use, and it is not the request's fault. */
  | { readonly kind: "refused"; readonly reason: string };

/** Bytes of an answer that are taken. */
const LARGEST_ANSWER = 33_554_432;
/** The provider does not take the key, or wants to be paid first. */
const REFUSALS: ReadonlyMap<number, string> = new Map([
  [401, "it does not accept the key (401)"],
  [402, "it wants to be paid first (402)"],
]);

/** An answer that broke off on its way, or was not what it said it was. */
export class BrokenAnswer extends Error {
  override readonly name = "BrokenAnswer";
}

/**
 * Asks once. Rejects only where `signal` aborts.
 * @param timeoutMs how long the answer may take to begin, and each further piece to come
 */
export async function attempt(
  url: string,
  init: RequestInit,
  signal: AbortSignal,
  timeoutMs: number,
): Promise<Attempt> {
  const watch = new Watch(signal, timeoutMs);
  let begun = false;
  try {
    // A redirect would take the key elsewhere.
    const response = await fetch(url, { ...init, redirect: "error", signal: watch.signal });
    const contentType = response.headers.get("content-type") ?? "application/octet-stream";
    const { status } = response;
    if (status === 408 || status === 429 || status >= 500) {
      const retryAfterMs = readRetryAfter(response.headers);
      await response.body?.cancel();
      watch.end();
      const reason = `${status}${response.statusText === "" ? "" : ` ${response.statusText}`}`;
      return { kind: "failed", reason, begun, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
    }
    const refusal = REFUSALS.get(status);
    if (refusal !== undefined) {
      await response.body?.cancel();
      watch.end();
      return { kind: "refused", reason: refusal };
    }
    begun = response.ok;
    if (isEventStream(contentType)) {
      const pieces = events(response, watch);
      const first = await pieces.next();
      if (first.done === true) throw new BrokenAnswer("the stream had nothing in it");
      return {
        kind: "answer",
        status,
        contentType,
        pieces: withFirst(first.value, pieces),
        leave: () => watch.leave(),
      };
    }
    const text = await whole(response, watch);
    if (response.ok) assertJson(text);
    return { kind: "answer", status, contentType, pieces: withFirst(text), leave: () => undefined };
  } catch (error) {
    watch.end();
    signal.throwIfAborted();
    return { kind: "failed", begun, reason: watch.timedOut ? `no answer within ${timeoutMs} ms` : wordsOf(error) };
  }
}

async function* withFirst(first: string, rest?: AsyncIterable<string>): AsyncGenerator<string> {
  yield first;
  if (rest !== undefined) yield* rest;
}

async function* events(response: Response, watch: Watch): AsyncGenerator<string> {
  const cutter = new EventCutter();
  let text = "";
  try {
    for await (const chunk of chunks(response, watch)) {
      for (const event of cutter.take(chunk)) {
        text += event;
        yield event;
      }
    }
    const rest = cutter.rest();
    if (rest.trim() !== "") {
      text += rest;
      yield rest;
    }
    if (response.ok && !isWhole(text)) throw new BrokenAnswer("the stream broke off");
  } catch (error) {
    if (watch.timedOut) throw new BrokenAnswer("the stream stood still for too long", { cause: error });
    throw error;
  } finally {
    watch.end();
  }
}

async function whole(response: Response, watch: Watch): Promise<string> {
  let text = "";
  for await (const chunk of chunks(response, watch)) text += chunk;
  watch.end();
  return text;
}

async function* chunks({ body }: Response, watch: Watch): AsyncGenerator<string> {
  if (body === null) return;
  const decoder = new TextDecoder();
  let bytes = 0;
  for await (const chunk of body) {
    // A reader that takes its time is not the provider's fault.
    watch.end();
    bytes += chunk.byteLength;
    if (bytes > LARGEST_ANSWER) throw new BrokenAnswer(`the answer is larger than ${LARGEST_ANSWER} bytes`);
    yield decoder.decode(chunk, { stream: true });
    watch.restart();
  }
  const rest = decoder.decode();
  if (rest !== "") yield rest;
}

function assertJson(text: string): void {
  try {
    JSON.parse(text);
  } catch {
    throw new BrokenAnswer("the answer is no JSON");
  }
}

/** Aborts when the caller does, or when nothing has come for too long. */
class Watch {
  readonly #own = new AbortController();
  readonly #timeoutMs: number;
  readonly signal: AbortSignal;
  timedOut = false;
  #timer: NodeJS.Timeout;

  constructor(outer: AbortSignal, timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
    this.signal = AbortSignal.any([outer, this.#own.signal]);
    this.#timer = this.#start();
  }

  restart(): void {
    clearTimeout(this.#timer);
    this.#timer = this.#start();
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  leave(): void {
    this.end();
    this.#own.abort();
  }

  #start(): NodeJS.Timeout {
    return setTimeout(() => {
      this.timedOut = true;
      this.#own.abort();
    }, this.#timeoutMs);
  }
}

/** Milliseconds that the provider asks to wait: seconds, or a date (RFC 9110, section 10.2.3). */
function readRetryAfter(headers: Headers): number | undefined {
  const fine = Number(headers.get("retry-after-ms") ?? Number.NaN);
  if (fine >= 0) return fine;
  const value = headers.get("retry-after");
  if (value === null) return undefined;
  const ms = /^\s*\d+(?:\.\d+)?\s*$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

/** `fetch` says "fetch failed", and its cause says why. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  return (cause as NodeJS.ErrnoException).code ?? (cause.message || error.message);
}
