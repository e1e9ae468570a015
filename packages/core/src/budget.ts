import type { RemainingBudget } from "@pawl/plugin";
import type { EndReason } from "./events.ts";
import type { RunState } from "./state.ts";

/** Experiments that were started, baselines not counted. */
export function experimentsStarted(state: RunState): number {
  const running = [...state.inFlight.values()].filter((proposed) => proposed.parent !== null).length;
  return experimentsFinished(state) + running;
}

/** Experiments that ended, baselines not counted. */
export function experimentsFinished(state: RunState): number {
  const failed = [...state.failed.values()].reduce((sum, count) => sum + count, 0);
  return state.kept + state.rejected + state.held + failed;
}

/** The budget that is used up, if one is. `workedMs` is the run's working time so far. */
export function spentBudget(state: RunState, workedMs: number): EndReason | undefined {
  const { budget } = state.options;
  if (experimentsStarted(state) - state.retries >= budget.experiments) return "experiments";
  if (budget.wallMs !== undefined && workedMs >= budget.wallMs) return "wall-time";
  if (budget.usd !== undefined && state.usd >= budget.usd) return "usd";
  if (budget.gpuSeconds !== undefined && state.gpuSeconds >= budget.gpuSeconds) return "gpu-seconds";
  if (state.consecutiveFailures >= budget.consecutiveFailures) return "consecutive-failures";
  if (budget.patience !== undefined && state.sinceChampion >= budget.patience) return "patience";
  return undefined;
}

/** What proposers are told of the budget. */
export function remainingBudget(state: RunState, workedMs: number): RemainingBudget {
  const { budget } = state.options;
  return {
    experiments: Math.max(0, budget.experiments + state.retries - experimentsStarted(state)),
    ...(budget.wallMs === undefined ? {} : { wallMs: Math.max(0, budget.wallMs - workedMs) }),
    ...(budget.usd === undefined ? {} : { usd: Math.max(0, budget.usd - state.usd) }),
    ...(budget.gpuSeconds === undefined ? {} : { gpuSeconds: Math.max(0, budget.gpuSeconds - state.gpuSeconds) }),
  };
}
