import type { Request } from "./request.ts";

/**
 * The price that this customer is asked for one unit of this product, in euros.
 *
 * This is the surface: the one file that may change. It is the price list of a shop that has grown over the years.
 * The comments behind some of the numbers tell the search how far it is worth turning them.
 */
export default function quote(request: Request): number {
  let share = 1; // of the list price

  // A welcome price for people who do not know us.
  if (request.tenureDays === 0) {
    share -= 0.02; // @tune 0..0.2
  }

  // A rebate for large orders.
  if (request.quantity >= 5) {
    share -= 0.08; // @tune 0..0.2
  }

  // The last few pieces are worth more.
  if (request.stockDays < 3) {
    share += 0.03; // @tune 0..0.3
  }

  // Where the competitor is cheaper, we meet some of the difference.
  const gap = request.competitorPrice / request.listPrice - 1;
  const follow = 0.2; // @tune 0..1
  if (gap < 0) share += follow * gap;

  // Never below cost, plus a little.
  const leastMargin = 0.1; // @tune 0..0.5
  return Math.max(share * request.listPrice, (1 + leastMargin) * request.unitCost);
}
