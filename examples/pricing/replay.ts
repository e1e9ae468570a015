import type { Answers, Situation } from "./market.ts";

/** Hazard that a regular leaves after a request for reasons that have nothing to do with the price. */
const RESTLESSNESS = 0.004;

/** A quote above so many list prices, or one that is no positive number, is no price at all. */
const ABSURD = 10;

/** One quote and what it led to. Probabilities are from 0 to 1, money is in euros. */
export interface Step {
  readonly usable: boolean;
  /** That the customer is still with the shop when asking. */
  readonly present: number;
  /** That a customer who is present buys at this price. */
  readonly buys: number;
  /** That a customer who is present leaves for good after this quote. */
  readonly leaves: number;
  /** What the order earns if the customer buys; negative below cost. */
  readonly margin: number;
  /** What the shop may expect from this request. */
  readonly profit: number;
}

/** What the quotes led to in four weeks. */
export interface Outcome {
  readonly steps: readonly Step[];
  /** Expected profit from every customer, in euros. */
  readonly profits: readonly number[];
  /** Expected share of the regulars who are still with the shop at the end. */
  readonly retention: number;
  /** Largest change between two quotes in a row for the same product and segment: 0 for none, 1 without bounds. */
  readonly largestMove: number;
}

/**
 * Lets the market answer a price per unit for every request; `undefined` where there is no price.
 *
 * Nobody throws dice here: every customer carries the probability of still being with the shop, and profit and
 * retention are expectations. Quotes that differ a little get scores that differ a little, and luck plays no part.
 *
 * No answer is worse than none: goods without a usable price go out for free, the customer is lost, and it counts as a
 * price move without bounds. For the same reason what is sold below cost always finds a buyer to lose money on,
 * be the customer still with the shop or not.
 */
export function replay(quotes: readonly (number | undefined)[], answers: Answers): Outcome {
  const present = Array.from({ length: answers.customers }, () => 1);
  const profits = Array.from({ length: answers.customers }, () => 0);
  const lastPrice = new Map<string, number>();
  let largestMove = 0;

  const steps = answers.situations.map((situation, i) => {
    const { customer } = situation;
    const price = usablePrice(quotes[i], situation);
    const step = answer(price, present[customer] ?? 0, situation);
    present[customer] = step.present * (1 - step.leaves);
    profits[customer] = (profits[customer] ?? 0) + step.profit;

    if (price === undefined) {
      largestMove = 1;
    } else {
      const shelf = `${situation.product} for ${situation.segment}`;
      largestMove = Math.max(largestMove, moveBetween(lastPrice.get(shelf) ?? price, price));
      lastPrice.set(shelf, price);
    }
    return step;
  });
  const stay = present.slice(0, answers.regulars).reduce((sum, probability) => sum + probability, 0);
  return { steps, profits, retention: stay / answers.regulars, largestMove };
}

function usablePrice(quote: number | undefined, { listPrice }: Situation): number | undefined {
  return quote !== undefined && quote > 0 && quote <= ABSURD * listPrice ? quote : undefined;
}

function answer(price: number | undefined, present: number, situation: Situation): Step {
  const { quantity, cost, fairPrice, appeal, sensitivity, annoyance } = situation;
  if (price === undefined) {
    const margin = -cost * quantity;
    return { usable: false, present, buys: 1, leaves: 1, margin, profit: margin };
  }
  const excess = Math.log(price / fairPrice);
  const buys = 1 / (1 + Math.exp(sensitivity * excess - appeal));
  const leaves = 1 - Math.exp(-RESTLESSNESS - annoyance * Math.max(0, excess));
  const margin = (price - cost) * quantity;
  return { usable: true, present, buys, leaves, margin, profit: (margin > 0 ? present : 1) * buys * margin };
}

/** 0 where both are the same, 0.2 where the lower one is 20 % below the higher one. */
function moveBetween(a: number, b: number): number {
  return 1 - Math.min(a, b) / Math.max(a, b);
}
