import type { Check, GateExamination } from "@pawl/plugin";
import { sampleSkewness } from "simple-statistics";
import type { ImprovementOptions } from "../options.ts";
import { shown } from "../shown.ts";

/** So many cases for each unit of skewness, and the correction for it keeps its word; see the README's simulations. */
const CASES_PER_SKEWNESS = 40;

/**
 * Warns where samples are so skewed that candidates may win many cases by a little and lose few by much, and where cases are
 * too few for the correction of that. What differences between contents will look like nobody knows before there are any;
 * the samples' own skewness stands for it. No line where there is nothing to warn of.
 */
export function skewOfSamples({ baseline }: GateExamination, options: ImprovementOptions): Check[] {
  const samples = baseline.score.samples ?? [];
  const isCovered = options.bounds !== undefined || options.statistic !== "mean" || options.seeds !== undefined;
  // With two levels, such as right or wrong, a difference of zero on average is as likely positive as negative.
  if (isCovered || new Set(samples).size < 3) return [];
  const skewness = sampleSkewness(samples as number[]);
  const needed = Math.ceil(CASES_PER_SKEWNESS * Math.abs(skewness));
  if (!(samples.length < needed)) return [];
  const detail =
    `the ${samples.length} samples are strongly skewed (skewness ${shown(skewness)}): that a candidate which wins many cases ` +
    `by a little and loses few by much is no better can be missed with fewer than about ${needed} cases`;
  const remedy = "Give the gate bounds: [smallest, largest possible sample], or use more cases.";
  return [{ name: "skew", ok: false, detail, remedy }];
}
