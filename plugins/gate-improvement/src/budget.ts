import type { History } from "@pawl/plugin";
import { eLondLevel, errorShare } from "@pawl/statistics";
import type { ImprovementOptions } from "./options.ts";

/** How much evidence one experiment has to bring. */
export interface Demand {
  /** Where the comparison ends, as nothing more is asked for: fixed before the first experiment. */
  readonly enough: number;
  /** What is asked for now; less than `enough` where keeps have earned it. */
  readonly required: number;
}

/**
 * The part of the night's error that falls to this experiment. It depends on its number and, for `fdr`, on how many
 * were kept before, which the history tells: a resumed run asks for the same. `null`: no error is left to spend.
 */
export function demandOf(
  { falseKeeps, control }: Pick<ImprovementOptions, "falseKeeps" | "control">,
  experiment: number,
  experiments: number,
  history: Pick<History, "kept">,
): Demand | null {
  const share = errorShare(experiment, experiments);
  if (share === 0) return null;
  const enough = 1 / (falseKeeps * share);
  if (control === "fwer") return { enough, required: enough };
  // The baseline is the first that was kept, and is no discovery.
  const kept = history.kept().filter(({ number }) => number !== 0 && number !== experiment).length;
  return { enough, required: 1 / eLondLevel(falseKeeps, share, kept) };
}
