import type { Effect, Metric } from "@pawl/plugin";
import { pairedInterval } from "@pawl/statistics";

/** Share of such intervals that cover the true effect. */
const CONFIDENCE = 0.95;

/**
 * What is gained on a case from one score to another, positive being better, with what it may really be; `undefined`
 * where there are no paired samples.
 */
export function effectOf(
  { direction }: Pick<Metric, "direction">,
  before: readonly number[] | undefined,
  after: readonly number[] | undefined,
): Effect | undefined {
  if (before === undefined || after === undefined) return undefined;
  if (before.length === 0 || before.length !== after.length) return undefined;
  const sign = direction === "maximize" ? 1 : -1;
  const differences = after.map((sample, index) => sign * (sample - (before[index] as number)));
  const { mean, low, high, pairs } = pairedInterval(differences, CONFIDENCE);
  return { mean, low, high, confidence: CONFIDENCE, pairs };
}
