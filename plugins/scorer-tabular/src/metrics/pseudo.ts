import type { BinaryLabel } from "./common.ts";
import type { RankGroup, Ranking } from "./ranks.ts";

/**
 * Samples of a metric that is no mean of cases: jackknife pseudo-values, one per case, moved by one amount so that
 * their mean is the metric itself. Their spread is the metric's noise, that of the negative cases included.
 *
 * Source: J. W. Tukey (1958); for AUC these are the structural components of E. R. DeLong, D. M. DeLong and
 * D. L. Clarke-Pearson, Biometrics 44 (1988).
 *
 * @param value the metric on all cases.
 * @param lost for a case of that group and label, by how much the metric is larger with it than without it.
 */
export function pseudoSamples(
  value: number,
  { count, group, groupOf }: Ranking,
  labels: readonly BinaryLabel[],
  lost: (group: RankGroup, label: BinaryLabel, index: number) => number,
): number[] {
  const cases = labels.length;
  const byLabel = [new Float64Array(count), new Float64Array(count)] as const;
  let mean = 0;
  for (let g = 0; g < count; g += 1) {
    const one = group(g);
    if (one.positives > 0) mean += ((byLabel[1][g] = lost(one, 1, g)) * one.positives) / cases;
    if (one.negatives > 0) mean += ((byLabel[0][g] = lost(one, 0, g)) * one.negatives) / cases;
  }
  return labels.map((label, i) => value + (cases - 1) * (byLabel[label][groupOf[i]!]! - mean));
}
