import type { Purse, Reservation } from "@pawl/plugin";
import { Bell } from "./bell.ts";

/**
 * Sets money aside for calls. Calls under way may give some back, so none is refused for want of it before they have
 * ended: a run does not end early because many calls are made at once.
 */
export class Money {
  #open = 0;
  readonly #settled = new Bell();

  /** `null` where too little is left, and nothing will come back. */
  async reserve(purse: Purse, usd: number, signal: AbortSignal): Promise<Reservation | null> {
    for (;;) {
      signal.throwIfAborted();
      const reservation = purse.reserve(usd);
      if (reservation !== null) return this.#watch(reservation);
      if (this.#open === 0) return null;
      await this.#settled.heard(signal);
    }
  }

  #watch(reservation: Reservation): Reservation {
    this.#open += 1;
    let open = true;
    return {
      settle: (usd) => {
        if (!open) return;
        open = false;
        this.#open -= 1;
        reservation.settle(usd);
        this.#settled.ring();
      },
    };
  }
}
