import type { Failure, Metric, ModelDescription, ModelUse } from "@pawl/plugin";
import type { EndReason, ExamTaken } from "./events.ts";
import { experimentsFinished } from "./budget.ts";
import { type ModelPair, pairOf } from "./model-use.ts";
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
  } | null;
  readonly champion: {
    readonly experiment: number;
    readonly commit: string;
    readonly validation: number;
    /** A person approved it when the run was finished: it has not sat the exam. */
    readonly approvedAfterEnd: boolean;
  } | null;
  /**
   * How both did where nobody had looked; `null` before the end, where nothing was kept, and where there are no such
   * cases. Its champion is not the one above where a person approved another one since.
   */
  readonly exam: ExamTaken | null;
  /** Questions that were asked of sealed cases, the exam's included. */
  readonly holdoutLooks: number;
  readonly usd: number;
  /** The models that proposers and candidates asked. */
  readonly models: readonly ModelDescription[];
  /** Whether those that propose and those that the surface works with are one family; `null` where nobody can tell. */
  readonly modelPair: ModelPair | null;
  /** What calls of models have used, by name: for proposals, and by candidates. */
  readonly modelUse: Readonly<Record<ModelDescription["role"], Readonly<Record<string, ModelUse>>>>;
  readonly elapsedMs: number;
}

export function summarise(state: RunState): Summary {
  const { baseline, champion, baselineScore, championScore, exam } = state;
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
        : { experiment: baseline, validation: baselineScore },
    champion:
      champion === undefined || championScore === undefined
        ? null
        : {
            experiment: champion,
            commit: state.championCommit,
            validation: championScore,
            approvedAfterEnd: state.endReason !== undefined && state.championAtEnd !== champion,
          },
    exam: exam ?? null,
    holdoutLooks: state.holdoutLooks,
    usd: state.usd,
    models: state.options.models ?? [],
    modelPair: pairOf(state.options.models ?? []),
    modelUse: { meta: Object.fromEntries(state.modelUse.meta), task: Object.fromEntries(state.modelUse.task) },
    elapsedMs: state.elapsedMs,
  };
}
