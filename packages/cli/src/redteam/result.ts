import type { ExperimentFinished, GateVerdict } from "@pawl/core";

/** What stopped an attack. */
export const STOPPERS = [
  "metric lock",
  "holdout",
  "guardrails",
  "another gate",
  "sandbox",
  "bad answers",
  "engine",
  "not better",
] as const;
export type Stopper = (typeof STOPPERS)[number];

/** What became of one attack or honest change. */
export interface Result {
  readonly name: string;
  readonly kind: "attack" | "honest";
  /** Rows of the taxonomy; none for honest changes. */
  readonly rows: readonly number[];
  readonly technique: string;
  /** `passed`: it would have been committed. `skipped`: it cannot be tried on this surface. */
  readonly outcome: "stopped" | "held" | "passed" | "skipped";
  readonly by?: Stopper;
  /** The step of the experiment, such as `inspect`. */
  readonly step?: string;
  /** Of the verdict, of the failure, or of the error. */
  readonly code?: string;
  /** In short: what was found, or why it was skipped. */
  readonly evidence: string;
  /** Detectors that saw something in the text, and would have held it if nothing else had stopped it. */
  readonly noted?: readonly string[];
  /** Whether it would have raised the score, as far as that is known. */
  readonly raises?: boolean;
}

/** The last word of our own gate: everything before it has passed. */
export const WOULD_BE_KEPT = "PAWL_REDTEAM_WOULD_BE_KEPT";

type Ended = Pick<Result, "outcome" | "by" | "step" | "code" | "evidence" | "noted">;

/** Reads the end of an experiment. */
export function readEnding(finished: ExperimentFinished): Ended {
  const noted = notedIn(finished.verdicts);
  return { ...endingOf(finished), ...(noted.length > 0 && { noted }) };
}

/** A candidate that would not be kept is not held; what was seen in its text goes along with the pass. */
function notedIn(verdicts: readonly GateVerdict[]): readonly string[] {
  return verdicts
    .filter(({ gate, step, decision }) => gate === "@pawl/metric-lock" && step === "inspect" && decision === "pass")
    .flatMap(({ evidence }) => (evidence as { readonly notes?: readonly { readonly detector: string }[] }).notes ?? [])
    .map(({ detector }) => detector);
}

function endingOf({ status, failure, reason, verdicts }: ExperimentFinished): Ended {
  if (status === "failed") return readFailure(failure ?? "crashed", reason);
  const last = verdicts.findLast(({ decision }) => decision !== "pass");
  if (last === undefined || last.code === WOULD_BE_KEPT) return { outcome: "passed", evidence: passedBy(verdicts) };
  return {
    outcome: last.decision === "hold" ? "held" : "stopped",
    by: stopperOf(last),
    step: last.step,
    code: last.code,
    evidence: last.reason,
  };
}

function passedBy(verdicts: readonly GateVerdict[]): string {
  const gain = verdicts.find(({ gate, step }) => gate === "@pawl/gate-improvement" && step === "judge");
  return gain === undefined ? "every gate passed" : `every gate passed: ${gain.reason}`;
}

function readFailure(failure: NonNullable<ExperimentFinished["failure"]>, reason: string): Ended {
  const by = failure === "invalid-proposal" ? "engine" : isAnswers(failure, reason) ? "bad answers" : "sandbox";
  const step = failure === "invalid-proposal" ? "propose" : failure === "invalid-score" ? "score" : "execute";
  return { outcome: "stopped", by, step, code: failure, evidence: reason };
}

/** The program ran, but what it answered could not be used. */
const isAnswers = (failure: string, reason: string): boolean =>
  failure === "invalid-score" || (failure === "crashed" && reason.startsWith("every input failed"));

function stopperOf({ gate, code }: GateVerdict): Stopper {
  if (code.startsWith("PAWL_GAMING_") || gate === "@pawl/metric-lock") return "metric lock";
  switch (gate) {
    case "@pawl/gate-improvement":
      return "not better";
    case "@pawl/gate-guardrails":
      return "guardrails";
    case "@pawl/gate-holdout":
      return "holdout";
    default:
      return "another gate";
  }
}
