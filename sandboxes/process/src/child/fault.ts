import type { FailedOutcome } from "@pawl/plugin";

/** What a candidate did wrong, as the outcome that it becomes. */
export class CandidateFault extends Error {
  readonly outcome: FailedOutcome;
  /** Whether the isolate had come to rest by itself, so that its process can go on. */
  readonly atRest: boolean;

  constructor(outcome: FailedOutcome, reason: string, atRest = true) {
    super(reason);
    this.name = "CandidateFault";
    this.outcome = outcome;
    this.atRest = atRest;
  }
}
