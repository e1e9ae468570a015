import { PawlError } from "@pawl/plugin";
import type { BinaryLabel, MetricResult } from "./common.ts";
import { pseudoSamples } from "./pseudo.ts";
import { rank, type RankGroup, type Ranking } from "./ranks.ts";

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

/**
 * Recall at k: the share of all positive cases that are among the `k` highest scores. Larger is better; in [0, 1]. One
 * sample per case. A tie across the border counts as its expectation.
 *
 * Source: the definition; McSherry and Najork (ECIR 2008) for ties.
 *
 * @throws PawlError `PAWL_DATA_INVALID` on a bad `k`, bad labels, unequal lengths, or no positive case.
 */
export function recallAtK(scores: ArrayLike<number>, labels: readonly BinaryLabel[], k: TopK): MetricResult {
  return atK(scores, labels, k, (hits, _, positives) => hits / positives);
}

/**
 * Precision at k: the share of positive cases among the `k` highest scores. Larger is better; in [0, 1]. One sample per
 * case. A tie across the border counts as its expectation.
 *
 * Source: the definition; McSherry and Najork (ECIR 2008) for ties.
 *
 * @throws PawlError `PAWL_DATA_INVALID` on a bad `k`, bad labels, unequal lengths, or no positive case.
 */
export function precisionAtK(scores: ArrayLike<number>, labels: readonly BinaryLabel[], k: TopK): MetricResult {
  return atK(scores, labels, k, (hits, places) => hits / places);
}

/**
 * Samples are pseudo-values, except that the case which moves up over the border when one above it is left out counts
 * as much positive as the cases around the border are on average: a single case there would be a coin thrown for all.
 */
function atK(
  scores: ArrayLike<number>,
  labels: readonly BinaryLabel[],
  k: TopK,
  metric: (hits: number, places: number, positives: number) => number,
): MetricResult {
  const places = resolveK(k, labels.length);
  const ranking = rank(scores, labels);
  const { positives } = ranking;
  const hits = ranking.each((group) => group.positives * inclusion(group, places)).reduce((all, sum) => all + sum, 0);
  // Rounding must not take the value above 1.
  const value = Math.min(1, metric(hits, places, positives));
  const border = borderShare(ranking, places);
  // A share of the cases shrinks with them, a count does not.
  const left = typeof k === "number" ? places : places - places / labels.length;
  const samples = pseudoSamples(value, ranking, labels, (group, label) => {
    if (label === 1 && positives === 1) return 0;
    const without = hits - inclusion(group, places) * (label - border) - (places - left) * border;
    return value - metric(without, left, positives - label);
  });
  return { value, samples };
}

/** The share of a group that is among the first places, every order of a tie being equally likely. */
function inclusion({ positivesAbove, negativesAbove, positives, negatives }: RankGroup, places: number): number {
  return Math.min(1, Math.max(0, (places - positivesAbove - negativesAbove) / (positives + negatives)));
}

/** The share of positives among the cases around the border: as many places on each side as the root of all of them. */
function borderShare({ each, groupOf }: Ranking, places: number): number {
  const reach = Math.max(3, Math.ceil(Math.sqrt(places)));
  const [from, to] = [Math.max(0, places - reach), Math.min(groupOf.length, places + reach)];
  const around = (group: RankGroup): number => group.positives * (inclusion(group, to) - inclusion(group, from));
  return each(around).reduce((all, sum) => all + sum, 0) / (to - from);
}
