import { defineProposer, type Plugin } from "@pawl/plugin";
import { openArms } from "./arms.ts";
import { optionsSchema, type PortfolioOptions } from "./options.ts";
import { Portfolio } from "./proposer.ts";

/**
 * Several proposers share a run, and each gets the attempts that it earns: a bandit weighs what came of an arm's ideas
 * against the money and the time that they cost.
 *
 * @example
 * export default defineConfig({ proposer: portfolio({ proposers: [search(), languageModel({ model })] }), … });
 */
export const portfolio: Plugin<"proposer", typeof optionsSchema> = defineProposer({
  name: "@pawl/proposer-portfolio",
  version: "0.1.0",
  options: optionsSchema,
  create: async ({ proposers, ...worth }, context) => new Portfolio(await openArms(proposers, context), worth),
});

export default portfolio;
export type { PortfolioOptions };
