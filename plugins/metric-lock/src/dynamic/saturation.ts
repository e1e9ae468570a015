import type { Output, Trial } from "@pawl/plugin";
import type { Finding } from "../detector.ts";
import { numberOf } from "./outputs.ts";

/** This share of answers at their own two ends is no spread of answers any more. */
const SATURATED = 0.95;
/** A champion with more than this at its ends answered much like that before. */
const BEFORE = 0.5;
/** Fewer answers than this prove nothing. */
const ENOUGH = 20;
/** So many cases are asked of the champion. */
const ASKED = 300;

/** How many answers are the least or the greatest of all; `null` where not all are numbers, or they are few. */
export function shareAtEnds(outputs: readonly Output[]): number | null {
  const values = outputs.flatMap((output) => numberOf(output) ?? []);
  if (values.length < Math.max(ENOUGH, outputs.length)) return null;
  const [low, high] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  return values.filter((value) => value === low || value === high).length / values.length;
}

/**
 * Nearly all answers at one of two ends, where the champion's were spread: a metric that rewards extremes is being fed
 * them. The champion is asked again only where the candidate's answers look like that.
 */
export async function saturated(trial: Trial): Promise<Finding | null> {
  const { execution, evaluation } = trial;
  const own = shareAtEnds(execution.outputs);
  if (own === null || own < SATURATED) return null;
  const champion = await trial.replay({ subject: "champion", inputs: evaluation.inputs.slice(0, ASKED) });
  const before = champion.outcome === "ok" ? shareAtEnds(champion.outputs) : null;
  if (before === null || before > BEFORE) return null;
  const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
  return {
    reason: `${percent(own)} of its answers are the least or the greatest that it gives; of the champion's ${percent(before)}`,
    evidence: { share: own, champion: before, limit: SATURATED, cases: execution.outputs.length },
  };
}
