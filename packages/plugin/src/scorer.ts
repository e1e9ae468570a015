import type { Output } from "./job.ts";
import type { Json } from "./json.ts";
import type { GuardrailMetric, Metric } from "./metric.ts";
import type { Relation } from "./relation.ts";

export const SPLITS = ["train", "validation", "holdout", "vault"] as const;

/**
 * `train`: the proposer may see its cases and failures. `validation`: decides keep or reject; its cases are never
 * shown. `holdout`: sealed; gates may ask it about a candidate that has passed everything else, and every look is
 * counted. `vault`: scored once, at the end of the run, and never asked before.
 */
export type Split = (typeof SPLITS)[number];

/** The cases of one split for one seed. */
export interface Evaluation<Reference extends Json = Json> {
  readonly split: Split;
  readonly seed: number;
  /** What enters the sandbox, one item per case. */
  readonly inputs: readonly Json[];
  /** Labels and answers, in whatever shape the scorer likes. Stays on the host. */
  readonly reference: Reference;
}

/** One case that the surface got wrong, with the reason. Shown to proposers for the train split only. */
export interface CaseFeedback {
  /** Index of the case in the evaluation's inputs. */
  readonly case: number;
  /** A short label to group by, such as `missed fraud`. */
  readonly cause: string;
  /** What went wrong here, for a reader who sees the input. */
  readonly detail?: string;
  /** How much this case costs, in the metric's own terms; larger is worse. */
  readonly weight?: number;
}

/** A scorer's judgement of one execution's outputs. */
export interface Score {
  /** The metric. Any finite number: zero and negative are ordinary. */
  readonly value: number;
  /**
   * Contributions to the value, for paired statistics: same length and same order for every candidate on the same
   * evaluation, larger is better exactly if the metric is maximised. Their mean should be, or move with, the value.
   */
  readonly samples?: readonly number[];
  /** Second metrics by name, each declared in {@link Scorer.guardrails}. */
  readonly guardrails?: Readonly<Record<string, number>>;
  readonly feedback?: readonly CaseFeedback[];
  /** How the planted cases were answered, where the evaluation has any; they count neither in value nor in samples. */
  readonly canaries?: readonly Canary[];
}

/**
 * A planted case whose answer was drawn by chance, so that nothing in its input tells it. Who is right on many of them
 * has seen the answers.
 */
export interface Canary {
  readonly right: boolean;
  /** The probability of being right by the best guess that knows nothing of this case, in (0, 1). */
  readonly chance: number;
}

/**
 * Judges outputs against answers, on the host, after the sandbox is done. Domain users write a scorer first.
 * The same outputs on the same evaluation must always get the same score.
 */
export interface Scorer<Reference extends Json = Json> {
  readonly metric: Metric;
  readonly guardrails?: readonly GuardrailMetric[];
  /** Files that the cases are made from, absolute or relative to the config: locked by content. */
  readonly files?: readonly string[];
  /**
   * Says that the outputs are taken for measurements rather than for answers. The engine then refuses an entry without
   * a locked evaluator: a candidate never computes its own score.
   */
  readonly needsEvaluator?: boolean;
  /**
   * The cases of a split. The same split and seed must always give the same cases: they are digested into the lock.
   * `null` says that this scorer has no such split; `validation` must exist.
   */
  load(split: Split, seed: number, signal: AbortSignal): Promise<Evaluation<Reference> | null>;
  /**
   * The same evaluation with only the cases at these positions, in this order. With it a candidate is measured in
   * growing blocks, and clear losers stop after a small share of the cases.
   */
  slice?(evaluation: Evaluation<Reference>, cases: readonly number[]): Evaluation<Reference>;
  /**
   * Says that another seed gives other cases, drawn independently from the same source, for every split: a simulator,
   * a generator. Gates then ask about fresh cases instead of looking at the sealed ones again.
   */
  readonly freshCases?: boolean;
  /** What may be changed about the cases without changing what a right answer is. */
  readonly relations?: readonly Relation[];
  /** The numbers that an output may be at all; for surfaces that answer with a number. */
  readonly outputRange?: readonly [min: number, max: number];
  /** `outputs` holds one entry per input, in order. An output with an `error` must score as the worst answer. */
  score(outputs: readonly Output[], evaluation: Evaluation<Reference>, signal: AbortSignal): Promise<Score>;
}
