import { isDeepStrictEqual } from "node:util";
import type { Check, GateExamination, Usage } from "@pawl/plugin";
import type { ImprovementOptions } from "../options.ts";
import { shown } from "../shown.ts";

/** What running the same content again gives. */
export interface Runs {
  /** The values with the very same seed, the first run's among them. */
  readonly same: readonly number[];
  /** The values with other seeds on the same cases, the first run's among them; empty where other seeds mean other cases. */
  readonly other: readonly number[];
  /** What every run used, the first one included. */
  readonly usages: readonly Usage[];
}

export async function measureRuns(
  { baseline, evaluation, execution, rerun }: GateExamination,
  { seeds }: ImprovementOptions,
  signal: AbortSignal,
): Promise<Runs> {
  const first = baseline.score.value;
  const again = await rerun({ seed: evaluation.seed });
  const same = [first, ...(again.score === undefined ? [] : [again.score.value])];
  const other = [first];
  const usages = [execution.usage, again.execution.usage];
  // A spread of fewer than four values is hardly one.
  for (let k = 1; k <= (seeds === undefined ? 1 : 3); k += 1) {
    signal.throwIfAborted();
    const next = await rerun({ seed: evaluation.seed + k });
    usages.push(next.execution.usage);
    const isOther = !isDeepStrictEqual(next.evaluation.inputs, evaluation.inputs);
    if (isOther && seeds === undefined) return { same, other: [], usages };
    if (next.score !== undefined) other.push(next.score.value);
  }
  return { same, other, usages };
}

const differ = (values: readonly number[]): boolean => values.some((value) => value !== values[0]);

export function runNoise({ task }: GateExamination, { seeds }: ImprovementOptions, { same, other }: Runs): Check {
  const name = "noise between runs";
  const unit = task.metric.unit === undefined ? "" : ` ${task.metric.unit}`;
  const list = (values: readonly number[]): string => values.map((value) => shown(value)).join(", ");
  if (same.length < 2) {
    return {
      name,
      ok: false,
      detail: "the second run of the unchanged surface failed",
      remedy: "Make it run reliably.",
    };
  }
  if (!differ(same) && !differ(other)) {
    const seed = other.length > 1 ? ", nor with another seed" : "";
    return { name, ok: true, detail: `none: the same surface got the same ${task.metric.name} again${seed}` };
  }
  const values = differ(same) ? same : other;
  const detail = `the same surface got ${list(values)}${unit}${differ(same) ? " with the same seed" : " with other seeds"}`;
  if (seeds !== undefined) return { name, ok: true, detail };
  const remedy =
    "Set seeds: { max: 20 }, so that candidates have to be better on several runs; cases do not know this noise.";
  return { name, ok: false, detail, remedy };
}
