import { z } from "zod";
import { PRINTED_CHARACTERS, type Response } from "./protocol.ts";

const printed = z.string().max(PRINTED_CHARACTERS);

/** A child that has run a candidate is not believed: what it sends is checked to the letter. */
export const responseSchema: z.ZodType<Response> = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("ready"), uid: z.int().nonnegative() }),
  z.strictObject({ type: z.literal("kept"), digest: z.string().max(128) }),
  z.strictObject({ type: z.literal("started") }),
  z.strictObject({ type: z.literal("ask"), id: z.int().nonnegative(), case: z.int().nonnegative() }),
  z.strictObject({
    type: z.literal("result"),
    outcome: z.enum(["ok", "timeout", "out-of-memory", "crashed", "output-limit", "violation"]),
    reason: z.string().max(1_000),
    reusable: z.boolean(),
    stdout: printed,
    stderr: printed,
    cpuMs: z.number().nonnegative(),
    heapMb: z.number().nonnegative(),
  }),
]);
