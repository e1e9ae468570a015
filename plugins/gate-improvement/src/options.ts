import { z } from "zod";

export const improvementOptions = z.object({
  /** What the whole run may get wrong, in (0, 0.5]; `control` says what exactly. */
  falseKeeps: z.number().positive().max(0.5).default(0.05),
  /**
   * `fwer`: the chance that a run keeps even one candidate that is no better is at most `falseKeeps`.
   * `fdr`: of all that a run keeps, the expected share that is no better is at most `falseKeeps`.
   */
  control: z.enum(["fwer", "fdr"]).default("fwer"),
  /** The gain must be larger than this, in the metric's own unit. */
  minEffect: z.number().nonnegative().default(0),
  /** The smallest and the largest sample that is possible at all. With them the test covers skewed differences too. */
  bounds: z
    .tuple([z.number(), z.number()])
    .refine(([min, max]) => min < max, { error: "the smallest possible sample comes first, then the largest" })
    .optional(),
  /**
   * What the samples are compared by. A quantile, such as { quantile: 0.95 } for a p95 whose samples are the cases' raw
   * values, is judged once, on all cases.
   */
  statistic: z.union([z.literal("mean"), z.strictObject({ quantile: z.number().gt(0).lt(1) })]).default("mean"),
  /**
   * Gives a candidate up before all cases are run, at about this chance of giving up one that all cases would find with
   * a power of 95 %. 0: never.
   */
  giveUp: z.number().min(0).max(0.2).default(0.02),
  /** For runs that are noisy by themselves, such as training: candidate and champion are compared on so many new seeds. */
  seeds: z
    .strictObject({ min: z.int().min(2).default(3), max: z.int().min(2) })
    .refine(({ min, max }) => min <= max, { error: "min is larger than max" })
    .optional(),
  /** Whether a candidate that changes no case at all is kept where its code is smaller. */
  preferSimpler: z.boolean().default(false),
});
export type ImprovementOptions = z.output<typeof improvementOptions>;
