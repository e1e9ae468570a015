import type { Failure, Metric } from "@pawl/plugin";
import type { EndReason } from "./events.ts";
import { experimentsFinished } from "./budget.ts";
import { type RunState, waitingForReview } from "./state.ts";

/** How a run stands or ended: a projection of its events. */
export interface Summary {
  readonly run: string;
  readonly branch: string;
  readonly base: string;
  readonly status: RunState["status"];
  readonly endReason: EndReason | null;
  readonly epoch: number;
  readonly metric: Metric;
  readonly experiments: number;
  readonly kept: number;
  readonly rejected: number;
  readonly held: number;
  /** How many of the held ones wait for a person's decision. */
  readonly waiting: number;
  /** Experiments that gave nothing to judge, by reason. */
  readonly failed: Readonly<Partial<Record<Failure, number>>>;
  readonly baseline: {
    readonly experiment: number;
    readonly validation: number;
    readonly holdout: number | null;
  } | null;
  readonly champion: {
    readonly experiment: number;
    readonly commit: string;
    readonly validation: number;
    readonly holdout: number | null;
  } | null;
  /**
   * The champion of the exam at the end. Where a person approved another one since, `champion.holdout` is `null`: nobody
   * has measured that one there.
   */
  readonly examined: number | null;
  readonly holdoutLooks: number;
  readonly usd: number;
  readonly elapsedMs: number;
}

export function summarise(state: RunState): Summary {
  const { baseline, champion, baselineScore, championScore, holdout } = state;
  return {
    run: state.run,
    branch: state.options.branch,
    base: state.options.base,
    status: state.status,
    endReason: state.endReason ?? null,
    epoch: state.lock.epoch,
    metric: state.options.metric,
    experiments: experimentsFinished(state),
    kept: state.kept,
    rejected: state.rejected,
    held: state.held,
    waiting: waitingForReview(state).length,
    failed: Object.fromEntries(state.failed),
    baseline:
      baseline === undefined || baselineScore === undefined
        ? null
        : { experiment: baseline, validation: baselineScore, holdout: holdout?.baseline ?? null },
    champion:
      champion === undefined || championScore === undefined
        ? null
        : {
            experiment: champion,
            commit: state.championCommit,
            validation: championScore,
            holdout: state.examined === champion ? (holdout?.champion ?? null) : null,
          },
    examined: state.examined ?? null,
    holdoutLooks: state.holdoutLooks,
    usd: state.usd,
    elapsedMs: state.elapsedMs,
  };
}
