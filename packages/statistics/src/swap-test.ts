/** How {@link pairedSwapTest} draws. */
export interface SwapTestOptions {
  /** The level that is asked about, in (0, 1): it takes about 2 / level draws to reach it. */
  readonly level: number;
  /** Uniform in [0, 1). */
  readonly next: () => number;
}

/** What {@link pairedSwapTest} found. */
export interface SwapTestResult {
  /** The statistic of the pairs as they are. */
  readonly value: number;
  /** One-sided p-value: valid at any size, and never below 1 / (draws + 1). */
  readonly p: number;
  readonly draws: number;
}

/**
 * Whether a statistic of two paired lists, such as the difference of their 95th percentiles, is larger than chance
 * makes it: the two values of each pair are swapped at random, and the statistic is computed again. It is exact where
 * candidate and champion could be swapped case by case without anyone noticing, for any statistic and any tails.
 *
 * It stops as soon as ten draws were at least as large, which is the usual fate of candidates that are no better, and
 * gives the p-value of the draws so far. It is one look: it must not be repeated while cases come in.
 *
 * Source: R. A. Fisher, "The Design of Experiments" (1935), section 21; J. Besag and P. Clifford, "Sequential Monte Carlo
 * p-values", Biometrika 78 (1991), for the early end.
 *
 * @param statistic larger is better; must not keep the lists, which are used again.
 */
export function pairedSwapTest(
  candidate: ArrayLike<number>,
  champion: ArrayLike<number>,
  statistic: (candidate: Float64Array, champion: Float64Array) => number,
  { level, next }: SwapTestOptions,
): SwapTestResult {
  const one = Float64Array.from(candidate);
  const other = Float64Array.from(champion);
  const value = statistic(one, other);
  const most = Math.ceil(2 / level);
  let reached = 0;
  for (let draws = 1; draws <= most; draws += 1) {
    for (let i = 0; i < one.length; i += 1) {
      const isSwapped = next() < 0.5;
      one[i] = isSwapped ? champion[i]! : candidate[i]!;
      other[i] = isSwapped ? candidate[i]! : champion[i]!;
    }
    // Not ">=": a statistic that is no number must count against the candidate.
    if (!(statistic(one, other) < value)) reached += 1;
    if (reached === ENOUGH_REACHED) return { value, p: reached / draws, draws };
  }
  return { value, p: (reached + 1) / (most + 1), draws: most };
}

const ENOUGH_REACHED = 10;

/** The value that a share of the list does not exceed: the smallest such value of the list. */
export function quantile(values: ArrayLike<number>, share: number): number {
  if (values.length === 0) throw new RangeError("There are no values.");
  const sorted = Float64Array.from(values).toSorted();
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length - 1e-9) - 1))]!;
}
