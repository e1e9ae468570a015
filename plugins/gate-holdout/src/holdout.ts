import {
  defineGate,
  pass,
  PawlError,
  reject,
  type Gate,
  type GateTask,
  type Score,
  type Trial,
  type Verdict,
} from "@pawl/plugin";
import { z } from "zod";
import { isBetter } from "./compare.ts";

const NAME = "@pawl/gate-holdout";

const holdoutOptions = z.object({
  /** The chance that the sealed cases accept any candidate that is no better, shared evenly among all looks. */
  alpha: z.number().positive().max(0.5).default(0.05),
  /** The gain on the sealed cases must be larger than this, in the metric's own unit. */
  minEffect: z.number().nonnegative().default(0),
  /** How many candidates the same sealed cases may accept, over all runs. */
  accepts: z.int().min(1).default(20),
  /** How many candidates the same sealed cases may be asked about, over all runs. */
  looks: z.int().min(1).default(1_000),
});
type HoldoutOptions = z.output<typeof holdoutOptions>;

/**
 * Asks the sealed cases, or fresh ones where the scorer can draw them, about a candidate that every other gate has
 * passed: is it better than the champion there too? One bit comes of it. The verdict holds no score, and sounds the same
 * for every reason to say no, so that nothing but that bit can be learned from it.
 *
 * Sealed cases wear out: every answer that is acted upon tells a little about them. So there is a hard budget of looks and
 * of accepts over all runs on the same cases, read from the ledger of looks. When it is used up, nothing is promoted
 * any more. Fresh cases do not wear out; there only the run's own error is shared among its experiments.
 *
 * Verdicts: `PAWL_HELD_UP`; `PAWL_NOT_HELD_UP`, `PAWL_HOLDOUT_SPENT`.
 *
 * Source: A. Blum and M. Hardt, "The Ladder: A Reliable Leaderboard for Machine Learning Competitions" (2015), for what one
 * bit and a margin protect from; C. Dwork et al., "The reusable holdout: Preserving validity in adaptive data analysis",
 * Science 349 (2015), for why what matters is how often the answer is acted upon.
 *
 * @example
 * holdout({ alpha: 0.05, minEffect: 0.001, accepts: 20 })
 */
export const holdout = defineGate({
  name: NAME,
  version: "0.1.0",
  options: holdoutOptions,
  create: (options) => create(options),
});

function create(options: HoldoutOptions): Gate {
  let setting: { readonly fresh: boolean; readonly sealed: boolean; readonly experiments: number } | undefined;
  /** The champion on the sealed cases: the same each time, so it is run once. */
  let known: { readonly experiment: number; readonly score: Score } | undefined;

  const askSealed = async (trial: Trial): Promise<Verdict> => {
    const spent = await spentBudget(trial, options);
    if (spent !== null) return spent;
    const candidate = await trial.rerun({ split: "holdout" });
    if (candidate.score !== undefined && known?.experiment !== trial.champion.experiment) {
      const { score } = await trial.rerun({ split: "holdout", subject: "champion" });
      known = score === undefined ? undefined : { experiment: trial.champion.experiment, score };
    }
    const threshold = { level: options.alpha / options.looks, minEffect: options.minEffect };
    return verdictOf(isBetter(trial.metric, candidate.score, known?.score, threshold), "sealed");
  };

  const askFresh = async (trial: Trial, sealed: boolean, experiments: number): Promise<Verdict> => {
    const split = sealed ? "holdout" : "validation";
    const seed = unusedSeed(trial);
    const candidate = await trial.rerun({ split, seed });
    if (candidate.score === undefined) return verdictOf(false, "fresh");
    const champion = await trial.rerun({ split, seed, subject: "champion" });
    const level = options.alpha / (Number.isFinite(experiments) ? experiments : options.looks);
    return verdictOf(isBetter(trial.metric, candidate.score, champion.score, { ...options, level }), "fresh");
  };

  return {
    async prepare(task) {
      const sealed = await hasHoldout(task);
      setting = { fresh: task.freshCases, sealed, experiments: task.experiments };
      if (sealed || task.freshCases) return;
      throw new PawlError("PAWL_CONFIG_INVALID", `"${NAME}" has no cases to ask: no holdout, and no fresh ones.`, {
        remedy: "Give the scorer a holdout split, or take the gate out.",
      });
    },

    async beforeCommit(trial) {
      if (setting === undefined) throw new Error("a gate is prepared before it is asked");
      return setting.fresh ? askFresh(trial, setting.sealed, setting.experiments) : askSealed(trial);
    },
  };
}

const hasHoldout = async (task: GateTask): Promise<boolean> =>
  (await task.inputs("holdout", new AbortController().signal)) !== null;

/** What is used up, or `null`. A look whose answer nobody wrote down may have been an accept. */
async function spentBudget(trial: Trial, { accepts, looks }: HoldoutOptions): Promise<Verdict | null> {
  // The exam at the end of a run decides nothing.
  const asked = (await trial.looks()).filter(({ purpose }) => purpose === "gate");
  const accepted = asked.filter(({ passed }) => passed !== false).length;
  if (accepted < accepts && asked.length < looks) return null;
  const [used, of, what] = accepted >= accepts ? [accepted, accepts, "accepts"] : [asked.length, looks, "looks"];
  return reject(
    "PAWL_HOLDOUT_SPENT",
    `The sealed cases are used up: ${used} of ${of} ${what}. Nothing is promoted until there are new ones.`,
    { accepted, accepts, asked: asked.length, looks },
  );
}

/** A seed of cases that this run has not met. The engine's stream gives the same one when an experiment is resumed. */
function unusedSeed({ random, evaluation }: Trial): number {
  let seed = random.integer(1, 2 ** 31 - 1);
  while (seed === evaluation.seed) seed = random.integer(1, 2 ** 31 - 1);
  return seed;
}

/** The bit, in words that say nothing more. */
function verdictOf(held: boolean, kind: "sealed" | "fresh"): Verdict {
  const cases = { cases: kind };
  return held
    ? pass("PAWL_HELD_UP", `The gain held up on ${kind} cases.`, cases)
    : reject("PAWL_NOT_HELD_UP", `The gain did not hold up on ${kind} cases.`, cases);
}
