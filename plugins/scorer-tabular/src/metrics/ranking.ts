import { PawlError } from "@pawl/plugin";
import type { BinaryLabel, MetricResult } from "./common.ts";
import { pseudoSamples } from "./pseudo.ts";
import { rank, type RankGroup } from "./ranks.ts";

/**
 * Average precision, the area under the precision-recall curve as a step function: the mean, over the positive
 * cases, of the precision at the case's rank. Larger is better; in (0, 1].
 *
 * One sample per case, positive or negative: its jackknife pseudo-value, as the precision of one case depends on all that
 * are ranked above it. Equal scores count as their expectation over all orders that the tie allows, so neither the order
 * of the rows, nor rounding, nor noise added to break ties pays off, and a constant score gets what a random order gets.
 * Without ties this is `average_precision_score` of scikit-learn, which takes a group of equal scores as one threshold
 * instead.
 *
 * Source: M. Zhu, "Recall, Precision and Average Precision" (2004) for the definition; F. McSherry and M. Najork,
 * "Computing Information Retrieval Performance Measures Efficiently in the Presence of Tied Scores" (ECIR 2008) for
 * the expectation over ties.
 *
 * @throws PawlError `PAWL_DATA_INVALID` on labels other than 0 and 1, unequal lengths, or no positive case.
 */
export function averagePrecision(scores: ArrayLike<number>, labels: readonly BinaryLabel[]): MetricResult {
  const ranking = rank(scores, labels);
  const { count, positives } = ranking;
  const sums = ranking.each(precisionSum);
  const value = Math.min(1, sums.reduce((all, sum) => all + sum, 0) / positives);

  // What leaving out one case above takes from all groups below.
  const belowPositive = new Float64Array(count + 1);
  const belowNegative = new Float64Array(count + 1);
  for (let g = count - 1; g >= 0; g -= 1) {
    const [withoutPositive, withoutNegative] = g === 0 ? [0, 0] : shifts(ranking.group(g));
    belowPositive[g] = belowPositive[g + 1]! + withoutPositive;
    belowNegative[g] = belowNegative[g + 1]! + withoutNegative;
  }
  const samples = pseudoSamples(value, ranking, labels, (group, label, g) => {
    if (label === 0) {
      const own = sums[g]! - precisionSum({ ...group, negatives: group.negatives - 1 });
      return (own + belowNegative[g + 1]!) / positives;
    }
    // Without its only positive case the metric does not exist, so that case has nothing to say of it.
    if (positives === 1) return 0;
    const own = sums[g]! - precisionSum({ ...group, positives: group.positives - 1 });
    return (own + belowPositive[g + 1]! - value) / (positives - 1);
  });
  return { value, samples };
}

/**
 * The precision at the rank of each positive case, in the order of the cases: what {@link averagePrecision} is the mean
 * of. To explain a score; for statistics its samples are right, as these know nothing of the luck of negative cases.
 *
 * @throws PawlError `PAWL_DATA_INVALID` as {@link averagePrecision}
 */
export function precisionAtPositives(scores: ArrayLike<number>, labels: readonly BinaryLabel[]): number[] {
  const { each, groupOf } = rank(scores, labels);
  const precisions = each((group) => precisionSum(group) / group.positives);
  return labels.flatMap((label, i) => (label === 1 ? [precisions[groupOf[i]!]!] : []));
}

/** The expected sum of the precisions at the group's positives. */
function precisionSum({ positivesAbove, negativesAbove, positives, negatives }: RankGroup): number {
  if (positives === 0) return 0;
  const [above, tied] = [positivesAbove + negativesAbove, positives + negatives];
  // Given that this positive is k-th in its group, the other positives are spread evenly over the other places.
  const density = tied > 1 ? (positives - 1) / (tied - 1) : 0;
  let sum = 0;
  for (let k = 1; k <= tied; k += 1) sum += (positivesAbove + 1 + (k - 1) * density) / (above + k);
  return (sum * positives) / tied;
}

/** By how much {@link precisionSum} of a group is larger than with one positive, or one negative, less above it. */
function shifts({ positivesAbove, negativesAbove, positives, negatives }: RankGroup): [number, number] {
  if (positives === 0) return [0, 0];
  const [above, tied] = [positivesAbove + negativesAbove, positives + negatives];
  const density = tied > 1 ? (positives - 1) / (tied - 1) : 0;
  let [fewerPlaces, places] = [0, 0];
  for (let k = 1; k <= tied; k += 1) {
    const place = above + k - 1;
    // 1 / (place + 1) - 1 / place, without the loss of digits.
    fewerPlaces -= (positivesAbove + 1 + (k - 1) * density) / ((place + 1) * place);
    places += 1 / place;
  }
  return [((fewerPlaces + places) * positives) / tied, (fewerPlaces * positives) / tied];
}

/**
 * Area under the ROC curve: the chance that a random positive case scores above a random negative one, ties counting
 * half. Larger is better; in [0, 1]. One sample per case, positive or negative: its jackknife pseudo-value.
 *
 * Source: J. A. Hanley and B. J. McNeil, "The meaning and use of the area under a receiver operating characteristic
 * (ROC) curve", Radiology 143 (1982); E. R. DeLong et al., Biometrics 44 (1988) for the samples.
 *
 * @throws PawlError `PAWL_DATA_INVALID` on labels other than 0 and 1, unequal lengths, or only one class.
 */
export function rocAuc(scores: ArrayLike<number>, labels: readonly BinaryLabel[]): MetricResult {
  const ranking = rank(scores, labels);
  const { positives, negatives } = ranking;
  if (negatives === 0) {
    throw new PawlError("PAWL_DATA_INVALID", "There is no negative case; a ROC curve needs both classes.");
  }
  const beaten = (group: RankGroup): number => (negatives - group.negativesAbove - group.negatives / 2) / negatives;
  const value = ranking.each((group) => group.positives * beaten(group)).reduce((all, sum) => all + sum, 0) / positives;
  const samples = pseudoSamples(value, ranking, labels, (group, label) => {
    if (label === 1) return positives === 1 ? 0 : (beaten(group) - value) / (positives - 1);
    const beats = (group.positivesAbove + group.positives / 2) / positives;
    return negatives === 1 ? 0 : (beats - value) / (negatives - 1);
  });
  return { value, samples };
}

/**
 * For each case, positive or negative, the share of the other class that it is on the right side of, ties counting half.
 *
 * @throws PawlError `PAWL_DATA_INVALID` as {@link rocAuc}
 */
export function placements(scores: ArrayLike<number>, labels: readonly BinaryLabel[]): number[] {
  const { group: at, groupOf, positives, negatives } = rank(scores, labels);
  return labels.map((label, i) => {
    const group = at(groupOf[i]!);
    if (label === 1) return negatives === 0 ? 1 : 1 - (group.negativesAbove + group.negatives / 2) / negatives;
    return (group.positivesAbove + group.positives / 2) / positives;
  });
}
