import type { Execution, ExperimentStatus, Failure, GateVerdict, Score } from "@pawl/plugin";
import type { ExperimentFinished, PawlEvent } from "../events.ts";
import { blobDigest } from "../ledger/hash.ts";
import { deepFreeze } from "../seal/freeze.ts";
import type { Candidate, RunContext } from "./context.ts";
import { unsealed } from "./sealed.ts";

/** How an experiment ended, before it is written down. */
export interface Ending {
  readonly status: ExperimentStatus;
  readonly reason: string;
  readonly verdicts: readonly GateVerdict[];
  readonly failure?: Failure;
  readonly score?: Score;
  readonly execution?: Execution;
  /** Set where a gate stopped it early. */
  readonly partial?: { readonly cases: number; readonly of: number };
  readonly rejudged?: number;
  /** The champion that it was judged against. */
  readonly champion?: number;
}

/** Writes the end of an experiment down, then tells the history and the proposer. */
export async function recordEnding(
  context: RunContext,
  candidate: Candidate,
  ending: Ending,
): Promise<PawlEvent<"experiment.finished">> {
  const blobs: string[] = [];
  const blob = (text: string): string => {
    blobs.push(text);
    return blobDigest(text);
  };
  const data = describe(context, candidate, ending, blob);
  if (data.measured !== undefined) context.gpuSeconds = 0;
  const [event] = await context.recorder.record([{ type: "experiment.finished", data }], blobs);
  await remember(context, candidate, data);
  return event as PawlEvent<"experiment.finished">;
}

/** Ends an experiment that gave nothing to judge. */
export async function recordFailure(
  context: RunContext,
  candidate: Candidate,
  failure: Failure,
  reason: string,
  verdicts: readonly GateVerdict[],
  execution?: Execution,
): Promise<void> {
  const ending = { status: "failed", failure, reason, verdicts } as const;
  await recordEnding(context, candidate, execution === undefined ? ending : { ...ending, execution });
}

function describe(
  { guard, champion: current, gpuSeconds }: RunContext,
  { proposed }: Candidate,
  { status, reason, verdicts, failure, score, execution, partial, rejudged = 0, champion }: Ending,
  blob: (text: string) => string,
): ExperimentFinished {
  return {
    experiment: proposed.experiment,
    status,
    ...(failure === undefined ? {} : { failure }),
    reason: reason.toWellFormed(),
    verdicts,
    ...(score === undefined ? {} : { score: score.value }),
    ...(partial === undefined ? {} : { partial }),
    ...(score?.guardrails === undefined ? {} : { guardrails: score.guardrails }),
    // What later experiments are compared with must survive a restart, samples included.
    ...(status === "kept" && score !== undefined ? { scoreBlob: blob(JSON.stringify(score)) } : {}),
    rejudged,
    champion: champion ?? current?.experiment ?? null,
    lock: guard.reference.digest,
    ...(execution === undefined ? {} : { measured: measuredOf(execution, gpuSeconds, blob) }),
  };
}

function measuredOf(
  { usage, limits, stdout, stderr }: Execution,
  gpuSeconds: number,
  blob: (text: string) => string,
): NonNullable<ExperimentFinished["measured"]> {
  const printed = stdout === "" && stderr === "" ? undefined : JSON.stringify({ stdout, stderr });
  return {
    usage,
    ...(gpuSeconds === 0 ? {} : { gpuSeconds }),
    limits: blob(JSON.stringify(limits)),
    ...(printed === undefined ? {} : { printed: blob(printed) }),
  };
}

/** Hands a finished experiment to the history and to the proposer; also used when a run is resumed. */
export async function remember(context: RunContext, candidate: Candidate, data: ExperimentFinished): Promise<void> {
  const { proposed, files } = candidate;
  const { reason, verdicts } = unsealed(data);
  // Gates read the same records as the proposer, which must not be able to change them.
  const record = deepFreeze({
    number: proposed.experiment,
    parent: proposed.parent,
    status: data.status,
    ...(data.failure === undefined ? {} : { failure: data.failure }),
    reason,
    hypothesis: proposed.hypothesis,
    ...(proposed.memo === undefined ? {} : { memo: proposed.memo }),
    files,
    ...(data.score === undefined ? {} : { score: data.score }),
    ...(proposed.approves === undefined ? {} : { approves: proposed.approves }),
    ...(data.partial === undefined ? {} : { partial: data.partial }),
    verdicts,
    ...(data.measured === undefined ? {} : { usage: data.measured.usage }),
    ...(proposed.cost === undefined ? {} : { cost: proposed.cost }),
  });
  context.history.add(record);
  await context.project.plugins.proposer.instance.observe?.(record);
}
