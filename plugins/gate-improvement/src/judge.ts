import { gain as gainOf, pass, reject, type Json, type Verdict } from "@pawl/plugin";
import { demandOf } from "./budget.ts";
import { betterBy, type Comparison, finite } from "./comparison.ts";
import { differencesOf, gainBeyondRounding, isConstant, summarise } from "./differences.ts";
import { evidenceOf, holdsForMean, outOfBounds } from "./evidence.ts";
import type { ImprovementOptions } from "./options.ts";
import { judgeQuantile } from "./quantile.ts";
import { shown } from "./shown.ts";

/** What the verdict depends on beside the trial. */
export interface Setting {
  readonly options: ImprovementOptions;
  /** How many experiments share the error; `Infinity` where nobody knows. */
  readonly experiments: number;
  /** The order in which the cases were run; absent: their own. */
  readonly order?: readonly number[] | undefined;
}

/**
 * The first half of the judgement: the values alone. `null` where they are better by enough.
 */
export function judgeValues({ metric, candidate, champion }: Comparison, { minEffect }: ImprovementOptions) {
  const gain = gainBeyondRounding(metric, champion.score.value, candidate.score.value);
  const unit = metric.unit === undefined ? "" : ` ${metric.unit}`;
  if (!Number.isFinite(gain)) return reject("PAWL_SCORE_NOT_FINITE", "A value is not a finite number.");
  if (gain <= 0) {
    const worse = gain === 0 ? `${metric.name} is unchanged.` : `${metric.name} is worse by ${shown(-gain)}${unit}.`;
    return reject("PAWL_NOT_BETTER", worse, { minEffect, gain });
  }
  if (gain <= minEffect) {
    const reason = `${betterBy(metric, gain)}, which is not more than the minimum effect of ${minEffect}.`;
    return reject("PAWL_GAIN_TOO_SMALL", reason, { minEffect, gain });
  }
  return null;
}

/** Judges one trial by its samples. All ways to fail come before the two ways to pass. */
export function judgeSamples(trial: Comparison, { options, experiments, order }: Setting): Verdict {
  const { metric, candidate, champion, history, experiment } = trial;
  const [samples, others] = [candidate.score.samples ?? [], champion.score.samples ?? []];
  if (![...samples, ...others].every(Number.isFinite)) {
    return reject("PAWL_SCORE_NOT_FINITE", "A sample is not a finite number.");
  }
  if (samples.length !== others.length) {
    const reason = `The candidate has ${samples.length} samples, the champion ${others.length}; they cannot be paired.`;
    return reject("PAWL_SAMPLES_MISMATCH", reason, { candidate: samples.length, champion: others.length });
  }
  const beyond = outOfBounds(options.bounds, samples, others);
  if (beyond !== undefined) {
    const reason = `A sample of ${beyond} is outside of the bounds ${options.bounds!.join(" to ")}.`;
    return reject("PAWL_SAMPLE_OUT_OF_BOUNDS", reason, { sample: beyond, bounds: options.bounds! });
  }
  const failed = judgeValues(trial, options);
  if (failed !== null) return failed;

  const gain = gainOf(metric, champion.score.value, candidate.score.value);
  const better = betterBy(metric, gain);
  const values = { gain, minEffect: options.minEffect };
  if (samples.length === 0) {
    const reason = `${better}; there are no samples, so the values alone were compared.`;
    return pass("PAWL_BETTER", reason, { ...values, method: "values", pairs: 0 });
  }
  if (options.statistic !== "mean") {
    const demand = demandOf(options, experiment, experiments, history);
    return demand === null
      ? spent(experiment, experiments)
      : judgeQuantile(trial, options.statistic.quantile, demand, trial.random);
  }
  const differences = differencesOf(metric, samples, others, order);
  const summary = summarise(differences);
  const counts = `${summary.wins} wins, ${summary.losses} losses, ${summary.ties} ties`;
  if (!(summary.meanDifference > 0)) {
    const reason = `${better}, but its samples are not better on average.`;
    return reject("PAWL_NOT_BETTER", reason, { ...values, ...summary });
  }
  if (isConstant(samples, others)) {
    const reason = `${better}, on every case by the same amount.`;
    return pass("PAWL_BETTER", reason, { ...values, method: "constant", ...summary });
  }
  const demand = demandOf(options, experiment, experiments, history);
  if (demand === null) return spent(experiment, experiments);
  const { e, cases } = evidenceOf(differences, differences.length, demand, options.bounds);
  const evidence: Json = {
    ...values,
    method: options.bounds === undefined ? "signs" : "bounded",
    evidence: finite(e),
    required: finite(demand.required),
    control: options.control,
    falseKeeps: options.falseKeeps,
    cases,
    ...summary,
  };
  const found = `evidence ${shown(finite(e))}, ${shown(demand.required)} asked for; ${counts}`;
  // Not "<": evidence that is no number must not pass.
  if (!(e >= demand.required))
    return reject("PAWL_GAIN_UNCERTAIN", `${better}, but it may be luck (${found}).`, evidence);
  if (!holdsForMean(differences, demand, options.bounds)) {
    const reason = `${better}, but by many small gains against a few large losses, which may be luck (${counts}).`;
    return reject("PAWL_GAIN_SKEWED", reason, evidence);
  }
  const after = cases < differences.length ? ` after ${cases} of ${differences.length} cases` : "";
  return pass("PAWL_BETTER", `${better}, and that is not luck${after} (${found}).`, evidence);
}

/** The verdict on an experiment beyond those that the night's error was shared among. */
export function spent(experiment: number, experiments: number): Verdict {
  const reason = `The error of ${experiments} experiments is spent; experiment ${experiment} has no share in it.`;
  return reject("PAWL_ERROR_BUDGET_SPENT", reason, { experiment, experiments });
}
