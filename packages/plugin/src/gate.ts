import type { Check } from "./executor.ts";
import type { History } from "./experiment.ts";
import type { Execution, Files } from "./job.ts";
import type { Json } from "./json.ts";
import type { Metric } from "./metric.ts";
import type { TrainFailure } from "./proposer.ts";
import type { Random } from "./random.ts";
import type { Relation } from "./relation.ts";
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
  /**
   * The inputs of a split, to look for in the text; `null` where the scorer has no such split. Those of `train` are the ones
   * that the proposer may have been shown.
   */
  inputs(split: Split): Promise<readonly Json[] | null>;
}

/** Which content a gate wants to be run: one of the trial's, or files of its own making. */
export type Subject = "candidate" | "champion" | "baseline" | Files;

/** How {@link Trial.rerun} runs the candidate again. */
export interface RerunOptions {
  /** Default `validation`. A look at `holdout` is counted and recorded; `vault` is refused. */
  readonly split?: Split;
  /**
   * Seed of the evaluation's cases. Default: the run's evaluation seed. Where the scorer has fresh cases, the holdout of
   * another seed is no look at the sealed cases; it is recorded all the same.
   */
  readonly seed?: number;
  /** Changes the cases before they are run: another order, renamed fields, a subset. */
  readonly transform?: (evaluation: Evaluation) => Evaluation;
  /** Default `candidate`. */
  readonly subject?: Subject;
}

/** How {@link Trial.replay} runs a content again. */
export interface ReplayOptions {
  /** Default: the inputs of the trial's evaluation. */
  readonly inputs?: readonly Json[];
  /** Default `candidate`. */
  readonly subject?: Subject;
  /** Seed of the candidate's own randomness. Default: the one that it had. */
  readonly seed?: number;
  /** `second`: the config's `secondExecutor`, an unrelated engine. Default `first`. */
  readonly executor?: "first" | "second";
  /** What lies in the sandbox only to see whether anyone uses it. */
  readonly decoys?: Decoys;
}

