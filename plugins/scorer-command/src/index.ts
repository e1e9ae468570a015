import { defineScorer } from "@pawl/plugin";
import { optionsSchema } from "./options.ts";
import { createScorer } from "./scorer.ts";

/**
 * Scores a program, such as a training script, by what its locked evaluator says about the artifacts that it left, or
 * by comparing its answers with the right ones on the host. What the candidate prints about itself counts for nothing.
 *
 * @example
 * command({
 *   metric: { name: "bits per byte", direction: "minimize", sample: "bits", aggregate: "ratio", weight: "bytes" },
 *   cases: { validation: "data/validation.jsonl", holdout: "data/holdout.jsonl" },
 * })
 *
 * Loading throws `PAWL_DATA_MISSING` or `PAWL_DATA_INVALID` (with `file:line`).
 */
export const command = defineScorer({
  name: "@pawl/scorer-command",
  version: "0.1.0",
  options: optionsSchema,
  create: (options, { root }) => createScorer(options, root),
});

export default command;
export type { CommandOptions } from "./options.ts";
