import { studentUpperTail } from "./student.ts";

/** P(Z > z) of the normal distribution, as Student's with very many degrees of freedom: right to about one percent. */
export const normalUpperTail = (z: number): number => studentUpperTail(z, 20_000);

/**
 * Whether a mean above zero still stands out at this level when many small gains are weighed against a few large losses:
 * a one-sided test of the mean, corrected for negative skewness. Positive skewness earns nothing.
 *
 * The cases at hand show the losses that lie beyond them too small: of n cases one can expect a share of 1 / (n + 1) below
 * the lowest. So the lowest difference counts as if it had come up two times more. How many that has to be was
 * found by simulation: with two, nights of 1,000 candidates whose gain is zero on average keep one with a chance of about
 * 5 % at 200 lognormal and 3 % at 100 exponential losses; see `@pawl/gate-improvement`. With three it is about 1 % of the
 * nights, and up to a quarter of the better candidates that two would keep is lost where tails are heavy.
 *
 * A test of signs and sizes, such as {@link signEvidence}, takes differences as symmetric where nothing has improved. This
 * second look does not, and costs such a test little power where they are and cases are many. It is an approximation that
 * gets good with some hundreds of differences, and it knows nothing of losses too rare to be among them at all.
 *
 * Source: P. Hall, "On the Removal of Skewness by Transformation", JRSS-B 54 (1992), the monotone cubic transformation;
 * S. S. Wilks, "Determination of Sample Sizes for Setting Tolerance Limits", Annals of Mathematical Statistics 12
 * (1941), for what lies below the lowest of n.
 *
 * @param level of the one-sided test, in (0, 1).
 */
export function standsSkew(differences: ArrayLike<number>, level: number): boolean {
  const seen = differences.length;
  let [largest, lowest, sum] = [0, Infinity, 0];
  for (let i = 0; i < seen; i += 1) {
    largest = Math.max(largest, Math.abs(differences[i]!));
    lowest = Math.min(lowest, differences[i]!);
  }
  if (largest === 0) return false;
  // In units of the largest, so that huge differences do not overflow.
  lowest /= largest;
  for (let i = 0; i < seen; i += 1) sum += differences[i]! / largest;
  const count = seen + UNSEEN;
  const mean = (sum + UNSEEN * lowest) / count;
  let [squares, cubes] = [UNSEEN * (lowest - mean) ** 2, UNSEEN * (lowest - mean) ** 3];
  for (let i = 0; i < seen; i += 1) {
    const centred = differences[i]! / largest - mean;
    squares += centred ** 2;
    cubes += centred ** 3;
  }
  const deviation = Math.sqrt(squares / count);
  if (deviation === 0) return mean > 0;
  const skewness = Math.min(0, cubes / count / deviation ** 3);
  const ratio = mean / deviation;
  const straight = ratio + (skewness * ratio ** 2) / 3 + (skewness ** 2 * ratio ** 3) / 27 + skewness / (6 * count);
  return normalUpperTail(Math.sqrt(count) * straight) <= level;
}

/** How often the lowest difference is taken to be missing among those that were seen. */
const UNSEEN = 2;
