import { PawlError, type Output } from "@pawl/plugin";

/** What every metric function returns. */
export interface MetricResult {
  /** The metric. */
  readonly value: number;
  /**
   * Contributions to the value, for paired statistics: their mean is the value, or moves with it. Length and order
   * depend on the labels alone, never on the scores. Larger is better exactly if the metric is maximised.
   */
  readonly samples: number[];
}

/** 1 for a positive case, 0 for a negative one. */
export type BinaryLabel = 0 | 1;

/**
 * The numbers that a surface answered, in order; `NaN` where it failed or answered anything else. All metrics of this
 * package take `NaN` as the worst answer that the case allows.
 *
 * @param range what counts as an answer at all, both ends included; `[0, 1]` where a probability is asked for.
 */
export function outputNumbers(
  outputs: readonly Output[],
  [min, max]: readonly [min: number, max: number] = [-Infinity, Infinity],
): number[] {
  return outputs.map((output) => {
    const value = "value" in output ? output.value : null;
    return typeof value === "number" && Number.isFinite(value) && value >= min && value <= max ? value : Number.NaN;
  });
}

/** @throws PawlError `PAWL_DATA_INVALID` where there are no cases, or not one score per label. */
export function checkLengths(scores: ArrayLike<number>, labels: ArrayLike<unknown>): void {
  if (labels.length === 0) throw new PawlError("PAWL_DATA_INVALID", "There are no cases to compute a metric on.");
  if (scores.length !== labels.length) {
    throw new PawlError("PAWL_DATA_INVALID", `There are ${scores.length} scores for ${labels.length} labels.`);
  }
}

/** @throws PawlError `PAWL_DATA_INVALID` where a label is neither 0 nor 1. */
export function checkBinary(labels: readonly BinaryLabel[]): void {
  const wrong = labels.findIndex((label) => label !== 0 && label !== 1);
  if (wrong !== -1) {
    throw new PawlError("PAWL_DATA_INVALID", `Label ${wrong} is ${String(labels[wrong])}; it must be 0 or 1.`);
  }
}

/** The mean of a list that is not empty. */
export function mean(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
