import type { HoldoutLook } from "@pawl/plugin";
import type { Digest } from "./digest.ts";
import type { EventType, PawlEvent } from "./events.ts";
import type { LedgerQuery } from "./ledger/ledger.ts";

/** A row of the peek ledger. */
export interface Look extends HoldoutLook {
  /** When it was written down, before it was taken: ISO 8601, UTC. */
  readonly at: string;
  /** Digest of the cases; absent in ledgers of an earlier engine. */
  readonly cases?: Digest;
  /** Seed of the cases, where it was not the run's own. */
  readonly seed?: number;
}

interface Source {
  events(query: LedgerQuery): AsyncIterable<unknown>;
}

/**
 * The peek ledger: every question that any run of this ledger has asked of cases that nobody may learn from, oldest
 * first, each with the bit that came of it.
 */
export async function peekLedger(source: Source): Promise<readonly Look[]> {
  const events = [...(await read(source, "holdout.looked")), ...(await read(source, "holdout.answered"))].toSorted(
    (a, b) => a.seq - b.seq,
  );
  const looks: Look[] = [];
  for (const event of events) {
    if (event.type === "holdout.looked") {
      if (event.data.again !== true) looks.push(rowOf(event));
      continue;
    }
    // A look that was cut off stays without an answer: the newest one is the one that has been answered.
    const { experiment, gate, passed } = event.data;
    const index = looks.findLastIndex(
      (look) => look.run === event.run && look.experiment === experiment && look.gate === gate,
    );
    const asked = looks[index];
    if (asked !== undefined) looks[index] = { ...asked, passed };
  }
  return looks;
}

/** Those at these sealed cases. A look whose cases were not written down may have been at them. */
export async function looksAt(source: Source, cases: Digest): Promise<readonly Look[]> {
  return (await peekLedger(source)).filter((look) => look.cases === undefined || look.cases === cases);
}

function rowOf({ run, at, data }: PawlEvent<"holdout.looked">): Look {
  const { experiment, purpose, gate, cases, seed } = data;
  return {
    run: run ?? "",
    experiment,
    purpose,
    ...(gate === undefined ? {} : { gate }),
    at,
    ...(cases === undefined ? {} : { cases }),
    ...(seed === undefined ? {} : { seed }),
  };
}

async function read<T extends EventType>(source: Source, type: T): Promise<PawlEvent<T>[]> {
  const found: PawlEvent<T>[] = [];
  for await (const event of source.events({ type })) found.push(event as PawlEvent<T>);
  return found;
}
