import type { Output } from "@pawl/plugin";
import { agree, numberOf } from "./outputs.ts";

/** Differences this small, relative to the size of the answers, come from rounding. */
const ROUNDING = 1e-12;

/** Where a content answers differently from the champion. Answers stand at the positions of their cases. */
export interface Changes {
  readonly candidate: readonly Output[];
  readonly champion: readonly Output[];
  /** Positions with different answers, those first that moved furthest in the order of all answers. */
  readonly changed: readonly number[];
  /** How far those moved, in their order: in rank from 0 to 1 where there are ranks. */
  readonly moves: readonly number[];
  /** `null` where too few answers are numbers. */
  readonly ranks: Ranks | null;
}

/** Where a number would stand among all answers of the candidate, or of the champion: from 0 to 1. */
export interface Ranks {
  candidate(value: number): number;
  champion(value: number): number;
}

/** Both have answered the same cases, in the same order. */
export function changesOf(candidate: readonly Output[], champion: readonly Output[]): Changes {
  const ranks = ranksOf(candidate, champion);
  const scale = ROUNDING * middleSize(candidate);
  const moves: { readonly position: number; readonly move: number }[] = [];
  for (const [position, own] of candidate.entries()) {
    const other = champion[position]!;
    const [x, y] = [numberOf(own), numberOf(other)];
    if (x === undefined || y === undefined) {
      if (!agree(own, other)) moves.push({ position, move: 1 });
    } else if (Math.abs(x - y) > Math.max(scale, ROUNDING * Math.max(Math.abs(x), Math.abs(y)))) {
      const move = ranks === null ? x - y : ranks.candidate(x) - ranks.champion(y);
      moves.push({ position, move: Math.abs(move) });
    }
  }
  moves.sort((a, b) => b.move - a.move || a.position - b.position);
  return {
    candidate,
    champion,
    changed: moves.map(({ position }) => position),
    moves: moves.map(({ move }) => move),
    ranks,
  };
}

/** Ranks mean something from so many answers on. */
const FEWEST_RANKED = 50;

function ranksOf(candidate: readonly Output[], champion: readonly Output[]): Ranks | null {
  const [own, others] = [sortedNumbers(candidate), sortedNumbers(champion)];
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

function sortedNumbers(outputs: readonly Output[]): Float64Array {
  const numbers = new Float64Array(outputs.length);
  let count = 0;
  for (const output of outputs) {
    const value = numberOf(output);
    if (value !== undefined) numbers[count++] = value;
  }
  return numbers.subarray(0, count).toSorted();
}

/** The size of an ordinary answer. */
function middleSize(outputs: readonly Output[]): number {
  const sizes = sortedNumbers(outputs.filter((_, i) => i % EVERY === 0))
    .map(Math.abs)
    .toSorted();
  return sizes[sizes.length >> 1] ?? 0;
}

/** Of so many answers one is looked at to tell their size. */
const EVERY = 16;
