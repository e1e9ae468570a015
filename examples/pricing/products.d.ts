import { type Stream } from "./random.ts";
/** What changes from day to day. */
export interface ProductDay {
  /** In euros. */
  readonly competitorPrice: number;
  /** How long the stock lasts by plan, in days. */
  readonly stockDays: number;
}
export interface Product {
  readonly name: string;
  /** In euros. */
  readonly listPrice: number;
  /** In euros. */
  readonly unitCost: number;
  readonly days: readonly ProductDay[];
}
/** The catalogue, and what happens to it in so many days. Neither depends on the shop's quotes. */
export declare function makeProducts(next: Stream, days: number): Product[];
//# sourceMappingURL=products.d.ts.map
