import { resolve } from "node:path";
import { type ExperimentRecord, PawlError } from "@pawl/plugin";
import PQueue from "p-queue";
import { baseReader, findRun } from "./begin.ts";
import type { ExperimentProposed, ExperimentReviewed, PawlEvent } from "./events.ts";
import { trip } from "./experiment/trip.ts";
import { openGit } from "./git/git.ts";
import { acquireLease } from "./lease.ts";
import type { Ledger } from "./ledger/ledger.ts";
import { openLedger } from "./project.ts";
import { findExperiment, readFiles, replay } from "./replay.ts";
import { Recorder } from "./recorder.ts";
import { type Opened, type Session, reopenRun } from "./session.ts";
import { type HeldExperiment, type RunState, applyEvent } from "./state.ts";
import { type Summary, summarise } from "./summary.ts";

/** A person's word on a held experiment. */
export interface ReviewRequest {
  readonly experiment: number;
  readonly decision: "approve" | "reject";
  /** Why; kept in the ledger with the person's git name. */
  readonly reason: string;
  /** Default: the newest run. */
  readonly run?: string;
  /** Aborting stops the second try at once; `resume` brings it to its end. */
  readonly signal?: AbortSignal;
}

/** What came of a review. */
export interface ReviewResult {
  readonly run: string;
  readonly review: ExperimentReviewed;
  /** How the second try of an approved experiment ended; `null` for a rejection, and where it was cut off. */
  readonly retry: ExperimentRecord | null;
  readonly summary: Summary;
}

/** Closes a held experiment. Nothing runs, so neither the lock nor the plugins are asked for. */
export async function reject(
  root: string,
  request: ReviewRequest,
  announce: (event: PawlEvent) => void,
): Promise<ReviewResult> {
  const git = await openGit(resolve(root));
  const lease = await acquireLease(git.commonDir);
  let ledger: Ledger | undefined;
  try {
    ledger = await openLedger(git);
    const run = await findRun(ledger, request.run ?? true);
    const { state } = await replay(ledger, run);
    findHeld(state, request);
    const recorder = new Recorder(ledger, run, (event) => {
      applyEvent(state, event);
      announce(event);
    });
    const review = await reviewOf(git, request);
    await recorder.record([{ type: "experiment.reviewed", data: review }]);
    return { run, review, retry: null, summary: summarise(state) };
  } finally {
    await ledger?.close();
    await lease.release();
  }
}

/** An earlier run, opened for the second try of an experiment that can be approved. */
export async function openForApproval(opened: Opened, request: ReviewRequest): Promise<Session> {
  const run = await findRun(opened.ledger, request.run ?? true);
  return reopenRun(opened, run, baseReader(opened), ({ state }) => {
    const { lock } = findHeld(state, request);
    const current = opened.guard.reference.digest;
    if (lock === current && state.lock.digest === current) return;
    throw new PawlError("PAWL_EXPERIMENT_OUTDATED", `experiment ${request.experiment} was held under another lock`, {
      remedy: "Reject it: what was measured then cannot be compared with what is measured now.",
    });
  });
}

/**
 * Writes the approval down together with the second try, then takes that through all steps: whoever dies in between
 * leaves an experiment in flight, which `resume` brings to its end.
 */
export async function approve({ context }: Session, opened: Opened, request: ReviewRequest): Promise<ReviewResult> {
  const { state, recorder, champion } = context;
  const held = await proposalOf(opened, state.run, request.experiment);
  const review = await reviewOf(opened.project.git, request);
  const { hypothesis, rationale, memo, files } = held;
  const proposed: ExperimentProposed = {
    experiment: state.next,
    parent: champion?.experiment ?? null,
    hypothesis,
    ...(rationale === undefined ? {} : { rationale }),
    ...(memo === undefined ? {} : { memo }),
    approves: request.experiment,
    ...(files === undefined ? {} : { files }),
  };
  const candidate = { proposed, files: await readFiles(opened.ledger, held) };
  await recorder.record([
    { type: "experiment.reviewed", data: review },
    { type: "experiment.proposed", data: proposed },
  ]);
  await trip(context, candidate, new PQueue({ concurrency: 1 }));
  const retry = context.history.recent(1).find(({ number }) => number === proposed.experiment) ?? null;
  return { run: state.run, review, retry, summary: summarise(state) };
}

/** @throws PawlError `PAWL_EXPERIMENT_NOT_FOUND`, `PAWL_EXPERIMENT_NOT_HELD`, `PAWL_EXPERIMENT_REVIEWED` */
function findHeld(state: RunState, { experiment }: ReviewRequest): HeldExperiment {
  const held = state.holds.get(experiment);
  if (held === undefined) {
    if (experiment >= state.next) {
      throw new PawlError("PAWL_EXPERIMENT_NOT_FOUND", `there is no experiment ${experiment} in "${state.run}"`, {
        remedy: '"pawl review" lists those that are held.',
      });
    }
    throw new PawlError("PAWL_EXPERIMENT_NOT_HELD", `experiment ${experiment} of "${state.run}" is not held`, {
      remedy: '"pawl review" lists those that are held.',
    });
  }
  if (held.review === undefined) return held;
  const { by, decision, reason } = held.review;
  throw new PawlError("PAWL_EXPERIMENT_REVIEWED", `experiment ${experiment} was ${decision} by ${by}: ${reason}`, {
    remedy:
      decision === "approved"
        ? "See how its second try ended with pawl log; where it was cut off, pawl resume goes on with it."
        : "A decision is final; the idea may come back as a new experiment.",
  });
}

/** @throws PawlError `PAWL_USAGE` without a reason, `PAWL_GIT_NO_IDENTITY` */
async function reviewOf(
  git: Opened["project"]["git"],
  { experiment, decision, reason }: ReviewRequest,
): Promise<ExperimentReviewed> {
  const why = reason.trim().toWellFormed();
  if (why === "") {
    throw new PawlError("PAWL_USAGE", "a decision needs a reason", {
      path: "reason",
      remedy: "Say why in a sentence.",
    });
  }
  const by = await git.userName();
  return { experiment, decision: decision === "approve" ? "approved" : "rejected", reason: why, by };
}

async function proposalOf({ ledger }: Opened, run: string, experiment: number): Promise<ExperimentProposed> {
  const found = await findExperiment(ledger, run, experiment);
  if (found === undefined) throw new Error("an experiment was held that was never proposed");
  return found.proposed.data;
}
