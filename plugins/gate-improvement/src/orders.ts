/**
 * Remembers in which order the cases of experiments under way were run, so that the last judgement plays the same game
 * as the early ones. What it forgets, or never knew, is judged in the cases' own order: as good, for it was chosen
 * without a look at the outcomes. An experiment that is interrupted is run again from its first case, and is remembered
 * again.
 */
export class CaseOrders {
  readonly #orders = new Map<number, readonly number[]>();

  remember(experiment: number, cases: readonly number[]): void {
    this.#orders.delete(experiment);
    this.#orders.set(experiment, cases);
    if (this.#orders.size > MOST) this.#orders.delete(this.#orders.keys().next().value!);
  }

  /** All cases, the ones that were run first first; `undefined` for their own order. */
  of(experiment: number, count: number): readonly number[] | undefined {
    const known = this.#orders.get(experiment);
    if (known === undefined || known.some((at) => at >= count)) return undefined;
    const seen = new Set(known);
    const rest = Array.from({ length: count }, (_, at) => at).filter((at) => !seen.has(at));
    return [...seen, ...rest];
  }
}

/** More experiments than are ever under way at once. */
const MOST = 512;
