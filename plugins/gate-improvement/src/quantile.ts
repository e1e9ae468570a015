import { gain as gainOf, pass, reject, type Json, type Random, type Verdict } from "@pawl/plugin";
import { pairedSwapTest, quantile } from "@pawl/statistics";
import type { Demand } from "./budget.ts";
import { betterBy, type Comparison } from "./comparison.ts";
import { shown } from "./shown.ts";

/**
 * Compares a quantile of the samples, such as the 95th percentile of latencies: no mean of cases, and nothing that can be
 * judged case by case. One look at all cases, by swapping candidate and champion at random.
 */
export function judgeQuantile(
  { metric, candidate, champion }: Comparison,
  share: number,
  { enough }: Demand,
  random: Random,
): Verdict {
  const [samples, others] = [candidate.score.samples!, champion.score.samples!];
  const sign = metric.direction === "maximize" ? 1 : -1;
  const better = (one: ArrayLike<number>, other: ArrayLike<number>): number =>
    sign * (quantile(one, share) - quantile(other, share));
  const draw = random.fork("swaps");
  const { value, p, draws } = pairedSwapTest(samples, others, better, { level: 1 / enough, next: () => draw.next() });
  const gain = gainOf(metric, champion.score.value, candidate.score.value);
  const evidence: Json = { gain, method: "swaps", quantile: share, difference: value, p, required: 1 / enough, draws };
  const found = `p ${shown(p)}, ${shown(1 / enough)} asked for`;
  if (!(value > 0)) {
    const reason = `${betterBy(metric, gain)}, but the ${share} quantile of its samples is not.`;
    return reject("PAWL_NOT_BETTER", reason, evidence);
  }
  if (!(p <= 1 / enough)) {
    return reject("PAWL_GAIN_UNCERTAIN", `${betterBy(metric, gain)}, but it may be luck (${found}).`, evidence);
  }
  return pass("PAWL_BETTER", `${betterBy(metric, gain)}, and that is not luck (${found}).`, evidence);
}
