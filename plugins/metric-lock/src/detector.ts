import type { Files, Gate, GateTask, InspectContext, Json, TrainFailure, Trial, Verdict } from "@pawl/plugin";

/** `reject`: the candidate is gone. `hold`: a person must look, because an honest change can look the same. */
export type Severity = "reject" | "hold";

/** What a detector has found. */
export interface Finding {
  /** One sentence for a person. */
  readonly reason: string;
  /** What that person needs to check it: places in the text, cases with both outputs, numbers with their limits. */
  readonly evidence: Json;
  /** Default: the detector's own. */
  readonly severity?: Severity;
}

/** Nothing was found, but something must be said: it goes into the evidence of the verdict. */
export interface Note {
  readonly note: string;
}

/**
 * Looks for one mechanism of gaming. Steps are those of a {@link Gate}; `null` says that nothing was found. One file,
 * one detector.
 */
export interface Detector {
  /** The detector's key in the options, and in evidence. */
  readonly name: string;
  readonly code: `PAWL_GAMING_${string}`;
  readonly severity: Severity;
  /** What it cannot see, in one honest sentence. */
  readonly blindTo: string;
  prepare?(task: GateTask): void | Promise<void>;
  plant?(failures: readonly TrainFailure[]): readonly TrainFailure[];
  inspect?(candidate: { readonly files: Files }, context: InspectContext, signal: AbortSignal): Promise<Finding | Note | null>;
  judge?(trial: Trial, signal: AbortSignal): Promise<Finding | Note | null>;
  beforeCommit?(trial: Trial, signal: AbortSignal): Promise<Finding | Note | null>;
}

/** The steps in which detectors look. */
export type Step = keyof Pick<Gate, "inspect" | "judge" | "beforeCommit">;

/** The verdict that a finding is. */
export function verdictOf(detector: Detector, finding: Finding): Verdict {
  return {
    decision: finding.severity ?? detector.severity,
    code: detector.code,
    reason: finding.reason,
    evidence: { detector: detector.name, finding: finding.evidence },
  };
}
