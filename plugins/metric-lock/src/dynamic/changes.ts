import type { Output } from "@pawl/plugin";
import { agree, numberOf } from "./outputs.ts";

/** Differences this small, relative to the size of the answers, come from rounding. */
const ROUNDING = 1e-12;

/** Where a content answers differently from the champion. */
export interface Changes {
  /** Positions of the cases that both answered. */
  readonly cases: readonly number[];
  /** Answers by position. */
  readonly candidate: ReadonlyMap<number, Output>;
  readonly champion: ReadonlyMap<number, Output>;
  /** Positions with different answers, those first that moved furthest in the order of all answers. */
  readonly changed: readonly number[];
  readonly ranks: Ranks | null;
}

/** Where a number would stand among all answers of the candidate, or of the champion: from 0 to 1. */
export interface Ranks {
  candidate(value: number): number;
  champion(value: number): number;
}

/** @param champion one answer for each of `cases`; `outputs` are the candidate's for all positions */
export function changesOf(cases: readonly number[], outputs: readonly Output[], champion: readonly Output[]): Changes {
  const own = new Map(cases.map((position) => [position, outputs[position]!]));
  const others = new Map(cases.map((position, i) => [position, champion[i]!]));
  const ranks = ranksOf([...own.values()], champion);
  const scale = ROUNDING * middleSize([...own.values()]);
  const moves = cases.flatMap((position) => {
    const [a, b] = [own.get(position)!, others.get(position)!];
    const [x, y] = [numberOf(a), numberOf(b)];
    if (x === undefined || y === undefined) return agree(a, b) ? [] : [{ position, move: 1 }];
    const far = Math.abs(x - y) > Math.max(scale, ROUNDING * Math.max(Math.abs(x), Math.abs(y)));
    return far
      ? [{ position, move: ranks === null ? Math.abs(x - y) : Math.abs(ranks.candidate(x) - ranks.champion(y)) }]
      : [];
  });
  const changed = moves.toSorted((a, b) => b.move - a.move || a.position - b.position).map(({ position }) => position);
  return { cases, candidate: own, champion: others, changed, ranks };
}

/** Ranks mean something from so many answers on. */
const FEWEST_RANKED = 50;

function ranksOf(candidate: readonly Output[], champion: readonly Output[]): Ranks | null {
  const numbers = (outputs: readonly Output[]): Float64Array =>
    Float64Array.from(outputs.flatMap((output) => numberOf(output) ?? [])).toSorted();
  const [own, others] = [numbers(candidate), numbers(champion)];
  if (Math.min(own.length, others.length) < FEWEST_RANKED) return null;
  return { candidate: (value) => rankIn(own, value), champion: (value) => rankIn(others, value) };
}

/** The middle of the places that the value could take. */
function rankIn(sorted: Float64Array, value: number): number {
  const below = (isBelow: (item: number) => boolean): number => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isBelow(sorted[middle]!)) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return (below((item) => item < value) + below((item) => item <= value)) / 2 / sorted.length;
}

function middleSize(outputs: readonly Output[]): number {
  const sizes = Float64Array.from(outputs.flatMap((output) => Math.abs(numberOf(output) ?? Number.NaN))).toSorted();
  const middle = sizes[sizes.length >> 1] ?? 0;
  return Number.isFinite(middle) ? middle : 0;
}
