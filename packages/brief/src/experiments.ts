import type { ExperimentRecord, Note } from "@pawl/plugin";
import { round } from "./failures.ts";
import { oneLine } from "./fence.ts";

/** One experiment on one line: number, outcome, score, what was tried, why it ended so. */
export function experimentLine(record: ExperimentRecord): string {
  const { number, status, failure, score, partial, hypothesis, reason, parent } = record;
  const outcome = failure === undefined ? status : `${status} (${failure})`;
  const measured = score === undefined ? "no score" : `score ${round(score)}`;
  const part = partial === undefined ? "" : ` on ${partial.cases} of ${partial.of} cases`;
  const from = parent === null ? "" : ` · changed #${parent}`;
  return `#${number} · ${outcome} · ${measured}${part}${from} · tried: ${oneLine(hypothesis)} · ended: ${oneLine(reason)}`;
}

/** One note on one line, with what it rests on. */
export function noteLine({ id, kind, text, evidence, effect, by }: Note): string {
  const rests = evidence.map(({ run, experiment }) => `${run}#${experiment}`).slice(0, 8);
  const interval =
    effect === undefined || effect.low === null || effect.high === null
      ? ""
      : ` (${round(effect.low)} to ${round(effect.high)})`;
  const gained = effect === undefined ? "" : ` · effect ${round(effect.mean)}${interval}`;
  const seen = rests.length === 0 ? "" : ` · seen in ${rests.join(", ")}`;
  return `${id} · ${kind} · ${oneLine(text, 600)}${gained}${seen} · by ${by}`;
}
