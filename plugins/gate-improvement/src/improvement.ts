import { defineGate, PawlError, type Gate, type GateTask } from "@pawl/plugin";
import { errorShare } from "@pawl/statistics";
import { examineNoise } from "./doctor/examine.ts";
import { fewestWins } from "./doctor/power.ts";
import { judgePartial } from "./early.ts";
import { judgeSamples } from "./judge.ts";
import { improvementOptions, type ImprovementOptions } from "./options.ts";
import { CaseOrders } from "./orders.ts";
import { RepeatedSeeds } from "./repeated.ts";
import { judgeSimpler } from "./simpler.ts";

/**
 * Keeps a candidate only if it is better than the champion: by more than `minEffect` on the metric, and by evidence from
 * their paired samples that the night's error budget allows. Clear losers are given up before all cases are run.
 * Without samples the values alone decide.
 *
 * Verdicts: `PAWL_BETTER`, `PAWL_SIMPLER`; `PAWL_NOT_BETTER`, `PAWL_GAIN_TOO_SMALL`, `PAWL_GAIN_UNCERTAIN`, `PAWL_GAIN_SKEWED`,
 * `PAWL_HOPELESS`, `PAWL_ERROR_BUDGET_SPENT`, `PAWL_SAMPLES_MISMATCH`, `PAWL_SAMPLE_OUT_OF_BOUNDS`,
 * `PAWL_SCORE_NOT_FINITE`, `PAWL_RERUN_FAILED`.
 *
 * @example
 * improvement({ falseKeeps: 0.05, control: "fdr", minEffect: 0.001 })
 */
export const improvement = defineGate({
  name: "@pawl/gate-improvement",
  version: "0.2.0",
  options: improvementOptions,
  create: (options) => create(options),
});

function create(options: ImprovementOptions): Gate {
  // Until it is told otherwise, a run has no end.
  let experiments = Infinity;
  let repeated: RepeatedSeeds | undefined;
  const orders = new CaseOrders();
  return {
    prepare(task) {
      ({ experiments } = task);
      if (options.seeds === undefined) return;
      checkSeeds(options, options.seeds, task);
      repeated = new RepeatedSeeds(options.seeds, task.random);
    },

    doctor: (examination, signal) => examineNoise(examination, options, signal),

    async judgeEarly(trial) {
      orders.remember(trial.experiment, trial.cases);
      // The luck of a run is not to be seen in its cases, and a quantile not in some of them.
      const isByCase = options.seeds === undefined && options.statistic === "mean";
      return isByCase ? judgePartial(trial, { options, experiments }) : null;
    },

    async judge(trial, signal) {
      const simpler = options.preferSimpler ? judgeSimpler(trial) : null;
      if (simpler !== null) return simpler;
      if (options.seeds !== undefined) {
        if (repeated === undefined) throw new Error("a gate is prepared before it judges");
        return repeated.judge(trial, { options, experiments }, signal);
      }
      const order = orders.of(trial.experiment, trial.candidate.score.samples?.length ?? 0);
      return judgeSamples(trial, { options, experiments, order });
    },
  };
}

/** More seeds must be able to bring the evidence than chance alone can bring. */
function checkSeeds(
  { falseKeeps }: ImprovementOptions,
  { max }: NonNullable<ImprovementOptions["seeds"]>,
  { experiments }: GateTask,
): void {
  const fewest = fewestWins(1 / (falseKeeps * errorShare(1, experiments)));
  if (max >= fewest) return;
  throw new PawlError(
    "PAWL_CONFIG_INVALID",
    `Better on all of ${max} seeds is no evidence among ${experiments} experiments: it could be luck.`,
    {
      path: "seeds.max",
      remedy: `Allow at least ${fewest} seeds, fewer experiments, or a larger falseKeeps.`,
    },
  );
}
