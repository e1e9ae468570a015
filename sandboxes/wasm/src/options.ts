import { warmOptions } from "@pawl/sandbox-process";
import { z } from "zod";

export const optionsSchema = z.strictObject({
  ...warmOptions,
  /** What a program may know of the time: nothing (the epoch), or real time in steps of so many milliseconds. */
  clock: z.union([z.literal("fixed"), z.strictObject({ resolutionMs: z.number().min(1) })]).default("fixed"),
  /** Entries that all tables of a module may have together. */
  tableEntries: z.int().min(1).max(10_000_000).default(65_536),
});
export type WasmOptions = z.output<typeof optionsSchema>;
