import { type Files, type Measured, type Score, PawlError } from "@pawl/plugin";
import type { ExperimentFinished, ExperimentProposed, PawlEvent } from "./events.ts";
import type { Candidate } from "./experiment/context.ts";
import type { Ledger } from "./ledger/ledger.ts";
import { deepFreeze } from "./seal/freeze.ts";
import { type RunState, applyEvent, startState } from "./state.ts";

/** A run as its events tell it. */
export interface Replayed {
  readonly state: RunState;
  readonly baseline: Measured | undefined;
  readonly champion: Measured | undefined;
  /** Written down, and cut off before they ended. */
  readonly inFlight: readonly Candidate[];
  /** Kept, and cut off before the commit was written down as done. */
  readonly uncommitted:
    | {
        readonly candidate: Candidate;
        readonly event: PawlEvent<"experiment.finished">;
        readonly previousScore: number;
      }
    | undefined;
}

/** What to do with each experiment that ended, in order. */
export type Visit = (candidate: Candidate, data: ExperimentFinished) => Promise<void>;

/**
 * Folds a run's events, checking the hash chain on the way.
 * @throws PawlError `PAWL_RUN_NOT_FOUND`, `PAWL_LEDGER_CORRUPT`
 */
export async function replay(ledger: Ledger, run: string, visit?: Visit): Promise<Replayed> {
  let state: RunState | undefined;
  let keep: Replayed["uncommitted"];
  const kept = new Map<number, Kept>();
  const files = (proposed: ExperimentProposed): Promise<Files> => readFiles(ledger, proposed);
  for await (const row of ledger.events({ run })) {
    const event = row as unknown as PawlEvent;
    if (event.type === "run.started") {
      state = startState(event);
      continue;
    }
    if (state === undefined) continue;
    const previousScore = state.championScore ?? Number.NaN;
    const proposed = event.type === "experiment.finished" ? state.inFlight.get(event.data.experiment) : undefined;
    applyEvent(state, event);
    if (event.type !== "experiment.finished" || proposed === undefined) continue;
    if (event.data.status === "kept") kept.set(event.data.experiment, { proposed, scoreBlob: event.data.scoreBlob });
    const last = event.data.experiment === state.uncommitted;
    if (visit === undefined && !last) continue;
    const candidate = { proposed, files: await files(proposed) };
    await visit?.(candidate, event.data);
    if (last) keep = { candidate, event, previousScore };
  }
  if (state === undefined) {
    throw new PawlError("PAWL_RUN_NOT_FOUND", `there is no run "${run}" in the ledger`, {
      remedy: 'See "pawl status" for the runs that there are.',
    });
  }
  const inFlight = [...state.inFlight.values()];
  return {
    state,
    baseline: await measuredOf(ledger, kept, state.baseline),
    champion: await measuredOf(ledger, kept, state.champion),
    inFlight: await Promise.all(inFlight.map(async (proposed) => ({ proposed, files: await files(proposed) }))),
    uncommitted: state.uncommitted === undefined ? undefined : keep,
  };
}

/** The whole surface of an experiment. */
export async function readFiles(ledger: Ledger, proposed: ExperimentProposed): Promise<Files> {
  const entries = Object.entries(proposed.files ?? {}).map(async ([path, digest]) => [
    path,
    await text(ledger, digest),
  ]);
  return deepFreeze(Object.fromEntries(await Promise.all(entries)) as Files);
}

/** Both halves of an experiment; `undefined` where it was never proposed. */
export async function findExperiment(
  ledger: Ledger,
  run: string,
  experiment: number,
): Promise<{ proposed: PawlEvent<"experiment.proposed">; finished?: PawlEvent<"experiment.finished"> } | undefined> {
  let proposed: PawlEvent<"experiment.proposed"> | undefined;
  for await (const row of ledger.events({ run })) {
    const event = row as unknown as PawlEvent;
    if (event.type === "experiment.proposed" && event.data.experiment === experiment) proposed = event;
    if (event.type === "experiment.finished" && event.data.experiment === experiment && proposed !== undefined) {
      return { proposed, finished: event };
    }
  }
  return proposed === undefined ? undefined : { proposed };
}

interface Kept {
  readonly proposed: ExperimentProposed;
  readonly scoreBlob: string | undefined;
}

async function measuredOf(
  ledger: Ledger,
  kept: ReadonlyMap<number, Kept>,
  experiment: number | undefined,
): Promise<Measured | undefined> {
  if (experiment === undefined) return undefined;
  const found = kept.get(experiment);
  if (found?.scoreBlob === undefined) {
    throw new PawlError("PAWL_LEDGER_CORRUPT", `experiment ${experiment} is the champion but has no score`, {
      remedy: "Start a new run; the old one stays readable.",
    });
  }
  const score = JSON.parse(await text(ledger, found.scoreBlob)) as Score;
  return { experiment, files: await readFiles(ledger, found.proposed), score };
}

async function text(ledger: Ledger, digest: string): Promise<string> {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(await ledger.blob(digest));
}
