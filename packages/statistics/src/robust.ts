import { median as medianOf, medianAbsoluteDeviation } from "simple-statistics";

/** The middle value, or the mean of the two in the middle. @throws RangeError for an empty list. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError("There are no values.");
  return medianOf(values as number[]);
}

/** Makes a median absolute deviation estimate the standard deviation of normal values: one over the normal 3/4 point. */
const TO_NORMAL = 1.482_602_218_505_602;

/**
 * The median absolute deviation from the median, times 1.4826, so that it estimates the standard deviation of normal
 * values. Up to half of the values may be anything without moving it far. 0 where more than half are equal.
 *
 * Source: F. R. Hampel, "The Influence Curve and its Role in Robust Estimation", JASA 69 (1974).
 *
 * @throws RangeError for an empty list.
 */
export function robustDeviation(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError("There are no values.");
  return medianAbsoluteDeviation(values as number[]) * TO_NORMAL;
}

/**
 * How many robust standard deviations `value` is above the median of `others`; negative below it. `null` where it cannot
 * be said: fewer than 5 others, or more than half of them equal while `value` is not.
 *
 * Source: B. Iglewicz and D. C. Hoaglin, "How to Detect and Handle Outliers" (1993), the modified z-score; they call
 * more than 3.5 an outlier.
 */
export function robustZ(value: number, others: readonly number[]): number | null {
  if (others.length < 5) return null;
  const distance = value - median(others);
  if (distance === 0) return 0;
  const deviation = robustDeviation(others);
  return deviation > 0 ? distance / deviation : null;
}
