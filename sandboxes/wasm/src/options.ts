import { warmOptions } from "@pawl/sandbox-process";
import { z } from "zod";

const buildLimits = {
  /** Wall time of one build, in milliseconds. It does not count against the limits of the job. */
  wallMs: z.int().min(100).default(60_000),
  /** Memory of one build, in mebibytes. */
  memoryMb: z.int().min(64).default(1_024),
};

const assemblyscript = z.strictObject({
  language: z.literal("assemblyscript"),
  /** The surface file that exports `answer(input: string): string`. */
  source: z.string().regex(/\.ts$/, "must be a .ts file"),
  /** How hard the compiler tries, as its options -O0 to -O3. */
  optimize: z.int().min(0).max(3).default(2),
  ...buildLimits,
});

const native = z.strictObject({
  language: z.enum(["c", "rust"]),
  /** The file that the compiler is given. */
  source: z.string().min(1),
  /** More arguments for the compiler, such as `-lm`. */
  args: z.array(z.string()).default([]),
  ...buildLimits,
});

const buildSchema = z.discriminatedUnion("language", [assemblyscript, native]);
export type Build = z.output<typeof buildSchema>;

export const optionsSchema = z.strictObject({
  ...warmOptions,
  /** What runs entries of the kind `call`. There is one engine, and naming it locks it. */
  engine: z.literal("quickjs").default("quickjs"),
  /** What a program may know of the time: nothing (the epoch), or real time in steps of so many milliseconds. */
  clock: z.union([z.literal("fixed"), z.strictObject({ resolutionMs: z.number().min(1) })]).default("fixed"),
  /** Entries that all tables of a module may have together. */
  tableEntries: z.int().min(1).max(10_000_000).default(65_536),
  /** The step that makes a module of the candidate's files. Without it, the candidate is a module already. */
  build: buildSchema.optional(),
});
export type WasmOptions = z.output<typeof optionsSchema>;
