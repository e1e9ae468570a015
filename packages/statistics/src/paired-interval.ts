import { mean, sampleStandardDeviation } from "simple-statistics";
import { studentQuantile } from "./student.ts";

/** The mean of paired differences, with what it may really be. In the unit of the differences. */
export interface PairedInterval {
  readonly mean: number;
  /** `null` where a single pair leaves everything open. */
  readonly low: number | null;
  readonly high: number | null;
  /** Share of such intervals that cover the true mean, in (0, 1). */
  readonly confidence: number;
  readonly pairs: number;
  /** `constant`: all pairs differ by the same amount, so the interval is that one number. */
  readonly method: "student-t" | "constant" | "none";
}

/**
 * A two-sided interval for the mean of paired differences: Student's t. With few pairs it is wider than a bootstrap's,
 * which covers too little there. It is meant for one look at data that took no part in the choice.
 *
 * Assumes independent pairs whose mean is roughly normal; very skewed differences need some hundreds of pairs for that.
 *
 * Source: Student, "The Probable Error of a Mean", Biometrika 6 (1908).
 *
 * @param differences one per pair, finite; at least one.
 * @throws RangeError without any difference, with one that is not finite, or with a confidence outside of (0, 1).
 *
 * @example
 * pairedInterval([0.2, 0.1, 0.4, 0.3], 0.95); // { mean: 0.25, low: 0.0446…, high: 0.4554…, … }
 */
export function pairedInterval(differences: readonly number[], confidence: number): PairedInterval {
  if (differences.length === 0) throw new RangeError("There are no differences.");
  if (!differences.every(Number.isFinite)) throw new RangeError("A difference is not a finite number.");
  if (!(confidence > 0 && confidence < 1)) throw new RangeError(`The confidence is ${confidence}, not in (0, 1).`);
  const center = mean(differences as number[]);
  const pairs = differences.length;
  const base = { mean: center, confidence, pairs };
  if (pairs === 1) return { ...base, low: null, high: null, method: "none" };
  const first = differences[0]!;
  if (differences.every((difference) => difference === first)) {
    return { ...base, mean: first, low: first, high: first, method: "constant" };
  }
  const error = sampleStandardDeviation(differences as number[]) / Math.sqrt(pairs);
  const reach = studentQuantile((1 - confidence) / 2, pairs - 1) * error;
  return { ...base, low: center - reach, high: center + reach, method: "student-t" };
}