/** Files and variables that no honest surface has a reason to read. */
export interface Decoys {
  /** Beside the surface. One whose path the surface or the entry needs itself is left out. */
  readonly files?: Files;
  /** For programs only, and only where the sandbox gives them an environment; the program's own variables come first. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * One question that was asked of the sealed split, by any run on the same sealed cases. What a gate runs there before it
 * answers is one question, however many executions that takes.
 */
export interface HoldoutLook {
  readonly run: string;
  /** The candidate that the question was about. */
  readonly experiment: number;
  /** `gate`, or `exam` at the end of a run. */
  readonly purpose: string;
  /** The gate that asked; absent where none did. */
  readonly gate?: string;
  /** The one bit that came of it; absent while it is not known, and where nothing was decided by it. */
  readonly passed?: boolean;
}

/** One more execution: the score is absent where the execution failed. */
export interface Rerun {
  readonly execution: Execution;
  readonly evaluation: Evaluation;
  readonly score?: Score;
}

/**
 * What gates see: a candidate, measured on the same evaluation as the champion and the baseline. It has all that was known
 * before the candidate ran, so a look at the text can be put off until there is a score.
 */
export interface Trial extends InspectContext {
  readonly metric: Metric;
  readonly guardrails: readonly Metric[];
  readonly candidate: Measured;
  /** The content that the run, or the epoch, started from. */
  readonly baseline: Measured;
  readonly execution: Execution & { readonly outcome: "ok" };
  readonly evaluation: Evaluation;
  /** A stream of its own for this gate and experiment. */
  readonly random: Random;
  /** Runs a content again in a fresh sandbox, and scores it. */
  rerun(options?: RerunOptions): Promise<Rerun>;
  /** Runs a content again in a fresh sandbox, on any inputs, and scores nothing. */
  replay(options?: ReplayOptions): Promise<Execution>;
  /** All looks at the sealed cases so far, oldest first, those of earlier runs on the same cases included. */
  looks(): Promise<readonly HoldoutLook[]>;
}

/**
 * A candidate that was measured on some of its cases so far. Blocks grow, and their order is drawn anew for each run,
 * so each is a fair sample of all cases.
 */
export interface PartialTrial {
  readonly experiment: number;
  readonly metric: Metric;
  readonly champion: Measured;
  /** Positions of the cases so far, in the order in which they were run. */
  readonly cases: readonly number[];
  /** How many cases there are in all. */
  readonly of: number;
  /** The candidate's samples for `cases`, in their order. */
  readonly samples: readonly number[];
  /** The champion's samples for the same cases. */
  readonly championSamples: readonly number[];
  readonly history: History;
  readonly random: Random;
}

/** What a gate can know of the scorer and of the run before anything runs. */
export interface GateTask {
  readonly metric: Metric;
  readonly guardrails: readonly Metric[];
  readonly relations: readonly Relation[];
  readonly outputRange?: readonly [min: number, max: number];
  readonly freshCases: boolean;
  /** The inputs of a split; `null` where the scorer has no such split. */
  inputs(split: Split, signal: AbortSignal): Promise<readonly Json[] | null>;
  /** Whether candidates are measured in blocks. */
  readonly slices: boolean;
  /** Whether the config has a `secondExecutor`. */
  readonly secondExecutor: boolean;
  /** How many experiments the run may make: what an error budget for the whole run is shared among. */
  readonly experiments: number;
  /** A stream for this gate and run, the same again when the run is resumed. */
  readonly random: Random;
}

/** What {@link Gate.doctor} may look at: the unchanged surface, measured as the champion would be. */
export interface GateExamination {
  readonly task: GateTask;
  readonly baseline: Measured;
  readonly evaluation: Evaluation;
  readonly execution: Execution & { readonly outcome: "ok" };
  rerun(options?: Pick<RerunOptions, "seed" | "transform">): Promise<Rerun>;
}

/**
 * Judges. Gates are asked in the order of the config and all must pass; a gate that throws rejects.
 * `judge` may be called again for the same candidate when the champion has changed meanwhile.
 */
export interface Gate {
  /**
   * Called once, before the run, and by `pawl lock` and `pawl doctor`: refuses options that do not fit the scorer.
   * @throws PawlError `PAWL_CONFIG_INVALID`, with a path relative to the gate's own options
   */
  prepare?(task: GateTask): void | Promise<void>;
  /** What this gate can and cannot tell apart with this scorer, measured: lines of `pawl doctor`. */
  doctor?(examination: GateExamination, signal: AbortSignal): Promise<readonly Check[]>;
  /**
   * Adds made-up failures to those that the proposer is about to be shown, with strings that no honest surface has a
   * reason to contain. Called once per champion, and again for it when a run is resumed: what it adds must then be the
   * same, as {@link GateTask.random} makes possible. Not called where the scorer has no train split.
   */
  plant?(failures: readonly TrainFailure[]): readonly TrainFailure[];
  /** Before anything of a candidate runs: looks at the text alone. */
  inspect?(candidate: { readonly files: Files }, context: InspectContext, signal: AbortSignal): Promise<Verdict>;
  /**
   * After each block of cases. `null`: go on. A rejection (or a hold) ends the experiment here; a pass says that this gate
   * need not be asked again before the end. All cases of a candidate that is not stopped are measured in any case.
   *
   * Candidates are measured in blocks where the scorer can slice, the champion has one sample for each case, there are
   * enough cases, and no program would have to make its artifacts again for every block; everywhere else this is not asked.
   */
  judgeEarly?(trial: PartialTrial, signal: AbortSignal): Promise<Verdict | null>;
  /** After the candidate has been scored. */
  judge?(trial: Trial, signal: AbortSignal): Promise<Verdict>;
  /** Only for a candidate that every gate has passed, right before the commit: the place for costly checks. */
  beforeCommit?(trial: Trial, signal: AbortSignal): Promise<Verdict>;
}
