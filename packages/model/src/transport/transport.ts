import { type Notice, PawlError } from "@pawl/plugin";
import { type Endpoint, baseUrl, readKey } from "../endpoint.ts";
import { canonical, exchangeKey } from "../recording/key.ts";
import type { Mode } from "../recording/mode.ts";
import type { RecordedExchange, Recording } from "../recording/recording.ts";
import type { TokenUse } from "../price.ts";
import { readUsage } from "../usage.ts";
import { Outage } from "./outage.ts";
import { type Patience, type Trying, askPatiently } from "./patiently.ts";

/** What a transport needs to know. */
export interface TransportOptions {
  readonly endpoint: Endpoint;
  readonly mode: Mode;
  /** Needed but in mode `live`. Whoever opened it closes it. */
  readonly recording?: Recording | undefined;
  readonly patience: Patience;
  /** Where the key comes from, for what must never be in an answer. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly notify?: ((notice: Notice) => void) | undefined;
}

/** What one call was answered. Told when its last byte has been read, or when nobody reads on. */
export interface Answered {
  readonly status: number;
  readonly contentType: string;
  /** The body as far as it was read, without the key. */
  readonly text: string;
  /** Absent where the answer does not say. */
  readonly usage?: TokenUse;
  /** When it was asked, in ISO 8601. */
  readonly at: string;
  /** Milliseconds from the question to the last byte, retries included; as recorded where it was replayed. */
  readonly wallMs: number;
  readonly retries: number;
  /** Answers that had begun before this one and could not be used, where there were any: they have to be paid as well. */
  readonly wasted?: number;
  readonly replayed?: true;
  /** Why the body is not whole: it broke off, or the caller left. */
  readonly broken?: string;
}

/** As the global `fetch`, for requests whose body is a string. */
export type Fetch = (url: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** Calls of one party: it counts for itself how often the same was asked. */
export interface Line {
  /**
   * Asks, again and again where the provider does not answer. The response's body comes in pieces.
   * @throws UnavailableError, PawlError `PAWL_MODEL_NOT_RECORDED`, or the reason of `init.signal`
   */
  readonly fetch: Fetch;
  /** What was wrong with the last attempt, also when its caller has left; `undefined` after an answer. */
  failing(): string | undefined;
}

/** The way to one model, shared by all who ask it. */
export interface Transport {
  /**
   * Opens a line.
   * @param scope goes into the names of exchanges: the same scope finds the same exchanges in a recording
   * @param listen hears of every answer
   * @param onWaste hears of every answer that had begun and could not be used, before the question is asked again
   */
  open(scope: string, listen?: (answered: Answered) => void, onWaste?: () => void): Line;
}

/**
 * Makes a way to a model that retries, waits, records and replays, in one place for all who ask models.
 *
 * @example
 * const transport = createTransport({ endpoint, mode, recording, patience, env: process.env, notify });
 * const { fetch } = transport.open("experiment 7", (answered) => seen.push(answered));
 * const response = await fetch(`${baseUrl(endpoint)}/chat/completions`, { method: "POST", headers, body, signal });
 *
 * @throws PawlError `PAWL_MODEL_KEY_MISSING` where it would ask and has no key
 */
export function createTransport(options: TransportOptions): Transport {
  const { endpoint, mode, notify } = options;
  const key = mode === "replay" ? undefined : readKey(endpoint, options.env);
  const outage = new Outage(endpoint.model, notify);
  // An answer must not carry the key to whoever asked: some servers repeat what they were sent.
  const withoutKey = (text: string): string => (key === undefined ? text : text.replaceAll(key, "[redacted]"));
  return { open: (scope, listen, onWaste) => openLine({ ...options, outage, withoutKey }, scope, listen, onWaste) };
}

interface Inner extends TransportOptions {
  readonly outage: Outage;
  readonly withoutKey: (text: string) => string;
}

interface Begun {
  readonly status: number;
  readonly contentType: string;
  readonly pieces: AsyncIterable<string> | Iterable<string>;
  readonly retries: number;
  readonly wasted?: number | undefined;
  /** Nobody reads on. */
  readonly leave?: () => void;
  readonly recorded?: RecordedExchange;
}

function openLine(
  inner: Inner,
  scope: string,
  listen: ((answered: Answered) => void) | undefined,
  onWaste: () => void = () => undefined,
): Line {
  const { endpoint, mode, recording } = inner;
  const counts = new Map<string, number>();
  const trying: Trying = { failure: undefined, onWaste };

  const begin = async (url: string, init: RequestInit, signal: AbortSignal, key: string): Promise<Begun> => {
    if (mode === "replay") {
      const recorded = recording?.find(key);
      if (recorded === undefined) throw notRecorded(endpoint, scope);
      return { ...recorded, retries: 0, recorded };
    }
    return askPatiently({ url, init, signal, timeoutMs: endpoint.timeoutMs }, inner.patience, inner.outage, trying);
  };

  return {
    failing: () => trying.failure,
    fetch: async (input, init = {}) => {
      const url = input instanceof Request ? input.url : String(input);
      const body = bodyOf(init);
      const request = canonical({ method: init.method ?? "GET", path: pathOf(url, endpoint), body });
      const occurrence = counts.get(request) ?? 0;
      counts.set(request, occurrence + 1);
      const key = exchangeKey(request, scope, occurrence);
      const signal = init.signal ?? new AbortController().signal;
      const at = new Date().toISOString();
      const started = performance.now();
      const begun = await begin(url, init, signal, key);
      const { status, contentType } = begun;
      const end = (pieces: readonly string[], broken?: string): void => {
        const wallMs = begun.recorded?.wallMs ?? Math.round(performance.now() - started);
        const wasted = begun.wasted === undefined || begun.wasted === 0 ? {} : { wasted: begun.wasted };
        if (mode === "record" && broken === undefined) {
          recording?.add({ key, status, contentType, pieces: [...pieces], wallMs, ...wasted });
        }
        const text = pieces.join("");
        const usage = readUsage(contentType, text);
        listen?.({
          status,
          contentType,
          text,
          ...(usage === undefined ? {} : { usage }),
          at,
          wallMs,
          retries: begun.retries,
          ...wasted,
          ...(begun.recorded === undefined ? {} : { replayed: true as const }),
          ...(broken === undefined ? {} : { broken }),
        });
      };
      return new Response(bodyStream(begun, inner.withoutKey, end), {
        status,
        headers: { "content-type": contentType },
      });
    },
  };
}

/** A body that hands its pieces on as they come, and tells once how it ended. */
function bodyStream(
  { pieces, leave }: Begun,
  withoutKey: (text: string) => string,
  end: (pieces: readonly string[], broken?: string) => void,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const read: string[] = [];
  const source = Symbol.asyncIterator in pieces ? pieces[Symbol.asyncIterator]() : pieces[Symbol.iterator]();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const next = await source.next();
          if (next.done === true) {
            end(read);
            controller.close();
            return;
          }
          const piece = withoutKey(next.value);
          read.push(piece);
          controller.enqueue(encoder.encode(piece));
        } catch (error) {
          end(read, error instanceof Error ? error.message : String(error));
          controller.error(error);
        }
      },
      cancel() {
        end(read, "the caller left");
        leave?.();
      },
    },
    { highWaterMark: 0 },
  );
}

function bodyOf({ body }: RequestInit): string {
  if (body === undefined || body === null) return "";
  if (typeof body === "string") return body;
  throw new TypeError("only text can be sent to a model");
}

function pathOf(url: string, endpoint: Endpoint): string {
  const { pathname, search } = new URL(url);
  const root = new URL(baseUrl(endpoint)).pathname.replace(/\/$/, "");
  return `${pathname.startsWith(root) ? pathname.slice(root.length) : pathname}${search}`;
}

function notRecorded({ model }: Endpoint, scope: string): PawlError {
  return new PawlError("PAWL_MODEL_NOT_RECORDED", `the recording has no such exchange with ${model} (${scope})`, {
    remedy: "Record it again with PAWL_MODELS=record, or run live with PAWL_MODELS=live.",
  });
}
