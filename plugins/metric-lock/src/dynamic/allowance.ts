import { performance } from "node:perf_hooks";

/** Until it is known: how much dearer a new case is than one that lies in the sandbox already, digest included. */
const CROSSING = 3;
/** Share of the time that is planned with: the rest is for jobs that take longer than they should. */
const PLANNED = 0.7;

/**
 * The time that all costly detectors together may take for one would-be champion: so many evaluations of that very
 * candidate, start of the sandbox included. Time is measured from the first question on, with whatever the detectors
 * themselves compute. Jobs are cut to fit: fewer cases instead of more time.
 */
export class Allowance {
  readonly totalMs: number;
  readonly #cases: number;
  readonly #started = performance.now();
  #startMs: number;
  #caseMs: number;

  /** @param evaluationMs what the candidate's own evaluation took for `cases` cases */
  constructor(evaluationMs: number, cases: number, evaluations: number) {
    this.totalMs = evaluations * evaluationMs;
    this.#cases = cases;
    // Until a job has shown it: with few cases nearly all of the time goes into the start.
    this.#startMs = evaluationMs * Math.max(0.2, 1 / (1 + cases / 50));
    this.#caseMs = (CROSSING * (evaluationMs - this.#startMs)) / cases;
  }

  get spentMs(): number {
    return performance.now() - this.#started;
  }

  /** What may still be planned. */
  get leftMs(): number {
    return PLANNED * this.totalMs - this.spentMs;
  }

  /** How many cases fit a job that may take this share of the whole; 0 where not even its start fits. */
  cases(share: number): number {
    const most = Math.min(share * PLANNED * this.totalMs, this.leftMs) - this.#startMs;
    return most <= 0 ? 0 : Math.max(1, Math.floor(most / Math.max(this.#caseMs, 1e-6)));
  }

  /** Takes in what a job of so many cases took: no start takes longer than a whole job. */
  learn(cases: number, ms: number): void {
    const isSmall = cases <= this.#cases / 50;
    this.#startMs = isSmall ? (Math.min(this.#startMs, ms) + ms) / 2 : Math.min(this.#startMs, ms);
    if (!isSmall) this.#caseMs = Math.max(0, ms - this.#startMs) / cases;
  }
}
