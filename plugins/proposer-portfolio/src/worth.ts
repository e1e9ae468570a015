import type { RemainingBudget } from "@pawl/plugin";
import type { AttemptCost } from "./earnings.ts";
import type { PortfolioOptions } from "./options.ts";

const DEFAULT_USD = 0.1;
const DEFAULT_SECONDS = 60;
/** Less than this, in US dollars, is nothing; it keeps an empty budget from dividing by zero. */
const LEAST_USD = 1e-6;

/** Seconds that a wall-time budget has for each experiment; `undefined` without such a budget. Whole, so that a few
 * milliseconds more or less at the start of a run decide nothing. */
export function paceOf({ wallMs, experiments }: RemainingBudget): number | undefined {
  if (wallMs === undefined || experiments === undefined) return undefined;
  return Math.max(1, Math.round(wallMs / 1000 / Math.max(1, experiments)));
}

/** What an experiment is worth now: the more money is left for each that is left, the less does an attempt's price weigh. */
export function worthOf(
  { experimentUsd, experimentSeconds }: Pick<PortfolioOptions, "experimentUsd" | "experimentSeconds">,
  { usd, experiments }: RemainingBudget,
  pace: number | undefined,
): AttemptCost {
  const left = usd === undefined || experiments === undefined ? undefined : usd / Math.max(1, experiments);
  return {
    usd: experimentUsd ?? Math.max(LEAST_USD, left ?? DEFAULT_USD),
    seconds: experimentSeconds ?? pace ?? DEFAULT_SECONDS,
  };
}
