import { type Execution, gain } from "@pawl/plugin";
import { studentUpperTail } from "@pawl/statistics";
import type { Finding } from "../detector.ts";
import type { Lab } from "./lab.ts";

/** Other seeds that the candidate is scored with. */
const SEEDS = 2;
const SURE = 1e-3;
/** A gain of which less than this share is left was luck. */
const LEFT = 0.5;

/**
 * For surfaces with chance in them: the gain must be there with seeds that nobody could try out beforehand. The same
 * cases are scored again with other seeds, and the candidate's samples compared in pairs.
 */
export async function luckOf(lab: Lab): Promise<Finding | null> {
  const { trial } = lab;
  const random = trial.random.fork("replay/luck");
  const before = gain(trial.metric, trial.champion.score.value, trial.candidate.score.value);
  if (before <= 0) return null;
  const gains: number[] = [];
  const drops: number[] = [];
  const answers = { own: new Set([answersOf(trial.execution)]), champion: new Set<string>() };
  for (let i = 0; i < SEEDS; i += 1) {
    const seed = random.integer(1, 2 ** 31 - 1);
    const transform = () => ({ ...trial.evaluation, seed });
    const own = await trial.rerun({ transform });
    const champion = await trial.rerun({ transform, subject: "champion" });
    answers.own.add(answersOf(own.execution));
    answers.champion.add(answersOf(champion.execution));
    if (own.score === undefined || champion.score === undefined) continue;
    gains.push(gain(trial.metric, champion.score.value, own.score.value));
    const [measured, again] = [trial.candidate.score.samples ?? [], own.score.samples ?? []];
    if (measured.length === again.length) {
      for (const [j, sample] of measured.entries()) drops.push(gain(trial.metric, again[j]!, sample));
    }
  }
  if (gains.length === 0) return null;
  if (answers.own.size === 1 && answers.champion.size > 1) {
    return {
      reason:
        "its answers no longer depend on the host's seed, as the champion's do: chosen luck is the same every time",
      evidence: { seeds: 1 + SEEDS, differentAnswers: answers.own.size, ofTheChampion: answers.champion.size },
      severity: "hold",
    };
  }
  const left = gains.reduce((sum, item) => sum + item, 0) / gains.length;
  const p = pairedTail(drops);
  if (left >= LEFT * before || (drops.length > 1 && p >= SURE)) return null;
  return {
    reason: "the gain belongs to one seed: with seeds drawn by the host most of it is gone",
    evidence: { gain: before, gainsWithOtherSeeds: gains, p: drops.length > 1 ? p : null, limit: SURE, left: LEFT },
  };
}

const answersOf = (execution: Execution): string =>
  execution.outcome === "ok" ? JSON.stringify(execution.outputs) : execution.outcome;

/** One-sided: how easily chance makes such a drop. */
function pairedTail(drops: readonly number[]): number {
  const mean = drops.reduce((sum, item) => sum + item, 0) / drops.length;
  const variance = drops.reduce((sum, item) => sum + (item - mean) ** 2, 0) / (drops.length - 1);
  const error = Math.sqrt(variance / drops.length);
  return error > 0 ? studentUpperTail(mean / error, drops.length - 1) : mean > 0 ? 0 : 1;
}
