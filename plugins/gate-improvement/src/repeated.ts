import { pass, reject, type GateTask, type Json, type Trial, type Verdict } from "@pawl/plugin";
import { signEvidence } from "@pawl/statistics";
import { demandOf } from "./budget.ts";
import { gainBeyondRounding, summarise } from "./differences.ts";
import { betterBy, finite } from "./comparison.ts";
import { judgeValues, type Setting, spent } from "./judge.ts";
import type { ImprovementOptions } from "./options.ts";
import { shown } from "./shown.ts";

type Seeds = NonNullable<ImprovementOptions["seeds"]>;

/**
 * Compares candidate and champion on the same new seeds, one after the other, until the evidence suffices or cannot
 * any more. For surfaces whose runs are noisy by themselves: the cases' spread says nothing of the luck of a training.
 *
 * The seed of the evaluation only decides who is compared at all: a candidate that was lucky there has to be better on
 * seeds that nobody could choose. They are drawn by the host, the same for all candidates of the run and again when it
 * is resumed, so that a champion runs once for each.
 */
export class RepeatedSeeds {
  readonly #seeds: readonly number[];
  readonly #options: Seeds;
  /** Values by experiment of the champion, then by seed. */
  readonly #champions = new Map<number, Map<number, Promise<number | null>>>();

  constructor(options: Seeds, random: GateTask["random"]) {
    this.#options = options;
    const stream = random.fork("seeds");
    const seeds = new Set<number>();
    while (seeds.size < options.max) seeds.add(stream.integer(1, 2 ** 31 - 1));
    this.#seeds = [...seeds];
  }

  async judge(trial: Trial, { options, experiments }: Setting, signal: AbortSignal): Promise<Verdict> {
    const failed = judgeValues(trial, options);
    if (failed !== null) return failed;
    const demand = demandOf(options, trial.experiment, experiments, trial.history);
    if (demand === null) return spent(trial.experiment, experiments);

    const { min, max } = this.#options;
    const differences: number[] = [];
    let e = 1;
    for (const seed of this.#seeds) {
      signal.throwIfAborted();
      const [candidate, champion] = [await valueOf(trial, "candidate", seed), await this.#championOn(trial, seed)];
      if (candidate === null || champion === null) {
        const who = candidate === null ? "candidate" : "champion";
        return reject("PAWL_RERUN_FAILED", `The ${who} gave no score when it was run again on another seed.`, { seed });
      }
      differences.push(gainBeyondRounding(trial.metric, champion, candidate));
      e = signEvidence(differences, { of: max, enough: demand.enough, sized: min }).e;
      if (e >= demand.enough) break;
      // Each further seed can double the stake at best.
      const isFixed = differences.filter((difference) => difference !== 0).length >= min;
      if (isFixed && e * 2 ** (max - differences.length) < demand.required) break;
    }
    return this.#verdict(trial, options, { e, required: demand.required, differences });
  }

  #verdict(
    { metric }: Trial,
    { minEffect, control, falseKeeps }: ImprovementOptions,
    { e, required, differences }: { e: number; required: number; differences: readonly number[] },
  ): Verdict {
    const summary = summarise(differences);
    const { pairs, wins, losses, ties, meanDifference } = summary;
    const found: Json = { method: "seeds", evidence: finite(e), required: finite(required), control, falseKeeps };
    const evidence: Json = { ...found, minEffect, ...summary };
    const counts = `${wins} wins, ${losses} losses, ${ties} ties on ${pairs} new seeds`;
    if (!(meanDifference > 0)) return reject("PAWL_NOT_BETTER", `Not better on new seeds (${counts}).`, evidence);
    const better = betterBy(metric, meanDifference);
    if (meanDifference <= minEffect) {
      const reason = `${better} on new seeds, which is not more than the minimum effect of ${minEffect}.`;
      return reject("PAWL_GAIN_TOO_SMALL", reason, evidence);
    }
    const reason = `evidence ${shown(finite(e))}, ${shown(required)} asked for; ${counts}`;
    return e >= required
      ? pass("PAWL_BETTER", `${better}, and that is not luck (${reason}).`, evidence)
      : reject("PAWL_GAIN_UNCERTAIN", `${better}, but it may be luck (${reason}).`, evidence);
  }

  /** Kept for as long as it is the champion: it runs once per seed. A run that broke is tried again next time. */
  #championOn(trial: Trial, seed: number): Promise<number | null> {
    const { experiment } = trial.champion;
    for (const old of this.#champions.keys()) if (old < experiment) this.#champions.delete(old);
    const known = this.#champions.get(experiment) ?? new Map<number, Promise<number | null>>();
    this.#champions.set(experiment, known);
    const running = known.get(seed) ?? valueOf(trial, "champion", seed);
    known.set(seed, running);
    running.then(
      (value) => void (value === null && known.delete(seed)),
      () => known.delete(seed),
    );
    return running;
  }
}

async function valueOf(trial: Trial, subject: "candidate" | "champion", seed: number): Promise<number | null> {
  const { score } = await trial.rerun({ seed, subject });
  return score !== undefined && Number.isFinite(score.value) ? score.value : null;
}
