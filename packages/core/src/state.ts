import { type Failure, type GateVerdict, type ModelDescription, type ModelUse, PawlError } from "@pawl/plugin";
import type { Digest } from "./digest.ts";
import {
  type EndReason,
  type EventPayloads,
  type ExamTaken,
  type ExperimentFinished,
  type ExperimentProposed,
  type ExperimentReviewed,
  type LockReference,
  type PawlEvent,
  type RunStarted,
  EVENT_VERSION,
} from "./events.ts";
import { sumOfUses } from "./model-use.ts";
import { deepFreeze } from "./seal/freeze.ts";

/** An experiment that a gate wants a person to decide about. */
export interface HeldExperiment {
  readonly experiment: number;
  /** The lock that was in force. */
  readonly lock: Digest;
  readonly reason: string;
  /** Every verdict that held it, in order. */
  readonly holds: readonly Pick<GateVerdict, "gate" | "code">[];
  readonly score?: number;
  /** The champion that it was judged against. */
  readonly champion: number | null;
  /** What a person said; absent while it waits. */
  review?: ExperimentReviewed;
}

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
  /** Every experiment that was held, by number, the decided ones included. */
  readonly holds: Map<number, HeldExperiment>;
  /** How many experiments were tries of approved ones: they are not counted against the budget. */
  retries: number;
  readonly failed: Map<Failure, number>;
  consecutiveFailures: number;
  /** Experiments that ended since the champion changed. */
  sinceChampion: number;
  usd: number;
  /** What calls of models have used, by role and name. */
  readonly modelUse: Readonly<Record<ModelDescription["role"], Map<string, ModelUse>>>;
  gpuSeconds: number;
  /** Questions that were asked of the sealed cases. */
  holdoutLooks: number;
  exam: ExamTaken | undefined;
  /** The champion when the run ended, the last one that could sit the exam: a person may approve another one later. */
  championAtEnd: number | undefined;
  /** Time that engines have worked on the run. */
  elapsedMs: number;
  segmentStart: number;
  segmentBase: number;
}

/** The state after the first event of a run. */
export function startState(event: PawlEvent<"run.started">): RunState {
  // Metric and guardrails go to the proposer as well.
  const options = deepFreeze(event.data);
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
    holds: new Map(),
    retries: 0,
    failed: new Map(),
    consecutiveFailures: 0,
    sinceChampion: 0,
    usd: 0,
    modelUse: { meta: new Map(), task: new Map() },
    gpuSeconds: 0,
    holdoutLooks: 0,
    exam: undefined,
    championAtEnd: undefined,
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

/** Held experiments that nobody has decided about yet. */
export function waitingForReview({ holds }: RunState): HeldExperiment[] {
  return [...holds.values()].filter(({ review: decision }) => decision === undefined);
}

/** Advances the state by one event of its run. */
export function applyEvent(state: RunState, event: PawlEvent): void {
  assertReadable(event);
  const at = Date.parse(event.at);
  // The night between the end of a run and a person's word on it is not working time.
  if (event.type === "run.resumed" || event.type === "experiment.reviewed") {
    state.segmentBase = state.elapsedMs;
    state.segmentStart = at;
  }
  state.elapsedMs = state.segmentBase + Math.max(0, at - state.segmentStart);
  switch (event.type) {
    case "run.resumed":
      // A run that is finished only has to bring an approved experiment to its end.
      if (state.endReason === undefined) state.status = "running";
      break;
    case "run.epoch":
      state.lock = event.data.lock;
      state.baseline = undefined;
      break;
    case "experiment.proposed":
      state.next = event.data.experiment + 1;
      state.inFlight.set(event.data.experiment, event.data);
      if (event.data.approves !== undefined) state.retries += 1;
      state.usd += event.data.cost?.usd ?? 0;
      addUse(state.modelUse.meta, event.data.cost?.models);
      break;
    case "experiment.finished":
      finish(state, event.data);
      break;
    case "gateway.used":
      for (const { usd } of Object.values(event.data.models)) state.usd += usd ?? 0;
      addUse(state.modelUse.task, event.data.models);
      break;
    case "run.charged":
      state.usd += event.data.usd;
      break;
    case "champion.committed":
      state.championCommit = event.data.commit;
      state.uncommitted = undefined;
      break;
    case "holdout.looked":
      if (event.data.again !== true && event.data.purpose !== "fresh") state.holdoutLooks += 1;
      break;
    case "experiment.reviewed":
      review(state, event.data);
      break;
    case "holdout.measured":
      state.exam = earlierExam(state, event.data);
      break;
    case "exam.taken":
      state.exam = event.data;
      break;
    case "run.paused":
      if (state.endReason === undefined) state.status = "paused";
      break;
    case "run.finished":
      state.status = "finished";
      state.endReason = event.data.reason;
      state.championAtEnd = state.champion;
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

function addUse(total: Map<string, ModelUse>, more: Readonly<Record<string, ModelUse>> | undefined): void {
  for (const [name, use] of Object.entries(more ?? {})) {
    const before = total.get(name);
    total.set(name, before === undefined ? use : sumOfUses([before, use]));
  }
}

function review(state: RunState, data: ExperimentReviewed): void {
  const held = state.holds.get(data.experiment);
  if (held !== undefined) held.review = data;
}

function hold(state: RunState, { experiment, lock, reason, verdicts, score, champion }: ExperimentFinished): void {
  const holds = verdicts.filter(({ decision }) => decision === "hold").map(({ gate, code }) => ({ gate, code }));
  const rest = { lock, reason, holds, champion, ...(score === undefined ? {} : { score }) };
  state.holds.set(experiment, { experiment, ...rest });
}

function finish(state: RunState, data: ExperimentFinished): void {
  const proposed = state.inFlight.get(data.experiment);
  const isBaseline = proposed?.parent === null;
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
  // What a person has tried again says nothing about how the search gets on.
  if (proposed?.approves === undefined) {
    state.consecutiveFailures = data.status === "failed" ? state.consecutiveFailures + 1 : 0;
    state.sinceChampion += 1;
  }
  if (data.status === "kept") state.sinceChampion = 0;
  if (data.status === "held") hold(state, data);
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
