/**
 * Jackknife pseudo-values: per case `n * whole - (n - 1) * withoutIt`. They turn a metric that is no mean of cases into
 * numbers per case whose mean is the metric, up to its small-sample bias, and whose spread is the metric's noise. The
 * differences of two candidates' pseudo-values are then compared pair by pair, like any samples.
 *
 * Good for smooth metrics (average precision, AUC, a ratio of sums). For a quantile use {@link pairedBootstrap}: the
 * jackknife of a quantile does not converge.
 *
 * Source: J. W. Tukey, "Bias and confidence in not-quite large samples" (1958); B. Efron, "The Jackknife, the Bootstrap
 * and Other Resampling Plans" (1982), chapter 3, for what it can and cannot do.
 *
 * @param whole the metric on all cases.
 * @param without the metric with each case left out, in the order of the cases; at least two.
 */
export function pseudoValues(whole: number, without: ArrayLike<number>): number[] {
  const cases = without.length;
  if (cases < 2) throw new RangeError("Pseudo-values need at least two cases.");
  // As the value and its deviation, rather than as a difference of two large products, which would lose digits.
  return Array.from(without, (left) => whole + (cases - 1) * (whole - left));
}
