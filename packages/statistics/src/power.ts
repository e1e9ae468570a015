import { normalUpperTail } from "./skew.ts";

/**
 * About the smallest effect that evidence of `enough` finds in so many pairs with this power, in standard deviations of
 * the paired difference; for differences that are roughly normal. With very heavy tails smaller shifts are found, as they
 * are measured against a spread that the tails make large.
 *
 * A bet of the best strength grows by z² / 2 for a mean z standard errors above zero; the division of the stake costs
 * about 1 more, and looking after every case gives a little back.
 *
 * @param pairs how many, at least 1.
 * @param enough the evidence asked for, such as 1,000 / 0.05.
 * @param power the share of such candidates that is found, in [0.5, 1). Default 0.8.
 */
export function detectableEffect(pairs: number, enough: number, power = 0.8): number {
  const standardErrors = Math.sqrt(2 * (Math.log(enough) + STAKE_COST)) - LOOKING + normalPoint(1 - power);
  return standardErrors / Math.sqrt(pairs);
}

const STAKE_COST = 1;
const LOOKING = 0.15;

/** The point that a normal value exceeds with this probability, in (0, 0.5]. */
function normalPoint(tail: number): number {
  let [low, high] = [0, 10];
  while (high - low > 1e-6) {
    const middle = (low + high) / 2;
    if (normalUpperTail(middle) > tail) low = middle;
    else high = middle;
  }
  return low;
}
