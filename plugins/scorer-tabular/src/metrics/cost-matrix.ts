import { PawlError } from "@pawl/plugin";
import { checkBinary, checkLengths, mean, type BinaryLabel, type MetricResult } from "./common.ts";

/** What one outcome costs: a fixed sum, or a fixed sum and a share of the case's own amount. Negative is a profit. */
export type CaseCost = number | { readonly fixed?: number | undefined; readonly perAmount: number };

/** What each of the four outcomes of a yes-or-no decision costs. */
export interface CostMatrix {
  /** Said yes, and it was. */
  readonly tp: CaseCost;
  /** Said yes, and it was not: a false alarm. */
  readonly fp: CaseCost;
  /** Said no, and it was: a miss. */
  readonly fn: CaseCost;
  /** Said no, and it was not. */
  readonly tn: CaseCost;
}

/** Options of {@link costMatrix}. */
export interface CostMatrixOptions {
  readonly costs: CostMatrix;
  /** A score of at least this is a yes. Absent: the scores are decisions, 1 for yes and 0 for no. */
  readonly threshold?: number | undefined;
  /** One amount per case, for costs that have a `perAmount`. */
  readonly amounts?: readonly number[] | undefined;
}

function costOf(cost: CaseCost, amount: number | undefined): number {
  if (typeof cost === "number") return cost;
  if (amount === undefined || !Number.isFinite(amount)) {
    throw new PawlError("PAWL_DATA_INVALID", "A cost has a perAmount, but there is no amount for every case.");
  }
  return (cost.fixed ?? 0) + cost.perAmount * amount;
}

/**
 * Mean cost per case of yes-or-no decisions, in the unit of the costs. Smaller is better. One sample per case. What is
 * no decision (`NaN`, or neither 0 nor 1 where there is no threshold) costs as much as the dearer decision.
 *
 * Source: C. Elkan, "The Foundations of Cost-Sensitive Learning" (IJCAI 2001), example-dependent costs included.
 *
 * @throws PawlError `PAWL_DATA_INVALID` on labels other than 0 and 1, unequal lengths, no cases, or a missing amount.
 */
export function costMatrix(
  scores: ArrayLike<number>,
  labels: readonly BinaryLabel[],
  { costs, threshold, amounts }: CostMatrixOptions,
): MetricResult {
  checkLengths(scores, labels);
  checkBinary(labels);
  if (amounts !== undefined) checkLengths(amounts, labels);
  const samples = labels.map((label, i) => {
    const score = scores[i]!;
    const yes = costOf(label === 1 ? costs.tp : costs.fp, amounts?.[i]);
    const no = costOf(label === 1 ? costs.fn : costs.tn, amounts?.[i]);
    if (threshold === undefined ? score === 1 : score >= threshold) return yes;
    if (threshold === undefined ? score === 0 : score < threshold) return no;
    return Math.max(yes, no);
  });
  return { value: mean(samples), samples };
}
