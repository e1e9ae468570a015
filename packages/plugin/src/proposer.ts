import { z } from "zod";
import type { Check } from "./executor.ts";
import type { Cost, ExperimentRecord, History } from "./experiment.ts";
import type { Files } from "./job.ts";
import type { Json } from "./json.ts";
import type { Metric } from "./metric.ts";
import type { ModelDescription, ModelExchange } from "./model.ts";
import type { Note, Notebook } from "./notebook.ts";
import type { Purse } from "./purse.ts";
import type { Random } from "./random.ts";
import type { CaseFeedback } from "./scorer.ts";

/** A change of the surface, relative to {@link ProposeContext.champion}. */
export type Change =
  /** New content of some or all surface files, whole. */
  | { readonly kind: "files"; readonly files: Files }
  /** Replacements, each of which must match exactly once, applied in order. */
  | { readonly kind: "edits"; readonly edits: readonly Edit[] }
  /** A unified diff that applies without fuzz. */
  | { readonly kind: "diff"; readonly diff: string }
  /** What came back from a model or an agent cannot be tried: a failed experiment, with the reason. */
  | { readonly kind: "unusable"; readonly reason: string };

/** One exact replacement. */
export interface Edit {
  readonly path: string;
  /** Text that stands exactly once in the file. */
  readonly search: string;
  readonly replace: string;
}

/** One idea, ready to be tried. */
export interface Proposal {
  readonly change: Change;
  /** What is expected and why, in one sentence. */
  readonly hypothesis: string;
  /** Longer reasoning, kept with the experiment. */
  readonly rationale?: string;
  /** What it would teach if it fails, in one sentence: goes into the notebook with a dead end. */
  readonly ifItFails?: string;
  /** Ideas that came up on the way and that are not tried now: they go into the notebook. */
  readonly ideas?: readonly string[];
  /** Whatever shows how the idea came about: messages, tool calls, operator names. Kept with the experiment. */
  readonly trace?: Json;
  /** The exchanges with models that led to it, oldest first. Kept with the experiment. */
  readonly exchanges?: readonly ModelExchange[];
  /** A note of the proposer to itself. {@link Proposer.observe} gets it back, also when a run is resumed. */
  readonly memo?: Json;
  readonly cost?: Cost;
}

const modelUse = {
  inputTokens: z.int().nonnegative(),
  outputTokens: z.int().nonnegative(),
  usd: z.number().nonnegative().optional(),
};

const exchangeSchema = z.strictObject({
  ...modelUse,
  model: z.string(),
  provider: z.string(),
  request: z.json(),
  response: z.json(),
  status: z.int().nonnegative(),
  at: z.iso.datetime(),
  wallMs: z.number().nonnegative(),
  retries: z.int().nonnegative().optional(),
  replayed: z.literal(true).optional(),
  case: z.int().nonnegative().optional(),
});

const costSchema = z.strictObject({
  usd: z.number().nonnegative().optional(),
  inputTokens: z.int().nonnegative().optional(),
  outputTokens: z.int().nonnegative().optional(),
  models: z.record(z.string(), z.strictObject({ ...modelUse, calls: z.int().nonnegative() })).optional(),
});

/** Checks a proposal at run time; the engine turns a violation into a failed experiment. */
export const proposalSchema = z.strictObject({
  change: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("files"), files: z.record(z.string(), z.string()) }),
    z.strictObject({
      kind: z.literal("edits"),
      edits: z.array(z.strictObject({ path: z.string(), search: z.string().min(1), replace: z.string() })).min(1),
    }),
    z.strictObject({ kind: z.literal("diff"), diff: z.string().min(1) }),
    z.strictObject({ kind: z.literal("unusable"), reason: z.string().min(1) }),
  ]),
  hypothesis: z.string().min(1),
  rationale: z.string().optional(),
  ifItFails: z.string().optional(),
  ideas: z.array(z.string().min(1)).max(20).optional(),
  trace: z.json().optional(),
  exchanges: z.array(exchangeSchema).optional(),
  memo: z.json().optional(),
  cost: costSchema.optional(),
});

