import type { Output } from "./job.ts";
import type { Json } from "./json.ts";
import type { GuardrailMetric, Metric } from "./metric.ts";

export const SPLITS = ["train", "validation", "holdout"] as const;

/**
 * `train`: the proposer may see its cases and failures. `validation`: decides keep or reject; its cases are never
 * shown. `holdout`: sealed; every look is counted.
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
  /** `outputs` holds one entry per input, in order. An output with an `error` must score as the worst answer. */
  score(outputs: readonly Output[], evaluation: Evaluation<Reference>, signal: AbortSignal): Promise<Score>;
}
