import { type ExperimentRecord, gain, type Metric } from "@pawl/plugin";

/** What an experiment taught. */
export interface Outcome {
  /** Better than the champion that it was made from by this much; absent where there is no score. */
  readonly gain: number | undefined;
  /** A gate refused it for a reason other than the score: a limit was crossed. */
  readonly refused: boolean;
  /** What the search minimises: the metric with its sign; infinite where there is no score. */
  readonly fitness: number;
  /** How much a score differs from the champion's on average. */
  readonly typical: number;
  /** What the operator has earned, from 0 to 1. */
  readonly credit: number;
}

/** How many recent losses a near miss is compared with. */
const WINDOW = 64;
/** The most that a near miss earns. */
const NEAR_MISS = 0.03;

interface GateHabit {
  /** It has refused a worse score. */
  refusedWorse: boolean;
  /** It has let a worse score pass. */
  passedWorse: boolean;
}

const NEVER: GateHabit = { refusedWorse: false, passedWorse: false };

/** Turns records into outcomes. What counts as a great gain or a near miss follows from the results so far. */
export class Appraiser {
  readonly #metric: Pick<Metric, "direction">;
  readonly #gates = new Map<string, GateHabit>();
  readonly #losses: number[] = [];
  #typicalGain: number | undefined;
  #typicalChange = 0;

  constructor(metric: Pick<Metric, "direction">) {
    this.#metric = metric;
  }

  /** The metric as something to be minimised. */
  fitness(score: number): number {
    return this.#metric.direction === "maximize" ? -score : score;
  }

  appraise(record: ExperimentRecord, parentScore: number | undefined): Outcome {
    const { score } = record;
    if (score === undefined || parentScore === undefined) {
      return {
        gain: undefined,
        refused: false,
        fitness: Number.POSITIVE_INFINITY,
        typical: this.#typicalChange,
        credit: 0,
      };
    }
    const better = gain(this.#metric, parentScore, score);
    this.#watchGates(record, better);
    const refused = record.status !== "kept" && this.#crossedLimit(record, better);
    const change = Math.abs(better);
    this.#typicalChange = this.#typicalChange === 0 ? change : 0.95 * this.#typicalChange + 0.05 * change;
    const credit = this.#credit(record, better, refused);
    return { gain: better, refused, fitness: this.fitness(score), typical: this.#typicalChange, credit };
  }

  #credit(record: ExperimentRecord, better: number, refused: boolean): number {
    if (record.status === "kept") {
      const typical = this.#typicalGain ?? Math.abs(better);
      this.#typicalGain = 0.9 * typical + 0.1 * Math.abs(better);
      if (better <= 0) return 0.2;
      return 0.2 + (0.8 * better) / (better + typical);
    }
    // No effect at all is no near miss.
    if (refused || better === 0) return 0;
    if (better > 0) return NEAR_MISS;
    const beaten = this.#losses.filter((loss) => loss < better).length;
    const share = this.#losses.length === 0 ? 0 : beaten / this.#losses.length;
    this.#losses.push(better);
    if (this.#losses.length > WINDOW) this.#losses.shift();
    return NEAR_MISS * share ** 4;
  }

  #watchGates(record: ExperimentRecord, better: number): void {
    if (better >= 0) return;
    for (const { gate, step, decision } of record.verdicts) {
      if (step === "inspect") continue;
      const habit = this.#gates.get(gate) ?? { ...NEVER };
      if (decision === "pass") habit.passedWorse = true;
      else habit.refusedWorse = true;
      this.#gates.set(gate, habit);
    }
  }

  /**
   * Whether the gate that said no looks at something else than the score. One that has let a worse score pass, or has
   * never been seen to refuse one, does; the other kind has only found the gain too small to be sure of.
   */
  #crossedLimit(record: ExperimentRecord, better: number): boolean {
    return record.verdicts.some(({ gate, decision }) => {
      if (decision === "pass") return false;
      const habit = this.#gates.get(gate) ?? NEVER;
      return habit.passedWorse || (!habit.refusedWorse && better > 0);
    });
  }
}
