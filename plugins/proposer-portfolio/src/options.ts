import type { PluginEntry } from "@pawl/plugin";
import { z } from "zod";

const isEntry = (value: unknown): boolean => {
  if (typeof value !== "object" || value === null) return false;
  const { pawl, use } = value as { pawl?: unknown; use?: unknown };
  return pawl === "proposer" || (pawl === undefined && typeof use === "string");
};

/** Options of {@link portfolio}. */
export const optionsSchema = z.object({
  /** Who shares the run: proposers, configured as they would be alone. */
  proposers: z
    .array(z.custom<PluginEntry<"proposer">>(isEntry, "must be a proposer: search(), or { use: … } in JSON and YAML"))
    .min(1),
  /**
   * What one experiment is worth in US dollars: an attempt that costs as much beside its own run counts as two.
   * Default: what the run's USD budget has left for each experiment that is left; 0.10 without such a budget.
   */
  experimentUsd: z.number().positive().optional(),
  /**
   * What one experiment is worth in seconds of waiting for its idea. Default: what the run's wall-time budget has for each
   * experiment; 60 without such a budget.
   */
  experimentSeconds: z.number().positive().optional(),
});
export type PortfolioOptions = z.output<typeof optionsSchema>;
