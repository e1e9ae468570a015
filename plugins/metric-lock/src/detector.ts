import type { Files, Gate, GateTask, InspectContext, Json, TrainFailure, Trial, Verdict } from "@pawl/plugin";

/** `reject`: the candidate is gone. `hold`: a person must look, because an honest change can look the same. */
export type Severity = "reject" | "hold";

/** What a detector has found. */
export interface Finding {
  /** One sentence for a person. */
  readonly reason: string;
  /** What that person needs to check it: places in the text, cases with both outputs, numbers with their limits. */
  readonly evidence: Json;
  /** Default: the detector's own. A `note` stops nothing: it goes along with the pass, for a person who reads it later. */
  readonly severity?: Severity | "note";
}

/**
 * Looks for one mechanism of gaming. Steps are those of a {@link Gate}; `null` says that nothing was found, and `undefined`
 * that it does not look at this candidate in this step. One file, one detector.
 */
export interface Detector {
  /** The detector's key in the options, and in evidence. */
  readonly name: string;
  /** Stable: `PAWL_GAMING_…` for the lock's own, another prefix for yours. */
  readonly code: string;
  readonly severity: Severity;
  /** What it cannot see, in one honest sentence. */
  readonly blindTo: string;
  prepare?(task: GateTask): void | Promise<void>;
  plant?(failures: readonly TrainFailure[]): readonly TrainFailure[];
  inspect?(candidate: { readonly files: Files }, context: InspectContext, signal: AbortSignal): Looking;
  judge?(trial: Trial, signal: AbortSignal): Looking;
  beforeCommit?(trial: Trial, signal: AbortSignal): Promise<Finding | null>;
}

type Looking = Promise<Finding | null> | undefined;

/** One that reads the text, and has nothing to say of the score. */
export type TextDetector = Detector & { readonly judge?: never };

/** The steps in which detectors look. */
export type Step = keyof Pick<Gate, "inspect" | "judge" | "beforeCommit">;

/** A finding as evidence. */
export const evidenceOf = ({ name }: Detector, { reason, evidence }: Finding): Json => ({
  detector: name,
  reason,
  finding: evidence,
});

/** What a finding does, where it is more than a note. */
export const severityOf = (detector: Detector, { severity = detector.severity }: Finding): Severity =>
  severity === "note" ? detector.severity : severity;

/** The verdict that a finding is, unless it is a note. */
export function verdictOf(detector: Detector, finding: Finding): Verdict {
  return {
    decision: severityOf(detector, finding),
    code: detector.code,
    reason: finding.reason,
    evidence: { detector: detector.name, finding: finding.evidence },
  };
}
