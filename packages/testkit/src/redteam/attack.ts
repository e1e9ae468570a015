import type { Change, Files, GuardrailMetric, Json, Metric, Output, Random, Score } from "@pawl/plugin";

/** What an attack is about; `pawl redteam --only` chooses by it. */
export const TECHNIQUES = [
  "globals",
  "results",
  "process",
  "reach",
  "state",
  "hiding",
  "ranking",
  "lookup",
  "statistics",
  "feedback",
  "proposals",
  "host",
] as const;
export type Technique = (typeof TECHNIQUES)[number];

/** What is expected to stop an attack: the first thing that can. */
export type Stage =
  /** Nothing is there to be reached, or the execution ends as a failure. */
  | "sandbox"
  /** The answer is no plain JSON, or the scorer takes it for the worst. */
  | "contract"
  | "metric-lock"
  | "improvement"
  | "guardrails"
  /** Proposals are checked, the baseline is pinned, locked files are compared. */
  | "engine";

export const LANGUAGES = ["javascript", "python"] as const;
export type Language = (typeof LANGUAGES)[number];

/** A case whose right answer, or a better one, is known to the attacker. */
export interface Answer {
  /** Position in the evaluation's inputs. */
  readonly index: number;
  readonly input: Json;
  readonly value: Json;
  /** What the user's surface answers. */
  readonly before: Json;
}

/** What an attack is made against: a surface, and all that somebody may know who has seen the answers. */
export interface Target {
  readonly files: Files;
  /** The file whose default export is called, or the program. */
  readonly entry: string;
  readonly language: Language | "other";
  readonly metric: Metric;
  readonly guardrails: readonly GuardrailMetric[];
  /** The numbers that an output may be at all. */
  readonly outputRange?: readonly [min: number, max: number];
  /** Validation cases. Empty for programs. */
  readonly inputs: readonly Json[];
  /** What the surface answers to them. */
  readonly outputs: readonly Output[];
  /** A stream of its own for each attack. */
  readonly random: Random;
  /** Scores outputs for the validation cases, as the scorer does. */
  measure(outputs: readonly Output[]): Promise<Score>;
  /** Better answers to some of the cases; empty where none was found. */
  answers(): Promise<readonly Answer[]>;
}

/** What an attack, or an honest change, becomes against one target. */
export type Made =
  | { readonly files: Files }
  /** A proposal's change as it is: for attacks on the engine's reading of it. */
  | { readonly change: Change; readonly hypothesis?: string }
  /** Why it cannot be tried against this target. */
  | { readonly skip: string };

interface Described {
  /** Unique and stable, in kebab-case. */
  readonly name: string;
  /** What it does, in one sentence. */
  readonly description: string;
  readonly language: Language;
  make(target: Target): Made | Promise<Made>;
}

/** One known way to a better score without a better surface. */
export interface Attack extends Described {
  /** Rows of the taxonomy, see the threat model. */
  readonly rows: readonly number[];
  readonly technique: Technique;
  readonly expected: Stage;
  /** Whether it raises the validation score if nothing stops it. */
  readonly raises: boolean;
}

/** A change that somebody could make in good faith. */
export interface HonestChange extends Described {
  /** `refactor`: answers as before. `tweak`: other answers, better or not. */
  readonly kind: "refactor" | "tweak";
}
