import type { GateVerdict, Verdict } from "@pawl/plugin";
import type { ExperimentFinished } from "../events.ts";

/**
 * What plugins may read of how an experiment ended. Of a verdict that rests on sealed cases one bit is left, and its
 * code: numbers in a reason or in evidence would let a proposer climb the holdout. The ledger keeps all of it, for people.
 */
export function unsealed({ reason, verdicts }: ExperimentFinished): Pick<ExperimentFinished, "reason" | "verdicts"> {
  if (verdicts.every(({ sealed }) => sealed !== true)) return { reason, verdicts };
  const hidden = verdicts.find((verdict) => verdict.sealed === true && verdict.reason === reason);
  return { reason: hidden === undefined ? reason : bitOf(hidden), verdicts: verdicts.map(shown) };
}

function shown(verdict: GateVerdict): GateVerdict {
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
