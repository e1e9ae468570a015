import type { Arm } from "./arms.ts";

/** Proposals for which an arm is left alone at most, before it is asked whether it moves again. */
const LONGEST = 64;

/** Arms that stand still: asked again after 1, 2, 4 … proposals of others, since to ask may mean to wait. */
export class Rest {
  readonly #resting = new Map<Arm, { readonly length: number; readonly until: number }>();
  #proposals = 0;

  /** Another proposal is asked for. */
  next(): void {
    this.#proposals += 1;
  }

  rests(arm: Arm): boolean {
    const { until = 0 } = this.#resting.get(arm) ?? {};
    return this.#proposals <= until;
  }

  stoodStill(arm: Arm): void {
    const length = Math.min(LONGEST, 2 * (this.#resting.get(arm)?.length ?? 0.5));
    this.#resting.set(arm, { length, until: this.#proposals + length });
  }

  moved(arm: Arm): void {
    this.#resting.delete(arm);
  }
}
