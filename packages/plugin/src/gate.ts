import type { History } from "./experiment.ts";
import type { Execution, Files } from "./job.ts";
import type { Metric } from "./metric.ts";
import type { Random } from "./random.ts";
import type { Evaluation, Score, Split } from "./scorer.ts";
import type { Verdict } from "./verdict.ts";

/** A content of the surface that has been measured. */
export interface Measured {
  readonly experiment: number;
  readonly files: Files;
  readonly score: Score;
}

/** What is known of a candidate before it runs. */
export interface InspectContext {
  readonly experiment: number;
  readonly hypothesis: string;
  readonly champion: Measured;
  readonly history: History;
}

/** How {@link Trial.rerun} runs the candidate again. */
export interface RerunOptions {
  /** Default `validation`. A look at `holdout` is counted and recorded. */
  readonly split?: Split;
  /** Seed of the evaluation's cases. Default: the run's evaluation seed. */
  readonly seed?: number;
  /** Changes the cases before they are run: another order, renamed fields, a subset. */
  readonly transform?: (evaluation: Evaluation) => Evaluation;
  /** Which content to run. Default `candidate`. */
  readonly subject?: "candidate" | "champion" | "baseline";
}

/** One more execution: the score is absent where the execution failed. */
export interface Rerun {
  readonly execution: Execution;
  readonly evaluation: Evaluation;
  readonly score?: Score;
}

/** What gates see: a candidate, measured on the same evaluation as the champion and the baseline. */
export interface Trial {
  readonly experiment: number;
  readonly hypothesis: string;
  readonly metric: Metric;
  readonly guardrails: readonly Metric[];
  readonly candidate: Measured;
  readonly champion: Measured;
  /** The content that the run, or the epoch, started from. */
  readonly baseline: Measured;
  readonly execution: Execution & { readonly outcome: "ok" };
  readonly evaluation: Evaluation;
  readonly history: History;
  /** A stream of its own for this gate and experiment. */
  readonly random: Random;
  /** Runs a content again in a fresh sandbox. */
  rerun(options?: RerunOptions): Promise<Rerun>;
}

/** What a gate can know of the scorer before anything runs. */
export interface GateTask {
  readonly metric: Metric;
  readonly guardrails: readonly Metric[];
}

/**
 * Judges. Gates are asked in the order of the config and all must pass; a gate that throws rejects.
 * `judge` may be called again for the same candidate when the champion has changed meanwhile.
 */
export interface Gate {
  /**
   * Called once, before the run: refuses options that do not fit the scorer.
   * @throws PawlError `PAWL_CONFIG_INVALID`, with a path relative to the gate's own options
   */
  prepare?(task: GateTask): void | Promise<void>;
  /** Before anything of a candidate runs: looks at the text alone. */
  inspect?(candidate: { readonly files: Files }, context: InspectContext, signal: AbortSignal): Promise<Verdict>;
  /** After the candidate has been scored. */
  judge?(trial: Trial, signal: AbortSignal): Promise<Verdict>;
  /** Only for a candidate that every gate has passed, right before the commit: the place for costly checks. */
  beforeCommit?(trial: Trial, signal: AbortSignal): Promise<Verdict>;
}
