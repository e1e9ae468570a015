/**
 * The run's money. Whoever is about to spend some sets aside the most that it may cost; where that is refused, the call
 * is not made. Thereby what is spent never exceeds the budget, whatever is in flight.
 */
export interface Purse {
  /** Whether the run has a USD budget. Where it has one, nothing whose price is unknown may be called. */
  readonly limited: boolean;
  /** What can still be set aside, in US dollars; `Infinity` without a budget. */
  readonly left: number;
  /** Sets `usd` aside; `null` where less is left. */
  reserve(usd: number): Reservation | null;
}

/** Money that was set aside for one call. */
export interface Reservation {
  /** Says what it really cost, in US dollars, and gives the rest back. Once; later calls change nothing. */
  settle(usd: number): void;
}
