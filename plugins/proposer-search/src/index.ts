import { defineProposer, type Plugin } from "@pawl/plugin";
import { optionsSchema, type SearchOptions } from "./options.ts";
import { SearchProposer } from "./proposer.ts";

/**
 * A proposer that needs no model: it tunes constants, edits the program and combines earlier good candidates, and
 * spends its attempts where they pay.
 *
 * @example
 * export default defineConfig({ proposer: search({ crossover: false }), … });
 */
export const search: Plugin<"proposer", typeof optionsSchema> = defineProposer({
  name: "@pawl/proposer-search",
  version: "0.1.0",
  options: optionsSchema,
  create: (options) => new SearchProposer(options),
});

export default search;
export type { SearchOptions };
