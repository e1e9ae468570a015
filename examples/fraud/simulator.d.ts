/**
 * A small world of card payments, after the transaction simulator of the Fraud Detection Handbook (Y.-A. Le Borgne,
 * W. Siblini, B. Lebichot and G. Bontempi: "Reproducible Machine Learning for Credit Card Fraud Detection - Practical
 * Handbook", 2022, chapter 3). The distributions and the three fraud scenarios are the handbook's. The world is
 * smaller and has more fraud, so that a week of it holds enough of each kind to learn from.
 */
export declare const CUSTOMERS = 820;
export declare const TERMINALS = 1700;
/** Days that are simulated. Day 0 is a Monday. */
export declare const DAYS = 72;
export declare const DAY_SECONDS = 86400;
/** Scenario 1: every payment above this amount is fraud. */
export declare const FRAUD_AMOUNT = 220;
/** 0: genuine. 1: too large to be true. 2: at a compromised terminal. 3: with a leaked card. */
export type Scenario = 0 | 1 | 2 | 3;
export interface Payment {
  /** Seconds since the start of day 0. */
  readonly time: number;
  readonly customer: number;
  readonly terminal: number;
  /** In euros, two decimals. */
  readonly amount: number;
  /** From the customer's home to the terminal. */
  readonly distance: number;
  readonly scenario: Scenario;
}
/** All payments of the world with this seed, in the order of time. */
export declare function simulate(seed: number): Payment[];
//# sourceMappingURL=simulator.d.ts.map
