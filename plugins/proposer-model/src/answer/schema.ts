import { z } from "zod";

/**
 * What a model is asked for. All is required and nothing is open, as providers want it that hold a model to a schema;
 * lists may be empty.
 */
export const askedSchema = z.strictObject({
  hypothesis: z.string().describe("what is expected to be better and why, in one sentence"),
  expectedEffect: z.string().describe("on which failures, and about how much"),
  learnIfItFails: z.string().describe("what it would teach if it is not kept"),
  ideas: z
    .array(z.string())
    .describe("other ideas that came up, worth trying later, each in one sentence; may be empty"),
  edits: z
    .array(z.strictObject({ path: z.string(), search: z.string(), replace: z.string() }))
    .describe("exact replacements, each of a text that stands once; empty where files are given"),
  files: z
    .array(z.strictObject({ path: z.string(), content: z.string() }))
    .describe("whole new contents; empty where edits are given"),
});

/** What is taken: a model without a schema may leave out what it does not need, and say more than it was asked. */
export const takenSchema = z.object({
  hypothesis: z.string().trim().min(1),
  expectedEffect: z.string().default(""),
  learnIfItFails: z.string().default(""),
  ideas: z.array(z.string()).default([]),
  edits: z.array(z.object({ path: z.string().optional(), search: z.string(), replace: z.string() })).default([]),
  files: z.array(z.object({ path: z.string().optional(), content: z.string() })).default([]),
});

/** An answer that can be read. */
export type Taken = z.output<typeof takenSchema>;
