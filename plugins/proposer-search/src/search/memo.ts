import type { Json } from "@pawl/plugin";
import { z } from "zod";

/** What a proposal notes for its own bookkeeping, and gets back with its result. */
const memoSchema = z.object({
  /** The operator. */
  op: z.string(),
  /** The candidate's fingerprint. */
  key: z.string(),
  /** Choices within the operator that share its credit, such as a field. */
  tags: z.array(z.string()).optional(),
  /** Constants moved, each with its id, the distance and the smallest sensible one. */
  moves: z.array(z.tuple([z.string(), z.number(), z.number()])).optional(),
  /** The point that CMA-ES asked for, and the space that it lies in. */
  point: z.array(z.number()).optional(),
  space: z.string().optional(),
});
export type Memo = z.output<typeof memoSchema>;

/** Reads a memo; `undefined` for one that another proposer wrote. */
export function readMemo(json: Json | undefined): Memo | undefined {
  const parsed = memoSchema.safeParse(json);
  return parsed.success ? parsed.data : undefined;
}
