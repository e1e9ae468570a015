import { zstdCompressSync } from "node:zlib";
import { type Json, type Redactor, createRedactor } from "@pawl/plugin";
import { type EventPayloads, type EventType, type PawlEvent, EVENT_VERSION } from "./events.ts";
import { blobDigest, stringify } from "./ledger/hash.ts";
import type { Ledger, LedgerQuery } from "./ledger/ledger.ts";

type Entry = { [T in EventType]: { readonly type: T; readonly data: EventPayloads[T] } }[EventType];

/** Content that is going to be stored, and its name. */
export interface Blob {
  readonly digest: string;
  readonly content: string | Uint8Array;
}

/**
 * Writes the run's events: first to the ledger, then to whoever listens. Nothing is announced that is not durable, and
 * nothing is stored that holds a secret of this environment.
 */
export class Recorder {
  readonly #ledger: Ledger;
  readonly #run: string | null;
  readonly #announce: (event: PawlEvent) => void;
  readonly redactor: Redactor = createRedactor(process.env);

  /** @param run `null` for events that belong to none */
  constructor(ledger: Ledger, run: string | null, announce: (event: PawlEvent) => void = () => {}) {
    this.#ledger = ledger;
    this.#run = run;
    this.#announce = announce;
  }

  /** A value as a blob, without secrets. */
  json(value: unknown): Blob {
    const content = stringify(this.#redacted(value as Json));
    return { digest: blobDigest(content), content };
  }

  /** The same, compressed with Zstandard. */
  packed(value: unknown): Blob {
    const content = zstdCompressSync(stringify(this.#redacted(value as Json)));
    return { digest: blobDigest(content), content };
  }

  /**
   * Appends all entries, or none. Blobs are stored as they are: make them with {@link json} or {@link packed}, but for
   * contents of the surface, which must stay what they are to the byte.
   */
  async record(entries: readonly Entry[], blobs: readonly (string | Uint8Array)[] = []): Promise<readonly PawlEvent[]> {
    const rows = await this.#ledger.append(
      this.#run,
      entries.map(({ type, data }) => ({
        type,
        version: EVENT_VERSION,
        data: this.#redacted(data as unknown as Json),
      })),
      blobs,
    );
    const events = rows as unknown as PawlEvent[];
    for (const event of events) this.#announce(event);
    return events;
  }

  /** Reads events of all runs, oldest first. */
  events(query: LedgerQuery): AsyncIterable<PawlEvent> {
    return this.#ledger.events(query) as AsyncIterable<PawlEvent>;
  }

  /** Most values hold nothing to be redacted, and their text shows it at a glance. */
  #redacted(value: Json): Json {
    const text = stringify(value);
    return this.redactor.text(text) === text ? value : this.redactor.json(value);
  }
}
