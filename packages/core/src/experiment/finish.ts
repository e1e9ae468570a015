import {
  type Effect,
  type Execution,
  type ExperimentStatus,
  type Failure,
  type GateVerdict,
  type Score,
  cleanText,
} from "@pawl/plugin";
import type { ExperimentFinished, PawlEvent } from "../events.ts";
import type { Blob } from "../recorder.ts";
import { deepFreeze } from "../seal/freeze.ts";
import { countAnswers } from "./answers.ts";
import { cleanFeedback } from "./clean-feedback.ts";
import type { Candidate, RunContext } from "./context.ts";
import { failureText } from "../notebook/rules.ts";
import { unsealed } from "./sealed.ts";

/** Characters of a reason that are kept. */
const REASON = { maxCharacters: 4_000 };

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
  /** What it gains on a case over that champion. */
  readonly effect?: Effect | undefined;
}

/** Writes the end of an experiment down, then tells the history and the proposer. */
export async function recordEnding(
  context: RunContext,
  candidate: Candidate,
  ending: Ending,
): Promise<PawlEvent<"experiment.finished">> {
  const blobs: Blob["content"][] = [];
  const blob = (value: unknown): string => {
    const { digest, content } = context.recorder.json(value);
    blobs.push(content);
    return digest;
  };
  const data = describe(context, candidate, ending, blob);
  if (data.measured !== undefined) context.gpuSeconds = 0;
  const [event] = await context.recorder.record([{ type: "experiment.finished", data }], blobs);
  // As it was written down, so that a run that is resumed knows the same.
  const finished = event as PawlEvent<"experiment.finished">;
  await remember(context, candidate, finished.data);
  return finished;
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
  { status, reason, verdicts, failure, score, execution, partial, rejudged = 0, champion, effect }: Ending,
  blob: (value: unknown) => string,
): ExperimentFinished {
  const answers = countAnswers(execution);
  return {
    experiment: proposed.experiment,
    status,
    ...(failure === undefined ? {} : { failure }),
    reason: cleanText(reason, REASON),
    verdicts: verdicts.map((verdict) => ({ ...verdict, reason: cleanText(verdict.reason, REASON) })),
    ...(score === undefined ? {} : { score: score.value }),
    ...(partial === undefined ? {} : { partial }),
    ...(score?.guardrails === undefined ? {} : { guardrails: score.guardrails }),
    ...(effect === undefined ? {} : { effect }),
    ...(answers === undefined ? {} : { answers }),
    // What later experiments are compared with must survive a restart, samples included.
    ...(status === "kept" && score !== undefined ? { scoreBlob: blob(cleaned(score)) } : {}),
    rejudged,
    champion: champion ?? current?.experiment ?? null,
    lock: guard.reference.digest,
    ...(execution === undefined ? {} : { measured: measuredOf(execution, gpuSeconds, blob) }),
  };
}

function measuredOf(
  { usage, limits, stdout, stderr }: Execution,
  gpuSeconds: number,
  blob: (value: unknown) => string,
): NonNullable<ExperimentFinished["measured"]> {
  const printed = printedOf({ stdout, stderr });
  return {
    usage,
    ...(gpuSeconds === 0 ? {} : { gpuSeconds }),
    limits: blob(limits),
    ...(printed === undefined ? {} : { printed: blob(printed) }),
  };
}

const cleaned = (score: Score): Score =>
  score.feedback === undefined ? score : { ...score, feedback: score.feedback.map(cleanFeedback) };

/** What a candidate printed, fit to be kept; `undefined` where it printed nothing. */
export function printedOf({ stdout, stderr }: Pick<Execution, "stdout" | "stderr">) {
  return stdout === "" && stderr === "" ? undefined : { stdout: cleanText(stdout), stderr: cleanText(stderr) };
}

/** Hands a finished experiment to the history and to the proposer; also used when a run is resumed. */
export async function remember(context: RunContext, candidate: Candidate, data: ExperimentFinished): Promise<void> {
  const { proposed, files } = candidate;
  const { verdicts } = unsealed(data);
  // Gates read the same records as the proposer, which must not be able to change them.
  const record = deepFreeze({
    number: proposed.experiment,
    parent: proposed.parent,
    status: data.status,
    ...(data.failure === undefined ? {} : { failure: data.failure }),
    reason: reasonFor(data),
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

/**
 * Why it ended so, for whoever proposes. A candidate that fails has seen validation cases: what it says of itself is left
 * out but for the class of its error.
 */
function reasonFor(data: ExperimentFinished): string {
  const { status, failure, reason } = data;
  const own = failure === "invalid-proposal" || failure === "out-of-budget";
  return status === "failed" && !own ? failureText(failure, reason) : unsealed(data).reason;
}
