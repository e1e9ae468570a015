/** What resampling says of a difference between two metrics on the same cases. */
export interface BootstrapResult {
  /** The statistic on all cases as they are. */
  readonly value: number;
  readonly standardError: number;
  /** Share of resamples in which the statistic is not above zero: a one-sided p-value, at least 1 / (resamples + 1). */
  readonly notAbove: number;
  readonly low: number;
  readonly high: number;
}

/** How {@link pairedBootstrap} resamples. */
export interface BootstrapOptions {
  /** Default 2,000. */
  readonly resamples?: number;
  /** Of the two-sided percentile interval. Default 0.95. */
  readonly confidence?: number;
  /** Uniform in [0, 1). */
  readonly next: () => number;
}

/**
 * Draws cases with replacement and computes the statistic on each draw: for metrics of which nothing better is known,
 * such as the difference of two candidates' 95th percentile on the same cases.
 *
 * One look at fixed data: it must not be repeated while cases come in. Its p-value is only roughly right, and cannot be
 * smaller than the number of resamples allows.
 *
 * Source: B. Efron, "Bootstrap Methods: Another Look at the Jackknife", Annals of Statistics 7 (1979); the p-value with
 * one added as in A. C. Davison and D. V. Hinkley, "Bootstrap Methods and their Application" (1997), section 4.2.
 *
 * @param cases how many cases there are, at least one.
 * @param statistic computes the difference from positions of cases, each as often as it was drawn.
 */
export function pairedBootstrap(
  cases: number,
  statistic: (drawn: Uint32Array) => number,
  { resamples = 2_000, confidence = 0.95, next }: BootstrapOptions,
): BootstrapResult {
  if (!(cases >= 1)) throw new RangeError("There are no cases.");
  const drawn = Uint32Array.from({ length: cases }, (_, index) => index);
  const value = statistic(drawn);
  const values = new Float64Array(resamples);
  for (let round = 0; round < resamples; round += 1) {
    for (let i = 0; i < cases; i += 1) drawn[i] = Math.floor(next() * cases);
    values[round] = statistic(drawn);
  }
  values.sort();
  const center = values.reduce((sum, one) => sum + one, 0) / resamples;
  const squares = values.reduce((sum, one) => sum + (one - center) ** 2, 0);
  const notAbove = values.reduce((count, one) => count + Number(!(one > 0)), 0);
  const at = (share: number): number => values[Math.min(resamples - 1, Math.max(0, Math.floor(share * resamples)))]!;
  return {
    value,
    standardError: Math.sqrt(squares / Math.max(1, resamples - 1)),
    notAbove: (notAbove + 1) / (resamples + 1),
    low: at((1 - confidence) / 2),
    high: at((1 + confidence) / 2),
  };
}
