import { type Stream } from "./random.ts";
import type { Segment } from "./request.ts";
/** How customers of a segment behave on average. */
interface Habits {
  /** Requests per day and customer. */
  readonly visits: number;
  readonly quantity: readonly [least: number, most: number];
  /** Days since the first order, on day 0. */
  readonly tenure: readonly [least: number, most: number];
  /** Which price seems right: the list price (0), the competitor's (1), or between them. */
  readonly attention: number;
  /** Log odds of buying at the price that seems right. */
  readonly appeal: number;
  /** How much these fall per unit of the logarithm of the price. */
  readonly sensitivity: number;
  /** Hazard of leaving for good, per unit of the logarithm of the price above the one that seems right. */
  readonly annoyance: number;
}
export declare const HABITS: Readonly<Record<Segment, Habits>>;
/** Customers who come back, by segment. */
export declare const REGULARS: {
  readonly bargain: 600;
  readonly loyal: 500;
  readonly business: 120;
};
/** Newcomers on an average day. */
export declare const NEWCOMERS_PER_DAY = 60;
export interface Customer {
  readonly segment: Segment;
  readonly tenureOnDay0: number;
  readonly appeal: number;
  readonly sensitivity: number;
  readonly annoyance: number;
}
/** One customer: like others of the segment, and a little different. */
export declare function makeCustomer(next: Stream, segment: Segment): Customer;
export {};
//# sourceMappingURL=customers.d.ts.map
