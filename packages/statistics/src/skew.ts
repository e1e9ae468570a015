import { studentUpperTail } from "./student.ts";

/** P(Z > z) of the normal distribution, as Student's with very many degrees of freedom: right to about one percent. */
export const normalUpperTail = (z: number): number => studentUpperTail(z, 20_000);

/**
 * Whether a mean above zero still stands out at this level when many small gains are weighed against a few large losses:
 * a one-sided test of the mean, corrected for negative skewness. Positive skewness earns nothing.
 *
 * A test of signs and sizes, such as {@link signEvidence}, takes differences as symmetric where nothing has improved. This
 * second look does not, and costs such a test little power where they are. It is an approximation that gets good
 * with some hundreds of differences, and it knows nothing of losses too rare to be among them.
 *
 * Source: P. Hall, "On the Removal of Skewness by Transformation", JRSS-B 54 (1992), the monotone cubic transformation.
 *
 * @param level of the one-sided test, in (0, 1).
 */
export function standsSkew(differences: ArrayLike<number>, level: number): boolean {
  const count = differences.length;
  let [mean, largest] = [0, 0];
  for (let i = 0; i < count; i += 1) largest = Math.max(largest, Math.abs(differences[i]!));
  if (largest === 0) return false;
  for (let i = 0; i < count; i += 1) mean += differences[i]! / largest / count;
  let [squares, cubes] = [0, 0];
  for (let i = 0; i < count; i += 1) {
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
