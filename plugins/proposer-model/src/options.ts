import { endpointSchema, patienceSchema, recordingSchema } from "@pawl/model";
import { z } from "zod";

/** Options of {@link languageModel}. */
export const optionsSchema = z.object({
  /** Which model, and where it is asked. Several models share a run through the portfolio. */
  model: endpointSchema,
  /** What you would tell whoever changes this surface: house rules, ideas, what to keep. Trusted, so yours alone. */
  instructions: z.string().max(20_000).optional(),
  /** How much the model is told at most, in characters; about four are a token. */
  maxPromptCharacters: z.int().min(4_000).max(2_000_000).default(48_000),
  /** A candidate that resembles an earlier one by this much is sent back once, from 0 to 1. */
  similarity: z.number().min(0).max(1).default(0.95),
  /** How much the model is asked to think before it answers, where it can. Default: as its provider has it. */
  reasoning: z.enum(["none", "minimal", "low", "medium", "high", "xhigh", "max"]).optional(),
  /** Where exchanges are kept, and whether they are answered from there. */
  recording: recordingSchema.optional(),
  /** How long a provider that does not answer is asked again; after that the run pauses. */
  patience: patienceSchema.default(() => patienceSchema.parse({})),
});
export type LanguageModelOptions = z.output<typeof optionsSchema>;
