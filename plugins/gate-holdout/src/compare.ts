import { gain as gainOf, type Metric, type Score } from "@pawl/plugin";
import { standsSkew, studentUpperTail } from "@pawl/statistics";

/** What a gain on the sealed cases has to reach. */
export interface Threshold {
  /** One-sided level of the paired comparison, in (0, 1). */
  readonly level: number;
  /** In the metric's own unit. */
  readonly minEffect: number;
}

/**
 * The one bit: whether the candidate is better on these cases, by more than `minEffect` and by a paired comparison at
 * `level`: Student's t, and once more corrected for skewness, so that many small gains against rare large losses do not
 * pass. Without samples the values alone decide. Whatever cannot be compared is not better.
 */
export function isBetter(
  metric: Pick<Metric, "direction">,
  candidate: Score | undefined,
  champion: Score | undefined,
  { level, minEffect }: Threshold,
): boolean {
  if (candidate === undefined || champion === undefined) return false;
  // Not "<=": a gain that is no number must not pass.
  if (!(gainOf(metric, champion.value, candidate.value) > minEffect)) return false;
  const [samples, others] = [candidate.samples ?? [], champion.samples ?? []];
  if (samples.length !== others.length) return false;
  if (samples.length === 0) return Number.isFinite(candidate.value);
  const sign = metric.direction === "maximize" ? 1 : -1;
  const differences = samples.map((sample, i) => sign * (sample - others[i]!));
  return differences.every(Number.isFinite) && standsOut(differences, level);
}

function standsOut(differences: readonly number[], level: number): boolean {
  const pairs = differences.length;
  // A single pair proves nothing.
  if (pairs < 2) return false;
  const mean = differences.reduce((sum, one) => sum + one, 0) / pairs;
  const variance = differences.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (pairs - 1);
  if (!(mean > 0)) return false;
  // The same gain on every pair: as sure as so many signs in a row.
  if (variance <= (1e-12 * mean) ** 2) return 2 ** -pairs <= level;
  return studentUpperTail(mean / Math.sqrt(variance / pairs), pairs - 1) <= level && standsSkew(differences, level);
}
