import { join } from "node:path";
import { type Files, PawlError } from "@pawl/plugin";
import { type EventPayloads, type PawlEvent, type RunStarted } from "./events.ts";
import type { Candidate, RunContext } from "./experiment/context.ts";
import { remember } from "./experiment/finish.ts";
import { loadEntry } from "./entry.ts";
import { prepareGates } from "./gate-task.ts";
import { RunHistory } from "./history.ts";
import type { Ledger } from "./ledger/ledger.ts";
import type { LockGuard } from "./lock/guard.ts";
import { type Project, pawlFolder } from "./project.ts";
import { createRandom } from "./random.ts";
import { Recorder } from "./recorder.ts";
import { type Replayed, replay } from "./replay.ts";
import { type RunState, applyEvent, startState } from "./state.ts";
import { type NotebookPlace, RunNotebook } from "./notebook/run-notebook.ts";
import { Wallet } from "./wallet.ts";

/** What both beginnings of a run have at hand. */
export interface Opened {
  readonly project: Project;
  readonly ledger: Ledger;
  readonly guard: LockGuard;
  readonly signal: AbortSignal;
  readonly announce: (event: PawlEvent) => void;
}

/** A run that is ready to go on, and what an earlier process left behind. */
export interface Session {
  readonly context: RunContext;
  readonly left: Pick<Replayed, "inFlight" | "uncommitted">;
  /** The surface at the run's base commit, for the first baseline. */
  readonly baseFiles: Files;
}

/** Writes a new run's first event. */
export async function beginRun(opened: Opened, run: string, options: RunStarted, baseFiles: Files): Promise<Session> {
  let state: RunState | undefined;
  const recorder = new Recorder(opened.ledger, run, (event) => {
    if (event.type === "run.started") state = startState(event);
    else if (state !== undefined) applyEvent(state, event);
    opened.announce(event);
  });
  await recorder.record([{ type: "run.started", data: options }]);
  if (state === undefined) throw new Error("a run has no state after its first event");
  const context = makeContext(opened, state, recorder);
  return { context, left: { inFlight: [], uncommitted: undefined }, baseFiles };
}

/**
 * Goes on with an earlier run: see {@link reopenRun}. One that is finished is gone on with only where a person approved
 * an experiment afterwards, and its second try was cut off.
 * @throws PawlError `PAWL_RUN_FINISHED`
 */
export async function continueRun(opened: Opened, run: string, readBase: ReadBase): Promise<Session> {
  const session = await reopenRun(opened, run, readBase, ({ state, inFlight, uncommitted }) => {
    if (state.status !== "finished" || inFlight.length > 0 || uncommitted !== undefined) return;
    throw new PawlError("PAWL_RUN_FINISHED", `run "${run}" is finished (${state.endReason ?? ""})`, {
      remedy: 'Start a new one with "pawl run".',
    });
  });
  const inFlight = session.left.inFlight.map(({ proposed }) => proposed.experiment);
  const data = { inFlight } satisfies EventPayloads["run.resumed"];
  await session.context.recorder.record([{ type: "run.resumed", data }]);
  return session;
}

/** Reads the surface at a run's base commit. */
type ReadBase = (state: RunState) => Promise<Files>;

/** Folds an earlier run's events and hands them to the history and the proposer, as if it had never stopped. */
export async function reopenRun(
  opened: Opened,
  run: string,
  readBase: ReadBase,
  assertUsable: (replayed: Replayed) => void,
): Promise<Session> {
  // The first pass checks the chain and finds the state; the second feeds plugins, which need that state's options.
  const replayed = await replay(opened.ledger, run);
  const { state } = replayed;
  assertUsable(replayed);
  const baseFiles = await readBase(state);
  await prepareGates(opened.project, state.options);
  const recorder = new Recorder(opened.ledger, run, (event) => {
    applyEvent(state, event);
    opened.announce(event);
  });
  const context = makeContext(opened, state, recorder);
  context.baseline = replayed.baseline;
  context.champion = replayed.champion;
  await replay(opened.ledger, run, (candidate, data) => remember(context, candidate, data));
  return { context, left: replayed, baseFiles };
}

function makeContext({ project, ledger, guard, signal }: Opened, state: RunState, recorder: Recorder): RunContext {
  const started = performance.now();
  const before = state.elapsedMs;
  const context: RunContext = {
    project,
    scorer: project.plugins.scorer.instance,
    entry: loadEntry(project.config.entry, project.root),
    state,
    history: new RunHistory(),
    recorder,
    guard,
    wallet: new Wallet(state.options.budget.usd, () => state.usd),
    notebook: new RunNotebook({
      ledger,
      ...notebookOf(project, state),
      scope: { project: state.options.project, lock: guard.reference.digest },
      champion: () => context.champion?.files,
    }),
    random: createRandom(`pawl/${state.options.seed}`),
    signal,
    champion: undefined,
    baseline: undefined,
    gpuSeconds: 0,
    reruns: 0,
    outOfBudget: false,
    workedMs: () => before + (performance.now() - started),
  };
  return context;
}

/** Where the notebook's index is, and what it is made of: for a run that repeats another, of what that one could know. */
function notebookOf({ git }: Project, { run, options: { repeats } }: RunState): Pick<NotebookPlace, "path" | "sees"> {
  if (repeats === undefined) return { path: join(pawlFolder(git), "notebook.sqlite") };
  return { path: ":memory:", sees: (event) => event.seq < repeats.seq || event.run === run };
}

/** The candidates that an earlier process was at work on; baselines are not among them. */
export function unfinished({ left }: Session): readonly Candidate[] {
  return left.inFlight.filter(({ proposed }) => proposed.parent !== null);
}
