import type { NumericParameter } from "./coordinate.ts";

/** How far and which way a single constant is worth moving, learnt from what came of earlier moves. */
export interface Step {
  size: number;
  /** The way that promises more, or 0. */
  direction: -1 | 0 | 1;
  /** Whether the other way has failed at this size already. */
  cornered: boolean;
  wins: number;
  /** Failures since the last win. */
  failures: number;
}

const FIRST = 0.3;
const LARGEST = 1.5;

/** Step sizes by parameter, adapted to success like those of a (1+1) evolution strategy, for each one alone. */
export class Steps {
  readonly #steps = new Map<string, Step>();

  get(id: string): Step {
    const known = this.#steps.get(id);
    if (known !== undefined) return known;
    const step: Step = { size: FIRST, direction: 0, cornered: false, wins: 0, failures: 0 };
    this.#steps.set(id, step);
    return step;
  }

  /** Takes in what came of moving a parameter by `delta`: `gain` as in an outcome, `undefined` for no score. */
  learn(id: string, delta: number, kept: boolean, gain: number | undefined, smallest: number): void {
    const step = this.get(id);
    const way = delta > 0 ? 1 : -1;
    if (kept) {
      step.size = Math.min(LARGEST, Math.max(step.size, Math.abs(delta)) * 1.5);
      step.direction = way;
      step.cornered = false;
      step.wins += 1;
      step.failures = 0;
      return;
    }
    step.failures += 1;
    if (gain === 0) {
      // A plateau: only a larger step can leave it.
      step.size = step.size >= LARGEST ? FIRST / 4 : Math.min(LARGEST, step.size * 1.6);
      return;
    }
    if (step.cornered) step.size *= 0.5;
    step.cornered = !step.cornered;
    step.direction = way === 1 ? -1 : 1;
    // Fine enough: look farther away again.
    if (step.size < smallest) step.size = 2 * FIRST;
  }

  /** How much a parameter deserves the next move. */
  weight(parameter: NumericParameter): number {
    const { wins, failures } = this.get(parameter.id);
    // A bare 0 or 1 in Python is a count, a slope or the rest of a share far more often than something measured.
    const weak = parameter.file.language === "python" ? 0.03 : 0.3;
    return ((parameter.weak ? weak : 1) * (1 + wins)) / (1 + 0.4 * failures);
  }
}
