import type { GateVerdict, Verdict } from "@pawl/plugin";
import type { ExperimentFinished } from "../events.ts";

/** How an experiment ended, in words. */
type Ended = Pick<ExperimentFinished, "reason" | "verdicts">;

/**
 * What plugins may read of how an experiment ended. Of a verdict that rests on sealed cases one bit is left, and its
 * code: numbers in a reason or in evidence would let a proposer climb the holdout. The ledger keeps all of it, for people.
 */
export function unsealed({ reason, verdicts }: ExperimentFinished): Ended {
  if (verdicts.every(({ sealed }) => sealed !== true)) return { reason, verdicts };
  return { reason: plainReason({ reason, verdicts }), verdicts: verdicts.map(shownVerdict) };
}

/** The reason alone. */
export function plainReason({ reason, verdicts }: Ended): string {
  const hidden = verdicts.find((verdict) => verdict.sealed === true && verdict.reason === reason);
  return hidden === undefined ? reason : bitOf(hidden);
}

/** One verdict. */
export function shownVerdict(verdict: GateVerdict): GateVerdict {
  if (verdict.sealed !== true) return verdict;
  const { evidence: _, ...rest } = verdict;
  return { ...rest, reason: bitOf(verdict) };
}

const BITS: Readonly<Record<Verdict["decision"], string>> = {
  pass: "the sealed cases confirm it",
  reject: "the sealed cases do not confirm it",
  hold: "the sealed cases leave it open",
};

const bitOf = ({ decision }: Verdict): string => BITS[decision];
