import type { Request, Segment } from "./request.ts";
/** The splits that a market has. New markets are free, so no cases are put away in a vault. */
export declare const PERIODS: readonly ["train", "validation", "holdout"];
export type Period = (typeof PERIODS)[number];
/** Days in a split: four weeks. Day 0 is a Monday. */
export declare const SPLIT_DAYS = 28;
/** First day of each split, in the order of time. */
export declare const FIRST_DAY: Readonly<Record<Period, number>>;
/** What decides about one request, and stays on the host. Prices and costs are per unit, in euros. */
export type Situation = {
  /** Customers are numbered from 0, those who come back first. */
  readonly customer: number;
  readonly product: string;
  readonly segment: Segment;
  readonly quantity: number;
  readonly listPrice: number;
  /** The price that seems right to this customer. */
  readonly fairPrice: number;
  /** What the unit costs the shop, express reordering included. */
  readonly cost: number;
  /** Log odds of buying at the fair price. */
  readonly appeal: number;
  /** How much these fall per unit of the logarithm of the price. */
  readonly sensitivity: number;
  /** Hazard of leaving for good, per unit of the logarithm of the price above the fair one. */
  readonly annoyance: number;
};
/** What stays on the host. */
export type Answers = {
  /** One per request. */
  readonly situations: readonly Situation[];
  /** Customers who come back, also those who ask for nothing in these weeks. */
  readonly regulars: number;
  /** All customers, newcomers included. */
  readonly customers: number;
};
/** Four weeks of requests in the order of time. Who asks for what, and when, does not depend on any quote. */
export interface Market {
  readonly requests: Request[];
  readonly answers: Answers;
}
/** The market of one split. Products and regulars are the same in every split of a seed. */
export declare function simulateMarket(split: Period, seed: number): Market;
//# sourceMappingURL=market.d.ts.map
