import { PawlError } from "@pawl/plugin";
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
 * Reads the whole ledger and checks every hash and every link, that each run can be read on its own without loss, and
 * every blob that `digestsOf` finds in an event.
 * @throws PawlError `PAWL_LEDGER_CORRUPT` at the first thing that is wrong.
 */
export async function verifyLedger(
  ledger: Ledger,
  digestsOf: (event: LedgerEvent) => Iterable<string> = () => [],
): Promise<LedgerCheck> {
  const checked = new Set<string>();
  const perRun = new Map<string | null, number>();
  let events = 0;
  let head: LedgerHead = { seq: 0, hash: GENESIS_HASH };
  for await (const event of ledger.events()) {
    events += 1;
    head = { seq: event.seq, hash: event.hash };
    perRun.set(event.run, (perRun.get(event.run) ?? 0) + 1);
    for (const digest of digestsOf(event)) {
      if (checked.has(digest)) continue;
      await ledger.blob(digest);
      checked.add(digest);
    }
  }
  for (const [run, expected] of perRun) await checkRun(ledger, run, expected, head.seq);
  return { events, blobs: checked.size, head };
}

/** A damaged index could hide events from those who ask for one run, although the chain is whole. */
async function checkRun(ledger: Ledger, run: string | null, expected: number, end: number): Promise<void> {
  let found = 0;
  for await (const event of ledger.events({ run })) {
    if (event.seq <= end) found += 1;
  }
  if (found === expected) return;
  throw new PawlError(
    "PAWL_LEDGER_CORRUPT",
    `The ledger is corrupt: run ${run ?? "(none)"} has ${expected} events, and its index finds ${found}.`,
    { remedy: "Rebuild the index with `sqlite3 <ledger> REINDEX`, or restore the ledger from a backup." },
  );
}
