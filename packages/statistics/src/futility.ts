import { logCosh, solveScale } from "./scale.ts";

/** How {@link isHopeless} decides. */
export interface FutilityOptions {
  /** How many cases there are in all. */
  readonly of: number;
  /** The evidence that will be asked for at the end, such as 1 / 0.05. */
  readonly enough: number;
  /** The chance of giving up a candidate that the full comparison would find with a power of 95 %. */
  readonly error: number;
}

/**
 * Whether so few cases already speak so clearly against a candidate that the rest can be saved.
 *
 * The claim that is tested is "better by at least the effect that all cases would find with a power of 95 %", with the
 * same game as {@link signEvidence} the other way round: differences from that effect, one strength. The scale is that
 * of the sizes so far, so the error is kept approximately rather than by a theorem; see the simulations of
 * `@pawl/gate-improvement`. It says nothing about a gain that shows only in cases unlike all of those so far.
 *
 * @param differences at least 10 that are not 0, else the answer is no.
 */
export function isHopeless(differences: ArrayLike<number>, { of, enough, error }: FutilityOptions): boolean {
  const count = differences.length;
  let differing = 0;
  for (let i = 0; i < count; i += 1) if (differences[i] !== 0) differing += 1;
  if (differing < FEWEST) return false;
  const wanted = Math.log(enough);
  const scale = solveScale(differences, count, (wanted * count) / of);
  const effect = effectAt(scale, wanted, of);
  let against = 0;
  for (let i = 0; i < count; i += 1) {
    const x = scale * (effect - differences[i]!);
    against += x - logCosh(x);
  }
  return against >= Math.log(1 / error);
}

const FEWEST = 10;
/** The normal 5 % point: from an even chance to a power of 95 %. */
const POWER_POINT = 1.645;

/** An effect that just suffices has an even chance; this much more makes it 95 %. */
function effectAt(scale: number, wanted: number, of: number): number {
  return ((2 * wanted) / (scale * of)) * (1 + POWER_POINT / Math.sqrt(2 * wanted));
}
