import { FAILED_OUTCOMES } from "@pawl/plugin";
import { z } from "zod";

/** Characters of printed text that are kept of each stream. */
export const PRINTED_CHARACTERS = 65_536;
/** The largest header that a runner may send: twice the printed text, fully escaped, and some room. */
export const HEADER_BYTES = 2 * 6 * PRINTED_CHARACTERS + 65_536;

/** One job, as the runner gets it; the inputs are the frame's body. */
export interface RunnerJob {
  readonly files: Readonly<Record<string, string>>;
  /** The file whose default export is called. */
  readonly entry: string;
  /** The harness, as an expression that makes an object of functions in a bare context. */
  readonly harness: string;
  /** The socket that leads to models, where the candidate may ask them. */
  readonly modelSocket?: string;
}

const printed = z.string().max(PRINTED_CHARACTERS);

/** What a runner may answer. It has run a candidate and is not believed: what it sends is checked to the letter. */
export const responseSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("ready") }),
  z.strictObject({
    type: z.literal("result"),
    outcome: z.enum(["ok", ...FAILED_OUTCOMES]),
    reason: z.string().max(1_000),
    stdout: printed,
    stderr: printed,
  }),
]);
export type RunnerResponse = z.output<typeof responseSchema>;
export type RunnerResult = Extract<RunnerResponse, { type: "result" }>;
