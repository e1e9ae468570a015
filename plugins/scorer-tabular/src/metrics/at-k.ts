import { PawlError } from "@pawl/plugin";
import { type BinaryLabel, mean, type MetricResult } from "./common.ts";
import { perPositive } from "./ranking.ts";

/** How many cases are looked at: a count, or a share of all cases (rounded, at least one). */
export type TopK = number | { readonly fraction: number };

/**
 * The number of cases that `k` stands for.
 *
 * @throws PawlError `PAWL_DATA_INVALID` where it is not a whole number from 1 to `cases`, or a fraction in (0, 1].
 */
export function resolveK(k: TopK, cases: number): number {
  if (typeof k === "number") {
    if (Number.isInteger(k) && k >= 1 && k <= cases) return k;
    throw new PawlError("PAWL_DATA_INVALID", `k is ${k}; with ${cases} cases it must be a whole number up to that.`);
  }
  if (k.fraction > 0 && k.fraction <= 1) return Math.max(1, Math.round(k.fraction * cases));
  throw new PawlError("PAWL_DATA_INVALID", `The fraction is ${k.fraction}; it must be above 0 and at most 1.`);
}

/** For each positive case the chance that it is among the top `k`, every order of a tie being equally likely. */
function inclusion(scores: ArrayLike<number>, labels: readonly BinaryLabel[], k: number): number[] {
  return perPositive(scores, labels, ({ positivesAbove, negativesAbove, positives, negatives }) => {
    const places = k - positivesAbove - negativesAbove;
    return Math.min(1, Math.max(0, places / (positives + negatives)));
  });
}

/**
 * Recall at k: the share of all positive cases that are among the `k` highest scores. Larger is better; in [0, 1].
 * One sample per positive case: whether it is among them. A tie across the border counts as its expectation.
 *
 * Source: the definition; McSherry and Najork (ECIR 2008) for ties.
 *
 * @throws PawlError `PAWL_DATA_INVALID` on a bad `k`, bad labels, unequal lengths, or no positive case.
 */
export function recallAtK(scores: ArrayLike<number>, labels: readonly BinaryLabel[], k: TopK): MetricResult {
  const samples = inclusion(scores, labels, resolveK(k, labels.length));
  return { value: mean(samples), samples };
}

/**
 * Precision at k: the share of positive cases among the `k` highest scores. Larger is better; in [0, 1]. One sample
 * per positive case: the number of positives divided by `k` where it is among them, else 0, so that the mean is the
 * value. A tie across the border counts as its expectation.
 *
 * Source: the definition; McSherry and Najork (ECIR 2008) for ties.
 *
 * @throws PawlError `PAWL_DATA_INVALID` on a bad `k`, bad labels, unequal lengths, or no positive case.
 */
export function precisionAtK(scores: ArrayLike<number>, labels: readonly BinaryLabel[], k: TopK): MetricResult {
  const count = resolveK(k, labels.length);
  const included = inclusion(scores, labels, count);
  const samples = included.map((chance) => (chance * included.length) / count);
  // Rounding must not take the value above 1.
  return { value: Math.min(1, mean(samples)), samples };
}
