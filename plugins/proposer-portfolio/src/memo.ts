import type { Json } from "@pawl/plugin";
import { z } from "zod";

const memoSchema = z.strictObject({
  /** The proposer that had the idea. */
  arm: z.string(),
  /** What that proposer noted for itself. */
  memo: z.json().optional(),
  /** How long it took to have the idea, where that is worth mentioning. */
  seconds: z.number().nonnegative().optional(),
  /** Seconds that the wall-time budget has for each experiment, as reckoned at the run's first proposal. */
  pace: z.number().positive().optional(),
});

/** What the portfolio notes with each proposal, so that a resumed run knows all that the interrupted one knew. */
export type Memo = z.output<typeof memoSchema>;

/** Reads a memo; `undefined` for one that another proposer wrote. */
export function readMemo(json: Json | undefined): Memo | undefined {
  const parsed = memoSchema.safeParse(json);
  return parsed.success ? parsed.data : undefined;
}
