import type { ExperimentStatus } from "./experiment.ts";
import type { Files } from "./job.ts";

/** An experiment of any run on the same lock. */
export interface ExperimentReference {
  readonly run: string;
  readonly experiment: number;
}

/** A paired effect: the mean gain of a case, positive being better. */
export interface Effect {
  readonly mean: number;
  /** Ends of the interval; `null` where a single pair leaves everything open. */
  readonly low: number | null;
  readonly high: number | null;
  /** Share of such intervals that cover the true gain. */
  readonly confidence: number;
  readonly pairs: number;
}

/** One entry of the notebook. */
export interface Note {
  /** Stable within the project: `n12`. */
  readonly id: string;
  /** `lesson`: what worked. `dead-end`: what did not. `idea`: not tried yet. */
  readonly kind: "lesson" | "dead-end" | "idea";
  readonly text: string;
  /** What it rests on; empty for ideas and for what a person wrote. */
  readonly evidence: readonly ExperimentReference[];
  readonly effect?: Effect;
  /** `rule`: made from an outcome. `model`: condensed by one. `proposer`: written by whoever proposes. Else a person. */
  readonly by: "rule" | "model" | "proposer" | "person";
}

/** An earlier experiment that tried nearly the same. */
export interface SimilarTry extends ExperimentReference {
  readonly status: ExperimentStatus;
  readonly hypothesis: string;
  readonly reason: string;
  readonly effect?: Effect;
  /** From 0, nothing in common, to 1, the same but for layout, comments and names. */
  readonly similarity: number;
}

/**
 * What was learnt on the metric as it is locked now, by this run and by earlier ones. Nothing in it comes from
 * validation cases or sealed ones but the outcomes.
 */
export interface Notebook {
  /** The most useful notes first. */
  notes(count: number): readonly Note[];
  /** Full-text search; the best match first. */
  search(words: string, count: number): readonly Note[];
  /** Earlier experiments whose change was nearly the one from the champion to `files`, the most similar first. */
  similar(files: Files): readonly SimilarTry[];
}
