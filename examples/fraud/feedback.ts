import type { CaseFeedback } from "@pawl/plugin";
import type { Answers } from "./splits.ts";

/** As many of each kind as anyone will read. */
const MOST = 100;

const CAUSES = {
  0: "false alarm",
  1: "missed fraud: a very large payment",
  2: "missed fraud: a compromised terminal",
  3: "missed fraud: a leaked card",
} as const;

type Finding = CaseFeedback & { readonly weight: number };
const heaviestFirst = (a: Finding, b: Finding): number => b.weight - a.weight;

/**
 * What the rules got wrong, worst first: frauds that the desk did not call about, and genuine payments that it did.
 * A case weighs what the metric would gain if that fraud stood at the top, or that genuine payment were not there.
 * `precisions` are the precisions at the ranks of the frauds, in the order of the payments: the metric is their mean.
 */
export function feedbackOn(
  scores: readonly number[],
  precisions: readonly number[],
  called: readonly boolean[],
  { fraud, scenario }: Answers,
): CaseFeedback[] {
  const alarmLoss = lossThroughGenuine(scores, fraud);
  const missed: Finding[] = [];
  const alarms: Finding[] = [];
  let frauds = 0;
  for (const [i, isFraud] of fraud.entries()) {
    const loss = isFraud === 1 ? 1 - (precisions[frauds++] ?? 0) : (alarmLoss[i] ?? 0);
    const finding = { case: i, cause: CAUSES[scenario[i] ?? 0], weight: loss / precisions.length };
    if (isFraud === 1 && !called[i]) missed.push(finding);
    if (isFraud === 0 && called[i]) alarms.push(finding);
  }
  const worst = (findings: Finding[]): Finding[] => findings.toSorted(heaviestFirst).slice(0, MOST);
  return [...worst(missed), ...worst(alarms)].toSorted(heaviestFirst);
}

/**
 * For every genuine payment, how much precision it costs the frauds that are ranked below it, all together: a fraud
 * at rank r with k frauds down to it has the precision k / r, and without the genuine payment k / (r - 1).
 */
function lossThroughGenuine(scores: readonly number[], fraud: readonly (0 | 1)[]): number[] {
  const ranking = scores.map((score, i) => ({ score, i })).toSorted((a, b) => b.score - a.score || a.i - b.i);
  const losses = scores.map(() => 0);
  let fraudsAbove = fraud.filter((isFraud) => isFraud === 1).length;
  let loss = 0;
  for (let rank = ranking.length; rank > 0; rank -= 1) {
    const i = ranking[rank - 1]?.i ?? 0;
    if (fraud[i] === 0) {
      losses[i] = loss;
    } else {
      if (rank > 1) loss += fraudsAbove / rank / (rank - 1);
      fraudsAbove -= 1;
    }
  }
  return losses;
}
