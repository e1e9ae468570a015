import { type Failure, PawlError } from "@pawl/plugin";
import {
  type EndReason,
  type EventPayloads,
  type ExamTaken,
  type ExperimentFinished,
  type ExperimentProposed,
  type LockReference,
  type PawlEvent,
  type RunStarted,
  EVENT_VERSION,
} from "./events.ts";

/** What is known of a run: a fold over its events and nothing else. */
export interface RunState {
  readonly run: string;
  readonly options: RunStarted;
  status: "running" | "paused" | "finished";
  endReason: EndReason | undefined;
  lock: LockReference;
  /** The number that the next experiment will get. */
  next: number;
  /** Proposed and not finished, by number. */
  readonly inFlight: Map<number, ExperimentProposed>;
  baseline: number | undefined;
  champion: number | undefined;
  baselineScore: number | undefined;
  championScore: number | undefined;
  /** Where the run's branch should point. */
  championCommit: string;
  /** Kept and written down, but perhaps not committed yet. */
  uncommitted: number | undefined;
  kept: number;
  rejected: number;
  held: number;
  readonly failed: Map<Failure, number>;
  consecutiveFailures: number;
  /** Experiments that ended since the champion changed. */
  sinceChampion: number;
  usd: number;
  gpuSeconds: number;
  /** Questions that were asked of the sealed cases. */
  holdoutLooks: number;
  exam: ExamTaken | undefined;
  /** Time that engines have worked on the run. */
  elapsedMs: number;
  segmentStart: number;
  segmentBase: number;
}

/** The state after the first event of a run. */
export function startState(event: PawlEvent<"run.started">): RunState {
  const options = event.data;
  assertReadable(event);
  return {
    run: event.run ?? "",
    options,
    status: "running",
    endReason: undefined,
    lock: options.lock,
    next: 0,
    inFlight: new Map(),
    baseline: undefined,
    champion: undefined,
    baselineScore: undefined,
    championScore: undefined,
    championCommit: options.base,
    uncommitted: undefined,
    kept: 0,
    rejected: 0,
    held: 0,
    failed: new Map(),
    consecutiveFailures: 0,
    sinceChampion: 0,
    usd: 0,
    gpuSeconds: 0,
    holdoutLooks: 0,
    exam: undefined,
    elapsedMs: 0,
    segmentStart: Date.parse(event.at),
    segmentBase: 0,
  };
}

function assertReadable({ version, type, seq }: PawlEvent): void {
  if (version <= EVENT_VERSION) return;
  throw new PawlError("PAWL_LEDGER_NEWER", `event ${seq} (${type}) has version ${version}`, {
    remedy: "Use the newer Pawl that wrote this ledger.",
  });
}

/** Advances the state by one event of its run. */
export function applyEvent(state: RunState, event: PawlEvent): void {
  assertReadable(event);
  const at = Date.parse(event.at);
  if (event.type === "run.resumed") {
    state.segmentBase = state.elapsedMs;
    state.segmentStart = at;
  }
  state.elapsedMs = state.segmentBase + Math.max(0, at - state.segmentStart);
  switch (event.type) {
    case "run.resumed":
      state.status = "running";
      break;
    case "run.epoch":
      state.lock = event.data.lock;
      state.baseline = undefined;
      break;
    case "experiment.proposed":
      state.next = event.data.experiment + 1;
      state.inFlight.set(event.data.experiment, event.data);
      state.usd += event.data.cost?.usd ?? 0;
      break;
    case "experiment.finished":
      finish(state, event.data);
      break;
    case "champion.committed":
      state.championCommit = event.data.commit;
      state.uncommitted = undefined;
      break;
    case "holdout.looked":
      if (event.data.again !== true && event.data.purpose !== "fresh") state.holdoutLooks += 1;
      break;
    case "holdout.measured":
      state.exam = earlierExam(state, event.data);
      break;
    case "exam.taken":
      state.exam = event.data;
      break;
    case "run.paused":
      state.status = "paused";
      break;
    case "run.finished":
      state.status = "finished";
      state.endReason = event.data.reason;
      break;
    default:
  }
}

/** An earlier engine measured both on the holdout, whether gates had looked there or not. */
function earlierExam(
  { baseline = 0, champion = 0 }: RunState,
  scores: EventPayloads["holdout.measured"],
): ExamTaken | undefined {
  if (baseline === champion) return undefined;
  return {
    cases: "holdout",
    looksBefore: 0,
    baseline: { experiment: baseline, score: scores.baseline },
    champion: { experiment: champion, score: scores.champion },
  };
}

function finish(state: RunState, data: ExperimentFinished): void {
  const isBaseline = state.inFlight.get(data.experiment)?.parent === null;
  state.inFlight.delete(data.experiment);
  state.gpuSeconds += data.measured?.gpuSeconds ?? 0;
  if (isBaseline) {
    if (data.status !== "kept") return;
    state.baseline = data.experiment;
    state.champion = data.experiment;
    state.baselineScore = data.score;
    state.championScore = data.score;
    return;
  }
  state.consecutiveFailures = data.status === "failed" ? state.consecutiveFailures + 1 : 0;
  state.sinceChampion = data.status === "kept" ? 0 : state.sinceChampion + 1;
  if (data.status === "failed") {
    const failure = data.failure ?? "crashed";
    state.failed.set(failure, (state.failed.get(failure) ?? 0) + 1);
    return;
  }
  state[data.status] += 1;
  if (data.status !== "kept") return;
  state.champion = data.experiment;
  state.championScore = data.score;
  state.uncommitted = data.experiment;
}
