import type {
  CaseFeedback,
  Cost,
  Effect,
  Execution,
  ExperimentStatus,
  Failure,
  GatewayTrouble,
  GateVerdict,
  Json,
  Metric,
  ModelExchange,
  ModelUse,
  Usage,
} from "@pawl/plugin";
import type { AnswerCounts } from "../events.ts";

/** Everything that happened to one experiment, from the prompt to the verdict. */
export interface ExperimentTrace {
  readonly run: string;
  readonly experiment: number;
  readonly goal: string | null;
  readonly metric: Metric;
  readonly proposal: ProposalTrace;
  /** What gates and engine saw of it on validation, in numbers only; `null` where it was not run there. */
  readonly validation: ValidationTrace | null;
  /** Every answer on the train split; `null` where it was not run there: only champions are, when a proposer asks. */
  readonly train: TrainTrace | null;
  readonly verdicts: readonly GateVerdict[];
  /** `null` while it is in flight, or where it was cut off. */
  readonly outcome: OutcomeTrace | null;
  /** What everything cost, in US dollars: the proposal, and the models that the candidate asked. */
  readonly usd: number;
}

/** How the idea came about. */
export interface ProposalTrace {
  /** When it was written down: ISO 8601, UTC. */
  readonly at: string;
  readonly parent: number | null;
  readonly hypothesis: string;
  readonly rationale?: string;
  readonly ifItFails?: string;
  readonly ideas?: readonly string[];
  /** What the proposer wrote down of its way to the idea. */
  readonly trace?: Json;
  /** Exchanges with models: messages, reasoning where the provider gives it, tool calls. */
  readonly exchanges: readonly ModelExchange[];
  readonly cost?: Cost;
  /** A unified diff against the parent; `null` where the proposal could not be applied, and for baselines. */
  readonly diff: string | null;
}

/** Validation in numbers: its cases are nobody's to read. */
export interface ValidationTrace {
  readonly score?: number;
  readonly guardrails?: Readonly<Record<string, number>>;
  readonly effect?: Effect;
  readonly partial?: { readonly cases: number; readonly of: number };
  readonly answers?: AnswerCounts;
  readonly executions: readonly ExecutionTrace[];
}

/** What one execution asked of models. */
export interface ExecutionTrace {
  /** The job's id: `<experiment>/<purpose>`. */
  readonly job: string;
  /** When it was written down, right after the execution. */
  readonly at: string;
  readonly models: Readonly<Record<string, ModelUse>>;
  /** Calls that were refused. */
  readonly refused: number;
  readonly trouble?: GatewayTrouble;
}

/** The champion on the train split, whose cases a proposer may see. */
export interface TrainTrace extends Omit<ExecutionTrace, "job"> {
  readonly outcome: Execution["outcome"];
  readonly reason?: string;
  readonly score?: number;
  readonly guardrails?: Readonly<Record<string, number>>;
  readonly usage: Usage;
  readonly cases: readonly CaseTrace[];
  /** Exchanges that cannot be put down to a case. */
  readonly exchanges: readonly ModelExchange[];
  readonly printed?: { readonly stdout: string; readonly stderr: string };
}

export interface CaseTrace {
  readonly case: number;
  readonly input: Json;
  /** Both absent where nothing was answered. */
  readonly output?: Json;
  readonly error?: string;
  /** What the scorer found wrong; empty where nothing was. */
  readonly feedback: readonly CaseFeedback[];
  readonly exchanges: readonly ModelExchange[];
}

export interface OutcomeTrace {
  readonly at: string;
  readonly status: ExperimentStatus;
  readonly failure?: Failure;
  readonly reason: string;
  /** The champion that it was judged against. */
  readonly champion: number | null;
  readonly usage?: Usage;
  readonly commit?: string;
}
