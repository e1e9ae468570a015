import type { Evaluation } from "@pawl/plugin";
import { largestError } from "./metrics/index.ts";
import type { Reference, Scoring } from "./scoring.ts";

/**
 * Whether an evaluation can be scored in parts. A ranking cannot: what a case is worth there depends on all others, and
 * a part may hold no positive case at all.
 */
export function canSlice(scorings: readonly Scoring[]): boolean {
  return scorings.every(({ perCase }) => perCase);
}

/** The cases at these positions, each worth what it is worth in the whole evaluation. */
export function slice(whole: Evaluation<Reference>, cases: readonly number[]): Evaluation<Reference> {
  const { inputs, reference } = whole;
  const { labels, amounts, worstError = largestError(labels) } = reference;
  const at = <T>(values: readonly T[]): T[] => cases.map((position) => values[position]!);
  const columns = Object.entries(amounts).map(([column, values]) => [column, at(values)] as const);
  return {
    ...whole,
    inputs: at(inputs),
    reference: { labels: at(labels), amounts: Object.fromEntries(columns), worstError },
  };
}
