import { PawlError } from "@pawl/plugin";
import { checkBinary, checkLengths, mean, type BinaryLabel, type MetricResult } from "./common.ts";

/** Where one group of positives with equal scores stands among all cases. */
export interface RankGroup {
  readonly positivesAbove: number;
  readonly negativesAbove: number;
  /** Positives in the group; at least one. */
  readonly positives: number;
  /** Negatives with the very same score. */
  readonly negatives: number;
}

/**
 * One value per positive case, in the order of the cases, computed from where its score stands. The worst answer of
 * a ranking is the far end: a `NaN` puts a positive below and a negative above everything else.
 *
 * Positives and negatives are sorted apart, as typed arrays, which is several times faster than sorting indices.
 *
 * @throws PawlError `PAWL_DATA_INVALID` where there is not at least one positive case.
 */
export function perPositive(
  scores: ArrayLike<number>,
  labels: readonly BinaryLabel[],
  contribution: (group: RankGroup) => number,
): number[] {
  checkLengths(scores, labels);
  checkBinary(labels);
  const positiveScores: number[] = [];
  const negativeScores: number[] = [];
  for (let i = 0; i < labels.length; i++) {
    const score = scores[i]!;
    if (labels[i] === 1) positiveScores.push(Number.isNaN(score) ? -Infinity : score);
    else negativeScores.push(Number.isNaN(score) ? Infinity : score);
  }
  if (positiveScores.length === 0) {
    throw new PawlError("PAWL_DATA_INVALID", "There is no positive case; a ranking cannot be judged without one.");
  }
  const positives = Float64Array.from(positiveScores).toSorted();
  const negatives = Float64Array.from(negativeScores).toSorted();
  const byScore = new Map<number, number>();
  let p = positives.length;
  let n = negatives.length;
  while (p > 0) {
    const score = positives[p - 1]!;
    while (n > 0 && negatives[n - 1]! > score) n--;
    const positivesAbove = positives.length - p;
    const negativesAbove = negatives.length - n;
    let tiedPositives = 0;
    while (p > 0 && positives[p - 1] === score) [p, tiedPositives] = [p - 1, tiedPositives + 1];
    let tiedNegatives = 0;
    while (n > 0 && negatives[n - 1] === score) [n, tiedNegatives] = [n - 1, tiedNegatives + 1];
    const group = { positivesAbove, negativesAbove, positives: tiedPositives, negatives: tiedNegatives };
    byScore.set(score, contribution(group));
  }
  return positiveScores.map((score) => byScore.get(score)!);
}

/**
 * Average precision, the area under the precision-recall curve as a step function: the mean, over the positive
 * cases, of the precision at the case's rank. Larger is better; in (0, 1].
 *
 * One sample per positive case. Equal scores count as their expectation over all orders that the tie allows, so
 * neither the order of the rows, nor rounding, nor noise added to break ties pays off, and a constant score gets what
 * a random order gets. Without ties this is `average_precision_score` of scikit-learn, which takes a group of equal
 * scores as one threshold instead.
 *
 * Source: M. Zhu, "Recall, Precision and Average Precision" (2004) for the definition; F. McSherry and M. Najork,
 * "Computing Information Retrieval Performance Measures Efficiently in the Presence of Tied Scores" (ECIR 2008) for
 * the expectation over ties.
 *
 * @throws PawlError `PAWL_DATA_INVALID` on labels other than 0 and 1, unequal lengths, or no positive case.
 */
export function averagePrecision(scores: ArrayLike<number>, labels: readonly BinaryLabel[]): MetricResult {
  const samples = perPositive(scores, labels, ({ positivesAbove, negativesAbove, positives, negatives }) => {
    const above = positivesAbove + negativesAbove;
    const tied = positives + negatives;
    // Given that this positive is k-th in its group, the other positives are spread evenly over the other places.
    const density = tied > 1 ? (positives - 1) / (tied - 1) : 0;
    let sum = 0;
    for (let k = 1; k <= tied; k++) sum += (positivesAbove + 1 + (k - 1) * density) / (above + k);
    return sum / tied;
  });
  return { value: mean(samples), samples };
}

/**
 * Area under the ROC curve: the chance that a random positive case scores above a random negative one, ties counting
 * half. Larger is better; in [0, 1]. One sample per positive case: the share of negatives that it beats.
 *
 * Source: J. A. Hanley and B. J. McNeil, "The meaning and use of the area under a receiver operating characteristic
 * (ROC) curve", Radiology 143 (1982); the samples are the placement values of DeLong et al., Biometrics 44 (1988).
 *
 * @throws PawlError `PAWL_DATA_INVALID` on labels other than 0 and 1, unequal lengths, or only one class.
 */
export function rocAuc(scores: ArrayLike<number>, labels: readonly BinaryLabel[]): MetricResult {
  const negativeCases = labels.filter((label) => label === 0).length;
  const samples = perPositive(scores, labels, ({ negativesAbove, negatives }) => {
    return (negativeCases - negativesAbove - negatives / 2) / negativeCases;
  });
  if (negativeCases === 0) {
    throw new PawlError("PAWL_DATA_INVALID", "There is no negative case; a ROC curve needs both classes.");
  }
  return { value: mean(samples), samples };
}
