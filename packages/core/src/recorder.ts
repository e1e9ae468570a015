import type { Json } from "@pawl/plugin";
import { type EventPayloads, type EventType, type PawlEvent, EVENT_VERSION } from "./events.ts";
import type { Ledger, LedgerQuery } from "./ledger/ledger.ts";

type Entry = { [T in EventType]: { readonly type: T; readonly data: EventPayloads[T] } }[EventType];

/** Writes the run's events: first to the ledger, then to whoever listens. Nothing is announced that is not durable. */
export class Recorder {
  readonly #ledger: Ledger;
  readonly #run: string;
  readonly #announce: (event: PawlEvent) => void;

  constructor(ledger: Ledger, run: string, announce: (event: PawlEvent) => void) {
    this.#ledger = ledger;
    this.#run = run;
    this.#announce = announce;
  }

  /** Appends all entries, or none. */
  async record(entries: readonly Entry[], blobs: readonly (string | Uint8Array)[] = []): Promise<readonly PawlEvent[]> {
    const rows = await this.#ledger.append(
      this.#run,
      entries.map(({ type, data }) => ({ type, version: EVENT_VERSION, data: data as unknown as Json })),
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

  async text(digest: string): Promise<string> {
    return new TextDecoder().decode(await this.#ledger.blob(digest));
  }
}
