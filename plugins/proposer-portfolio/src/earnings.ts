import { type ExperimentRecord, gain, type Metric, type Random } from "@pawl/plugin";
import { Bandit } from "@pawl/statistics";
import { readMemo } from "./memo.ts";

/** How fast old costs lose their weight against new ones. */
const COST_SHARE = 0.1;
/** What an attempt is expected to earn before anything is known, and how many results that expectation is worth. */
const EXPECTED = 0.1;
const EXPECTED_RESULTS = 10;
/** Wins that an arm is trusted with in advance; with fewer, its draws would differ so much that no price would matter. */
const PRIOR_WINS = 1;
/** What a kept candidate earns at least; the rest of 1 goes by the size of its gain. */
const KEPT = 0.2;

/** What an attempt costs beside its own run. */
export interface AttemptCost {
  readonly usd: number;
  readonly seconds: number;
}

interface Costs extends AttemptCost {
  readonly attempts: number;
}

const FREE: Costs = { usd: 0, seconds: 0, attempts: 0 };

/**
 * What each arm has earned and cost. An attempt earns by its outcome: nothing where it was not kept, otherwise between
 * 0.2 and 1, by its gain against the gains of kept ones so far. It costs one experiment, and on top of that its money and
 * its waiting time, in experiments of so many dollars and seconds. The arm goes first whose drawn earnings are highest
 * for their cost: the ratio rule of Xia et al., "Thompson Sampling for Budgeted Multi-armed Bandits" (2015), with the mean
 * cost in place of a drawn one.
 */
export class Earnings {
  readonly #bandit = new Bandit();
  readonly #costs = new Map<string, Costs>();
  readonly #scores = new Map<number, number>();
  readonly #armOf = new Map<number, string>();
  readonly #all = { earned: EXPECTED * EXPECTED_RESULTS, results: EXPECTED_RESULTS };
  #typicalGain: number | undefined;

  /** Takes note of a score that later ones are compared with. */
  note({ number, score }: Pick<ExperimentRecord, "number" | "score">): void {
    if (score !== undefined) this.#scores.set(number, score);
  }

  /** Learns from a finished experiment, whoever proposed it. */
  learn(record: ExperimentRecord, metric: Pick<Metric, "direction">): void {
    const { number, approves } = record;
    this.note(record);
    const memo = readMemo(record.memo);
    const arm = approves === undefined ? memo?.arm : (this.#armOf.get(approves) ?? memo?.arm);
    if (arm === undefined) return;
    this.#armOf.set(number, arm);
    const credit = this.#credit(record, metric);
    this.#bandit.reward(arm, credit);
    this.#all.earned += credit;
    this.#all.results += 1;
    // What a person approved was paid for when it was first tried.
    if (approves === undefined) this.#charge(arm, { usd: record.cost?.usd ?? 0, seconds: memo?.seconds ?? 0 });
  }

  /**
   * Draws what the next attempt of an arm may earn for each experiment's worth of cost. An arm that nobody knows, or not any
   * more, is taken for as good as all together: where gains are rare, nobody is tried again and again for a mere hope.
   */
  draw(arm: string, random: Random, worth: AttemptCost): number {
    const mean = this.#all.earned / this.#all.results;
    const prior = { wins: PRIOR_WINS, losses: (PRIOR_WINS * (1 - mean)) / mean };
    return this.#bandit.draw(arm, random, prior) / this.price(arm, worth);
  }

  /** What an attempt of the arm costs on average, in experiments; 1 before it was tried. */
  price(arm: string, worth: AttemptCost): number {
    const { usd, seconds } = this.#costs.get(arm) ?? FREE;
    return 1 + usd / worth.usd + seconds / worth.seconds;
  }

  #charge(arm: string, cost: AttemptCost): void {
    const { usd, seconds, attempts } = this.#costs.get(arm) ?? FREE;
    const share = Math.max(COST_SHARE, 1 / (attempts + 1));
    this.#costs.set(arm, {
      usd: usd + share * (cost.usd - usd),
      seconds: seconds + share * (cost.seconds - seconds),
      attempts: attempts + 1,
    });
  }

  #credit({ status, score, parent }: ExperimentRecord, metric: Pick<Metric, "direction">): number {
    const before = this.#scores.get(parent ?? 0);
    if (status !== "kept") return 0;
    const better = score === undefined || before === undefined ? 0 : gain(metric, before, score);
    // Kept without a gain, for being simpler; or gained more than a number can say.
    if (!(better > 0)) return KEPT;
    if (!Number.isFinite(better)) return 1;
    const typical = this.#typicalGain ?? better;
    this.#typicalGain = 0.9 * typical + 0.1 * better;
    return KEPT + ((1 - KEPT) * better) / (better + typical);
  }
}
