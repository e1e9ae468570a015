import type { Check, GateExamination } from "@pawl/plugin";
import { detectableEffect, pairedBootstrap, quantile } from "@pawl/statistics";
import { mean, sampleStandardDeviation } from "simple-statistics";
import type { ImprovementOptions } from "../options.ts";
import { shown } from "../shown.ts";
import type { Runs } from "./noise.ts";

const FEW_PAIRS_REMEDY = "Use more cases, fewer experiments, a larger falseKeeps, or control: 'fdr'.";

export function powerOverCases(examination: GateExamination, options: ImprovementOptions, enough: number): Check {
  const { baseline, task } = examination;
  const { name: metric } = task.metric;
  const samples = baseline.score.samples ?? [];
  const name = "smallest gain that is found";
  if (samples.length === 0) {
    const detail = `any gain in ${metric} of more than ${options.minEffect}: it has no samples, so it is taken as exact`;
    return { name, ok: true, detail };
  }
  const fewest = fewestWins(enough);
  if (samples.length < fewest) {
    const detail = `none: ${samples.length} cases cannot bring the evidence of ${shown(enough)} that is asked for; ${fewest} can`;
    return { name, ok: false, detail, remedy: FEW_PAIRS_REMEDY };
  }
  if (options.statistic !== "mean") return powerOfQuantile(examination, options.statistic.quantile, enough);
  const effect = detectableEffect(samples.length, enough);
  const spread = samples.length > 1 ? sampleStandardDeviation(samples as number[]) : 0;
  const gain = effect * spread;
  const { range, unit } = task.metric;
  const room =
    range === undefined
      ? Infinity
      : task.metric.direction === "maximize"
        ? range[1] - baseline.score.value
        : baseline.score.value - range[0];
  const detail =
    `with ${samples.length} cases and ${task.experiments} experiments, an effect of ${shown(effect)} standard deviations of ` +
    `the paired difference is found four times in five; if candidate and champion differ as much as cases do ` +
    `(${shown(spread)}), a gain of ${shown(gain)}${unit === undefined ? "" : ` ${unit}`} in ${metric}, now ${shown(baseline.score.value)}; ` +
    `a change of fewer cases is found sooner, if it changes at least ${fewest} for the better`;
  return gain > room ? { name, ok: false, detail, remedy: FEW_PAIRS_REMEDY } : { name, ok: true, detail };
}

/** A quantile's own noise is asked of a bootstrap; two contents that have nothing in common have it twice. */
function powerOfQuantile({ baseline, task }: GateExamination, share: number, enough: number): Check {
  const samples = baseline.score.samples ?? [];
  const random = task.random.fork("doctor");
  const statistic = (drawn: Uint32Array): number =>
    quantile(
      Float64Array.from(drawn, (at) => samples[at]!),
      share,
    );
  const options = { resamples: 500, next: () => random.next() };
  const { value, standardError } = pairedBootstrap(samples.length, statistic, options);
  const gain = detectableEffect(1, enough) * Math.SQRT2 * standardError;
  const detail =
    `with ${samples.length} cases and ${task.experiments} experiments, a gain of about ${shown(gain)} in the ${share} quantile, ` +
    `now ${shown(value)}, is found four times in five where the two contents have nothing in common, and a smaller one where they do`;
  return { name: "smallest gain that is found", ok: true, detail };
}

export function powerOverSeeds(
  { task }: GateExamination,
  { max }: NonNullable<ImprovementOptions["seeds"]>,
  { other }: Runs,
  enough: number,
): Check {
  const name = "smallest gain that is found";
  const spread = other.length > 1 ? sampleStandardDeviation(other as number[]) : 0;
  const effect = detectableEffect(max, enough);
  const { metric } = task;
  const unit = metric.unit === undefined ? "" : ` ${metric.unit}`;
  const detail =
    `with up to ${max} seeds and ${task.experiments} experiments, an effect of ${shown(effect)} standard deviations of the ` +
    `difference of two runs is found four times in five: a gain of about ${shown(effect * Math.SQRT2 * spread)}${unit} in ` +
    `${metric.name}, whose runs spread by ${shown(spread)} around ${shown(mean(other as number[]))}`;
  return { name, ok: true, detail };
}

/** So many cases, all won, bring about this much evidence. */
export const fewestWins = (enough: number): number => Math.ceil(Math.log2(enough)) + 1;
