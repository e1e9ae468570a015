import type { Evidence, EvidenceOptions } from "./sign-evidence.ts";

/** {@link EvidenceOptions}, and how far a difference can go. */
export interface BoundedEvidenceOptions extends EvidenceOptions {
  /** No difference is larger than this in size: the width of the samples' range. Above 0. */
  readonly bound: number;
}

/**
 * Always-valid evidence that bounded paired differences are larger than zero on average.
 *
 * The null that it covers: given what came before, the mean of a difference is zero or below, however skewed it is.
 *
 * Each case multiplies a stake by `1 + b d`, whose expectation is then at most 1, and which stays above 0 for every
 * `b < 1 / bound`. The stake is divided evenly among constant bets b, octaves from 1 / (2 bound) down to what pays off
 * for the smallest effect that `of` cases can show: the diversified Kelly betting of the source.
 *
 * Source: I. Waudby-Smith and A. Ramdas, "Estimating means of bounded random variables by betting", JRSS-B 86 (2024).
 *
 * @param differences in the order in which the cases were run, none larger than `bound` in size.
 * @throws RangeError for a difference beyond the bound.
 */
export function boundedEvidence(
  differences: ArrayLike<number>,
  { bound, of, enough }: BoundedEvidenceOptions,
): Evidence {
  const smallest = Math.min(0.5, Math.sqrt((2 * Math.log(enough)) / of));
  const count = 1 + Math.ceil(Math.log2(0.5 / smallest));
  const bets = Float64Array.from({ length: count }, (_, k) => 2 ** -(k + 1) / bound);
  const stakes = new Float64Array(count).fill(1 / count);
  let e = 1;
  for (let i = 0; i < differences.length; i += 1) {
    const difference = differences[i]!;
    if (!(Math.abs(difference) <= bound)) throw new RangeError(`A difference of ${difference} is beyond ${bound}.`);
    if (difference === 0) continue;
    e = 0;
    for (let k = 0; k < count; k += 1) e += stakes[k]! *= 1 + bets[k]! * difference;
    if (e >= enough) return { e, cases: i + 1 };
  }
  return { e, cases: differences.length };
}
