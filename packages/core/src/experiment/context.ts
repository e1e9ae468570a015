import type { Entry, Files, GateVerdict, History, InspectContext, Measured, Random, Scorer } from "@pawl/plugin";
import type { ExperimentProposed } from "../events.ts";
import type { LockGuard } from "../lock/guard.ts";
import type { RunNotebook } from "../notebook/run-notebook.ts";
import type { Project } from "../project.ts";
import type { Recorder } from "../recorder.ts";
import type { RunHistory } from "../history.ts";
import type { RunState } from "../state.ts";
import type { Wallet } from "../wallet.ts";

/** What the steps of an experiment share. */
export interface RunContext {
  readonly project: Project;
  readonly scorer: Scorer;
  /** How candidates are started, with the contents of the files that go along. */
  readonly entry: Entry;
  /** The fold over the run's events so far. */
  readonly state: RunState;
  readonly history: RunHistory & History;
  readonly recorder: Recorder;
  readonly guard: LockGuard;
  readonly wallet: Wallet;
  readonly notebook: RunNotebook;
  /** The stream that all others of the run are forked from. */
  readonly random: Random;
  /** Aborts everything that is under way. */
  readonly signal: AbortSignal;
  /** The content to beat, and the one that guardrails are held against. Set once the baseline is measured. */
  champion: Measured | undefined;
  baseline: Measured | undefined;
  /** GPU time that executions took and that is not in the ledger yet, in seconds: the next ending takes it along. */
  gpuSeconds: number;
  /** Executions that gates have asked for in this process: their jobs are numbered. */
  reruns: number;
  /** The money does not suffice for what comes next: nothing new is started. */
  outOfBudget: boolean;
  /** Working time of the run so far, in milliseconds. */
  workedMs(): number;
}

/** What it takes to run and to score something once. Outside of a run nothing is locked yet. */
export type Bench = Pick<RunContext, "project" | "scorer" | "entry" | "signal" | "gpuSeconds" | "wallet"> &
  Partial<Pick<RunContext, "guard" | "recorder">>;

/** A candidate on its way through the steps. */
export interface Candidate {
  readonly proposed: ExperimentProposed;
  readonly files: Files;
}

/** Verdicts collected so far; the first that is not a pass ends the trip. */
export interface Judgement {
  readonly verdicts: readonly GateVerdict[];
  readonly stopped: GateVerdict | undefined;
}

/** The champion; asking before there is one is a bug. */
export function championOf(context: RunContext): Measured {
  if (context.champion === undefined) throw new Error("there is no champion before the baseline is measured");
  return context.champion;
}

/** The baseline; asking before there is one is a bug. */
export function baselineOf(context: RunContext): Measured {
  if (context.baseline === undefined) throw new Error("there is no baseline yet");
  return context.baseline;
}

/** Loads the inputs of a split, for gates to look for in a candidate's text. */
export function inputsOf({ project, state, signal }: RunContext): InspectContext["inputs"] {
  return async (split) => {
    const loaded = await project.evaluations.get(split, state.options.evaluationSeed, signal);
    return loaded?.evaluation.inputs ?? null;
  };
}
