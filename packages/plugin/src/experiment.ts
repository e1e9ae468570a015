import type { Files, FailedOutcome, Usage } from "./job.ts";
import type { Json } from "./json.ts";
import type { ModelUse } from "./model.ts";
import type { Verdict } from "./verdict.ts";

/** What a proposal cost. */
export interface Cost {
  readonly usd?: number;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  /** The same by name of the model. */
  readonly models?: Readonly<Record<string, ModelUse>>;
}

/** How an experiment ended. */
export type ExperimentStatus =
  /** It is the champion, or was one. */
  | "kept"
  /** A gate said no. */
  | "rejected"
  /** A gate wants a human to decide. */
  | "held"
  /** It gave nothing to judge: see {@link ExperimentRecord.failure}. */
  | "failed";

/** Why an experiment gave nothing to judge: the execution's outcome, a proposal that could not be applied, or no more money. */
export type Failure = FailedOutcome | "invalid-proposal" | "invalid-score" | "out-of-budget";

/** A verdict and who gave it. */
export interface GateVerdict extends Verdict {
  readonly gate: string;
  readonly step: "inspect" | "judge-early" | "judge" | "before-commit";
  /** A person had seen this hold before, and approved: it did not stop the experiment. */
  readonly approved?: true;
  /**
   * It rests on a look at the holdout, sealed or fresh: whoever reads an {@link ExperimentRecord} gets decision and code,
   * and a reason that says no more.
   */
  readonly sealed?: true;
}

/** An experiment as proposers and gates see it afterwards. */
export interface ExperimentRecord {
  /** 0 is the baseline. */
  readonly number: number;
  /** The experiment whose content was the champion when this one was proposed. */
  readonly parent: number | null;
  readonly status: ExperimentStatus;
  readonly failure?: Failure;
  /** Why it ended as it did, in one sentence. */
  readonly reason: string;
  readonly hypothesis: string;
  /** What the proposer wrote for itself; see {@link Proposal.memo}. */
  readonly memo?: Json;
  readonly files: Files;
  /** The metric on the validation split, or on the part of it that was run; absent where none was reached. */
  readonly score?: number;
  /** Set where a gate stopped it early: how many of the cases were run. */
  readonly partial?: { readonly cases: number; readonly of: number };
  /** The held experiment that a person approved and that this one tries again. */
  readonly approves?: number;
  readonly verdicts: readonly GateVerdict[];
  readonly usage?: Usage;
  readonly cost?: Cost;
}

/** Earlier experiments of the run. Reading it is cheap; it is not copied. */
export interface History {
  readonly length: number;
  /** The last `count` finished experiments, oldest first. */
  recent(count: number): readonly ExperimentRecord[];
  /** All that were kept, the baseline first. */
  kept(): readonly ExperimentRecord[];
}
