import { PawlError } from "@pawl/plugin";
import { checkBinary, checkLengths, type BinaryLabel } from "./common.ts";

/** All cases by score, the highest first, those with equal scores together. */
export interface Ranking {
  readonly positives: number;
  readonly negatives: number;
  /** How many groups of equal scores there are. */
  readonly count: number;
  /** One of them; 0 has the highest score. */
  group(index: number): RankGroup;
  /** One number for each group, in order. */
  each(compute: (group: RankGroup, index: number) => number): Float64Array;
  /** For each case, which group it is in. */
  readonly groupOf: Uint32Array;
}

/** Where one group of cases with equal scores stands among all cases. */
export interface RankGroup {
  readonly positivesAbove: number;
  readonly negativesAbove: number;
  readonly positives: number;
  readonly negatives: number;
}

/**
 * Ranks cases by their scores. The worst answer of a ranking is the far end: a `NaN` puts a positive below and
 * a negative above everything else.
 *
 * @throws PawlError `PAWL_DATA_INVALID` where there is not at least one positive case, or labels are not 0 and 1.
 */
export function rank(scores: ArrayLike<number>, labels: readonly BinaryLabel[]): Ranking {
  checkLengths(scores, labels);
  checkBinary(labels);
  const placed = Float64Array.from(labels, (label, i) => {
    const score = scores[i]!;
    if (!Number.isNaN(score)) return score;
    return label === 1 ? -Infinity : Infinity;
  });
  // Sorting numbers and looking them up again is several times faster than sorting positions.
  const sorted = placed.toSorted();
  let levels = 0;
  for (let i = 0; i < sorted.length; i += 1) if (i === 0 || sorted[i] !== sorted[i - 1]) sorted[levels++] = sorted[i]!;
  const [positive, negative] = [new Float64Array(levels), new Float64Array(levels)];
  const groupOf = new Uint32Array(labels.length);
  for (let i = 0; i < labels.length; i += 1) {
    let [low, high] = [0, levels - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (sorted[middle]! <= placed[i]!) low = middle;
      else high = middle - 1;
    }
    const group = levels - 1 - low;
    groupOf[i] = group;
    if (labels[i] === 1) positive[group]! += 1;
    else negative[group]! += 1;
  }
  if (!positive.some((count) => count > 0)) {
    throw new PawlError("PAWL_DATA_INVALID", "There is no positive case; a ranking cannot be judged without one.");
  }
  const [positivesAbove, negativesAbove] = [before(positive), before(negative)];
  const group = (g: number): RankGroup => ({
    positivesAbove: positivesAbove[g]!,
    negativesAbove: negativesAbove[g]!,
    positives: positive[g]!,
    negatives: negative[g]!,
  });
  return {
    positives: positivesAbove[levels]!,
    negatives: negativesAbove[levels]!,
    count: levels,
    group,
    each: (compute) => Float64Array.from({ length: levels }, (_, g) => compute(group(g), g)),
    groupOf,
  };
}

/** The sum of all before each, and of all at the end. */
function before(counts: Float64Array): Float64Array {
  const sums = new Float64Array(counts.length + 1);
  for (let i = 0; i < counts.length; i += 1) sums[i + 1] = sums[i]! + counts[i]!;
  return sums;
}
