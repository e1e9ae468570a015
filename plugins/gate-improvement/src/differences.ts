import { gain as gainOf, type Metric } from "@pawl/plugin";

/** Differences this small, relative to what they are differences of, come from rounding: they are ties. */
const ROUNDING = 1e-12;

/** How much better a value is than another; exactly 0 where rounding made the difference, as sums in another order do. */
export function gainBeyondRounding(metric: Pick<Metric, "direction">, other: number, one: number): number {
  return isTie(one, other) ? 0 : gainOf(metric, other, one);
}

/** "<" and "===", so that what is infinite is never a tie with anything. */
const isTie = (one: number, other: number): boolean =>
  one === other || Math.abs(one - other) < ROUNDING * Math.max(Math.abs(one), Math.abs(other));

/** How much better the candidate is, case by case; exactly 0 where it is a tie. `order` gives the cases' positions. */
export function differencesOf(
  { direction }: Pick<Metric, "direction">,
  candidate: readonly number[],
  champion: readonly number[],
  order?: readonly number[],
): Float64Array {
  const sign = direction === "maximize" ? 1 : -1;
  const differences = new Float64Array(candidate.length);
  for (let i = 0; i < differences.length; i += 1) {
    const at = order?.[i] ?? i;
    const [one, other] = [candidate[at]!, champion[at]!];
    differences[i] = isTie(one, other) ? 0 : sign * (one - other);
  }
  return differences;
}

/**
 * Whether every pair differs by the same amount, at more than one level of the champion: then there is no noise to ask
 * about. At a single level, such as all cases wrong before and right now, chance alone can do it.
 */
export function isConstant(candidate: readonly number[], champion: readonly number[]): boolean {
  const largest = (max: number, value: number): number => Math.max(max, Math.abs(value));
  const slack = ROUNDING * champion.reduce(largest, candidate.reduce(largest, 0));
  const shift = candidate[0]! - champion[0]!;
  return (
    candidate.every((value, i) => Math.abs(value - champion[i]! - shift) <= slack) &&
    champion.some((value) => Math.abs(value - champion[0]!) > slack)
  );
}

/** What a person wants to know of the pairs. */
export interface Summary {
  readonly pairs: number;
  readonly wins: number;
  readonly losses: number;
  readonly ties: number;
  /** In the unit of the samples. */
  readonly meanDifference: number;
  /** Of the mean difference; `null` for a single pair. */
  readonly standardError: number | null;
}

export function summarise(differences: ArrayLike<number>): Summary {
  const pairs = differences.length;
  let [wins, losses, largest] = [0, 0, 0];
  for (let i = 0; i < pairs; i += 1) {
    const difference = differences[i]!;
    if (difference > 0) wins += 1;
    else if (difference < 0) losses += 1;
    largest = Math.max(largest, Math.abs(difference));
  }
  const base = { pairs, wins, losses, ties: pairs - wins - losses };
  if (largest === 0) return { ...base, meanDifference: 0, standardError: pairs > 1 ? 0 : null };
  // In units of the largest, so that huge differences do not overflow.
  let mean = 0;
  for (let i = 0; i < pairs; i += 1) mean += differences[i]! / largest / pairs;
  let squares = 0;
  for (let i = 0; i < pairs; i += 1) squares += (differences[i]! / largest - mean) ** 2;
  const standardError = pairs > 1 ? Math.sqrt(squares / (pairs - 1) / pairs) * largest : null;
  return { ...base, meanDifference: mean * largest, standardError };
}
