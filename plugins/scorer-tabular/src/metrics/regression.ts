import { checkLengths, mean, type MetricResult } from "./common.ts";

/** Options of {@link rmse} and {@link mae}. */
export interface RegressionOptions {
  /**
   * The largest error that one case can have, in the label's unit; also what a missing answer costs. Default: ten times
   * the spread of the labels, or where they are all equal ten times their size, at least 10.
   */
  readonly worstError?: number | undefined;
}

/**
 * The largest error that one case can have when nothing else is said. No honest prediction gets there, one wild answer
 * cannot make the metric infinite, and no answer is worse than a failed one.
 */
export function largestError(labels: readonly number[]): number {
  let min = Infinity;
  let max = -Infinity;
  for (const label of labels) {
    min = Math.min(min, label);
    max = Math.max(max, label);
  }
  return 10 * (max > min ? max - min : Math.max(1, Math.abs(max)));
}

function absoluteErrors(
  predictions: ArrayLike<number>,
  labels: readonly number[],
  { worstError = largestError(labels) }: RegressionOptions,
): number[] {
  checkLengths(predictions, labels);
  return labels.map((label, i) => {
    const error = Math.abs(predictions[i]! - label);
    return error <= worstError ? error : worstError;
  });
}

/**
 * Root mean squared error, in the label's unit. Smaller is better. One sample per case: the squared error, whose mean
 * is the square of the value.
 *
 * Source: the definition.
 *
 * @throws PawlError `PAWL_DATA_INVALID` on unequal lengths, or no cases.
 */
export function rmse(
  predictions: ArrayLike<number>,
  labels: readonly number[],
  options: RegressionOptions = {},
): MetricResult {
  const samples = absoluteErrors(predictions, labels, options).map((error) => error * error);
  return { value: Math.sqrt(mean(samples)), samples };
}

/**
 * Mean absolute error, in the label's unit. Smaller is better. One sample per case: the absolute error.
 *
 * Source: the definition.
 *
 * @throws PawlError `PAWL_DATA_INVALID` on unequal lengths, or no cases.
 */
export function mae(
  predictions: ArrayLike<number>,
  labels: readonly number[],
  options: RegressionOptions = {},
): MetricResult {
  const samples = absoluteErrors(predictions, labels, options);
  return { value: mean(samples), samples };
}
