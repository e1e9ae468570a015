import { GENESIS_HASH } from "./hash.ts";
import type { Ledger, LedgerEvent, LedgerHead } from "./ledger.ts";

/** What {@link verifyLedger} found good. */
export interface LedgerCheck {
  /** How many events. */
  readonly events: number;
  /** How many distinct blobs. */
  readonly blobs: number;
  /** The end of the chain. A ledger whose newest rows were cut off verifies too: compare this with what you know. */
  readonly head: LedgerHead;
}

/**
 * Reads the whole ledger, checks every hash and every link, and every blob that `digestsOf` finds in an event.
 * @throws PawlError `PAWL_LEDGER_CORRUPT` at the first thing that is wrong.
 */
export async function verifyLedger(
  ledger: Ledger,
  digestsOf: (event: LedgerEvent) => Iterable<string> = () => [],
): Promise<LedgerCheck> {
  const checked = new Set<string>();
  let events = 0;
  let head: LedgerHead = { seq: 0, hash: GENESIS_HASH };
  for await (const event of ledger.events()) {
    events += 1;
    head = { seq: event.seq, hash: event.hash };
    for (const digest of digestsOf(event)) {
      if (checked.has(digest)) continue;
      await ledger.blob(digest);
      checked.add(digest);
    }
  }
  return { events, blobs: checked.size, head };
}
