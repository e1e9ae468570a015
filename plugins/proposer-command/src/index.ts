import { defineProposer, type Plugin } from "@pawl/plugin";
import { type CommandOptions, optionsSchema } from "./options.ts";
import { CommandProposer } from "./proposer.ts";

/**
 * Any coding agent with a command line proposes: it is run in a scratch copy with the surface, a brief and the train
 * failures, and what it made of the surface is the proposal.
 *
 * @example
 * command({
 *   command: ["claude", "-p", "Read BRIEF.md and do what it says.", "--permission-mode", "acceptEdits", "--output-format", "json"],
 *   env: ["ANTHROPIC_API_KEY"],
 *   cost: "stdout",
 *   maxUsdPerCall: 0.5,
 * })
 */
export const command: Plugin<"proposer", typeof optionsSchema> = defineProposer({
  name: "@pawl/proposer-command",
  version: "0.1.0",
  options: optionsSchema,
  create: (options, context) => new CommandProposer(options, context),
});

export default command;
export type { CommandOptions };
