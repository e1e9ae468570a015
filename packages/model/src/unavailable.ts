import { PawlError } from "@pawl/plugin";

/** A model's provider does not answer, and was asked for as long as the caller's patience allowed. */
export class UnavailableError extends PawlError {
  /** What was wrong the last time, in a few words. */
  readonly reason: string;

  constructor(reason: string, cause?: unknown) {
    super("PAWL_MODEL_UNAVAILABLE", `the model's provider does not answer: ${reason}`, {
      remedy: 'When the provider is back, "pawl resume" goes on where the run stopped.',
      cause,
    });
    this.name = "UnavailableError";
    this.reason = reason;
  }
}
