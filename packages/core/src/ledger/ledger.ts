import type { Json } from "@pawl/plugin";

/** One row of the ledger: what happened, chained to the row before it. */
export interface LedgerEvent {
  /** 1, 2, 3 … over all runs of the ledger. */
  readonly seq: number;
  /** `null` for events that belong to no run, such as an accepted lock. */
  readonly run: string | null;
  readonly type: string;
  /** Version of the shape of `data` for this type. */
  readonly version: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly data: Json;
  readonly prevHash: string;
  /** SHA-256 over every other field, in hex. */
  readonly hash: string;
}

/** An event before it has a place in the chain. */
export interface NewEvent {
  readonly type: string;
  readonly version: number;
  readonly data: Json;
}

/** Which events to read, oldest first. */
export interface LedgerQuery {
  readonly run?: string | null;
  readonly type?: string;
  /** Only events with a higher `seq`. */
  readonly after?: number;
}

/** The end of the chain. An empty ledger has `seq` 0 and a hash of 64 zeros. */
export interface LedgerHead {
  readonly seq: number;
  readonly hash: string;
}

/**
 * The append-only, hash-chained record of every event, and the contents that the events name by digest.
 * The engine knows nothing of how it is stored.
 */
export interface Ledger {
  /**
   * Appends events and stores blobs in one durable transaction: when it resolves, they survive a power cut;
   * when it rejects, none of them happened.
   * @throws PawlError `PAWL_LEDGER_WRITE`, `PAWL_LEDGER_CORRUPT`
   */
  append(
    run: string | null,
    events: readonly NewEvent[],
    blobs?: readonly (string | Uint8Array)[],
  ): Promise<readonly LedgerEvent[]>;
  /** @throws PawlError `PAWL_LEDGER_CORRUPT` at the first row whose hash, or link to the row before it, is wrong. */
  events(query?: LedgerQuery): AsyncIterable<LedgerEvent>;
  /** The newest event that matches, without reading the others. */
  last(query?: Omit<LedgerQuery, "after">): Promise<LedgerEvent | undefined>;
  /** Names of all runs, oldest first. */
  runs(): Promise<readonly string[]>;
  /** @throws PawlError `PAWL_LEDGER_CORRUPT` where the blob is missing or is not what its digest says. */
  blob(digest: string): Promise<Uint8Array>;
  head(): Promise<LedgerHead>;
  close(): Promise<void>;
}
