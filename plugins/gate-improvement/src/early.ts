import { gain, type PartialTrial, pass, reject, type Verdict } from "@pawl/plugin";
import { isHopeless } from "@pawl/statistics";
import { type Demand, demandOf } from "./budget.ts";
import { differencesOf, summarise } from "./differences.ts";
import { evidenceOf, holdsForMean, outOfBounds } from "./evidence.ts";
import type { Setting } from "./judge.ts";
import type { ImprovementOptions } from "./options.ts";
import { shown } from "./shown.ts";

/**
 * Judges a candidate by the cases that have been run. It passes where the evidence suffices, which the judgement on all
 * cases will then find too; gives up where it is hopeless; and says nothing otherwise, also where something is odd: that is
 * for the last judgement to name. What can still change with more cases is the gain itself, and its skewness.
 */
export function judgePartial(trial: PartialTrial, { options, experiments }: Setting): Verdict | null {
  const { metric, samples, championSamples, of, experiment, history } = trial;
  if (samples.length === 0 || samples.length !== championSamples.length) return null;
  if (![...samples, ...championSamples].every(Number.isFinite)) return null;
  if (outOfBounds(options.bounds, samples, championSamples) !== undefined) return null;
  const demand = demandOf(options, experiment, experiments, history);
  if (demand === null) return null;

  const differences = differencesOf(metric, samples, championSamples);
  const { e, cases } = evidenceOf(differences, of, demand, options.bounds);
  // Against `enough`, not `required`: the latter can be crossed and lost again before the end.
  if (e >= demand.enough) {
    if (!holdsForMean(differences, demand, options.bounds)) return null;
    const reason = `Better already after ${cases} of ${of} cases: evidence ${shown(e)}, ${shown(demand.enough)} asked for.`;
    return pass("PAWL_BETTER", reason, { evidence: e, required: demand.enough, cases, of });
  }
  if (samples.length >= of) return null;
  if (isLost(trial, differences, demand, options)) {
    const reason = `After ${samples.length} of ${of} cases not even a win in all others would be enough.`;
    return reject("PAWL_HOPELESS", reason, { ...summarise(differences), of, giveUp: 0 });
  }
  if (options.giveUp === 0) return null;
  if (!isHopeless(differences, { of, enough: demand.required, error: options.giveUp })) return null;
  const summary = summarise(differences);
  const counts = `${summary.wins} wins, ${summary.losses} losses, ${summary.ties} ties`;
  const reason = `After ${samples.length} of ${of} cases there is hardly any hope left (${counts}).`;
  return reject("PAWL_HOPELESS", reason, { ...summary, of, giveUp: options.giveUp });
}

/**
 * Whether the candidate would be rejected even if each case to come turned out as well as a case can. This is no estimate:
 * where samples have bounds, more in any difference is never less evidence, so nothing that would be kept is lost.
 */
function isLost(
  { metric, champion, cases, of }: PartialTrial,
  differences: Float64Array,
  demand: Demand,
  { bounds, preferSimpler }: ImprovementOptions,
): boolean {
  const before = champion.score.samples;
  if (bounds === undefined || before === undefined) return false;
  // Two ways to be kept need no evidence: the same gain in every case, and no change at all in less code.
  if (differences.every((difference) => difference > 0)) return false;
  if (preferSimpler && differences.every((difference) => difference === 0)) return false;
  const best = bounds[metric.direction === "maximize" ? 1 : 0];
  const run = new Set(cases);
  const ahead = before.flatMap((sample, at) => (run.has(at) ? [] : [gain(metric, sample, best)]));
  if (ahead.length !== of - differences.length) return false;
  return evidenceOf(Float64Array.from([...differences, ...ahead]), of, demand, bounds).e < demand.required;
}
