import { pass, reject, type Trial, type Verdict } from "@pawl/plugin";
import { differencesOf } from "./differences.ts";
import { sizeOf } from "./size/size.ts";

/**
 * Whether the candidate does the same as the champion with less code. The same means: the same value, the same
 * guardrails, and no sample that differs. A margin is not offered on purpose: a hundred changes that each lose less than
 * it would lose a hundred times as much. `null` where this is no such candidate.
 */
export function judgeSimpler({ metric, candidate, champion, guardrails }: Trial): Verdict | null {
  const [samples, others] = [candidate.score.samples ?? [], champion.score.samples ?? []];
  if (candidate.score.value !== champion.score.value || samples.length !== others.length) return null;
  if (differencesOf(metric, samples, others).some((difference) => difference !== 0)) return null;
  if (guardrails.some(({ name }) => candidate.score.guardrails?.[name] !== champion.score.guardrails?.[name]))
    return null;

  const [size, before] = [sizeOf(candidate.files), sizeOf(champion.files)];
  if (size === null || before === null) {
    const reason = `${metric.name} is unchanged, and which of the two is simpler cannot be told for such files.`;
    return reject("PAWL_NOT_BETTER", reason, { files: Object.keys(candidate.files) });
  }
  if (size >= before) return reject("PAWL_NOT_BETTER", `${metric.name} is unchanged.`, { gain: 0, size, before });
  const reason = `${metric.name} is unchanged on every case, with less code: ${size} instead of ${before} parts.`;
  return pass("PAWL_SIMPLER", reason, { gain: 0, size, before });
}
