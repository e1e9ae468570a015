import type { Purse, Reservation } from "@pawl/plugin";

/**
 * A run's USD budget. Set aside is what may be spent by calls that are under way; spent is the higher of what this
 * process saw being paid and what the ledger has.
 */
export class Wallet implements Purse {
  readonly #budget: number | undefined;
  readonly #recorded: () => number;
  #paid: number;
  #reserved = 0;

  /**
   * @param budget US dollars for the whole run; `undefined` where it has no such budget
   * @param recorded what the ledger knows of, in US dollars
   */
  constructor(budget: number | undefined, recorded: () => number) {
    this.#budget = budget;
    this.#recorded = recorded;
    this.#paid = recorded();
  }

  get limited(): boolean {
    return this.#budget !== undefined;
  }

  get left(): number {
    if (this.#budget === undefined) return Number.POSITIVE_INFINITY;
    return Math.max(0, this.#budget - Math.max(this.#paid, this.#recorded()) - this.#reserved);
  }

  /** What was paid and never got into the ledger: the price of a proposal that did not come to be, for one. */
  get unrecorded(): number {
    return Math.max(0, this.#paid - this.#recorded());
  }

  reserve(usd: number): Reservation | null {
    if (!(usd >= 0)) throw new RangeError(`${usd} is no amount of money`);
    if (usd > this.left) return null;
    this.#reserved += usd;
    let open = true;
    return {
      settle: (paid) => {
        if (!open) return;
        open = false;
        this.#reserved -= usd;
        this.#paid += Math.max(0, paid);
      },
    };
  }
}
