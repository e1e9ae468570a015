import { type Scenario } from "./simulator.ts";
import type { Transaction } from "./transaction.ts";
/** The splits that a world has. New worlds are free, so no cases are put away in a vault. */
export declare const PERIODS: readonly ["train", "validation", "holdout"];
export type Period = (typeof PERIODS)[number];
/** Days in a split. No more than the delay: so no case of a split can carry a label of the same split. */
export declare const SPLIT_DAYS = 7;
/** First day of each split, in the order of time. The days between two splits are as many as the delay. */
export declare const FIRST_DAY: Readonly<Record<Period, number>>;
/** What stays on the host: one entry per payment in each list. */
export type Answers = {
  readonly fraud: readonly (0 | 1)[];
  readonly scenario: readonly Scenario[];
  readonly customer: readonly number[];
  readonly day: readonly number[];
};
interface Cases {
  readonly inputs: readonly Transaction[];
  readonly reference: Answers;
}
/** The payments of one split in the order of time, as new objects that the caller may do with as it likes. */
export declare function loadSplit(split: Period, seed: number): Cases;
export {};
//# sourceMappingURL=splits.d.ts.map