/** Checks what a proposer has condensed at run time. */
export const condensedSchema = z.strictObject({
  notes: z.array(
    z.strictObject({
      kind: z.enum(["lesson", "dead-end", "idea"]),
      text: z.string().min(1),
      condenses: z.array(z.string()).min(1),
    }),
  ),
  exchanges: z.array(exchangeSchema).optional(),
  cost: costSchema.optional(),
});

/** Why there is no proposal now, though there may be one later. */
export interface Standstill {
  /**
   * `unaffordable`: the run's USD budget has too little left for the next call, and the run ends. `unavailable`: whoever
   * has the ideas does not answer, and the run pauses; resuming it asks again. `outdated`: there is a new champion since
   * it was asked, and it wants to be asked again with that one.
   */
  readonly standstill: "unaffordable" | "unavailable" | "outdated";
  readonly reason: string;
}

/** Checks a standstill at run time. */
export const standstillSchema = z.strictObject({
  standstill: z.enum(["unaffordable", "unavailable", "outdated"]),
  reason: z.string().min(1),
});

/** What is left of the run's budget; a missing entry is not limited. */
export interface RemainingBudget {
  readonly experiments?: number;
  readonly wallMs?: number;
  readonly usd?: number;
  /** GPU time, in seconds. */
  readonly gpuSeconds?: number;
}

/** The train split as a proposer may see it. */
export interface TrainView {
  /** Inputs of train cases, at most a few hundred. Empty where the scorer has no train split. */
  readonly inputs: readonly Json[];
  /**
   * What the champion gets wrong on the train split, worst first. The first call after a new champion runs it once
   * in the sandbox, later calls are free.
   */
  failures(): Promise<readonly TrainFailure[]>;
}

/** A failure of the champion on one train case, with the case. */
export interface TrainFailure extends CaseFeedback {
  readonly input: Json;
  readonly output: Json | undefined;
  /** What the case's run asked of models, and was answered; where the surface works with one. */
  readonly exchanges?: readonly ModelExchange[];
}

/** What a proposer may know. Never a validation or holdout case. */
export interface ProposeContext {
  /** The number that the experiment will have. */
  readonly experiment: number;
  readonly goal: string | undefined;
  readonly metric: Metric;
  readonly guardrails: readonly Metric[];
  readonly champion: { readonly experiment: number; readonly files: Files; readonly score: number };
  readonly history: History;
  readonly train: TrainView;
  readonly budget: RemainingBudget;
  /** Ask it before anything that costs money. */
  readonly purse: Purse;
  readonly notebook: Notebook;
  /** A stream of its own for every experiment, so that a resumed run draws the same numbers. */
  readonly random: Random;
}

/** What {@link Proposer.condense} is given. */
export interface CondenseContext {
  readonly goal: string | undefined;
  readonly metric: Metric;
  readonly notes: readonly Note[];
  /** Ask it before anything that costs money. */
  readonly purse: Purse;
}

/** Notes in fewer words, and what they cost. */
export interface Condensed {
  readonly notes: readonly {
    readonly kind: Note["kind"];
    readonly text: string;
    /** Ids of the notes that it stands for: at least one. */
    readonly condenses: readonly string[];
  }[];
  readonly exchanges?: readonly ModelExchange[];
  readonly cost?: Cost;
}

/**
 * Has ideas. With several experiments in flight `propose` is still called one at a time; results arrive through
 * `observe` in the order in which experiments end. A resumed run replays every earlier experiment through `observe`
 * first, so state that is built there alone survives a crash.
 */
export interface Proposer {
  /** The models that it asks. */
  readonly models?: readonly ModelDescription[];
  /** Whether it could work here, and what the user should know of how. Throws nothing, spends nothing. */
  doctor?(): Promise<readonly Check[]>;
  /** The next idea, or `null` when there are none left: the run then ends. */
  propose(context: ProposeContext, signal: AbortSignal): Promise<Proposal | Standstill | null>;
  observe?(experiment: ExperimentRecord): void | Promise<void>;
  /**
   * Says in fewer notes what the given ones say. Each of its notes names those that it rests on, and inherits their
   * experiments: it can name no other. Asked outside of runs, by `pawl notes condense`.
   */
  condense?(context: CondenseContext, signal: AbortSignal): Promise<Condensed>;
  close?(): void | Promise<void>;
}
