import type { Transaction } from "./transaction.ts";

/**
 * How suspicious a payment is: any number, higher is more suspicious. Only the order of the scores counts.
 *
 * This is the surface: the one file that may change. It is what a careful analyst might write in an afternoon. The
 * comments behind some of the numbers tell the search how far it is worth turning them.
 */
export default function score(tx: Transaction): number {
  let points = 0;

  // Large payments are worth a look, very large ones more so.
  const large = 120; // @tune 50..400
  if (tx.amount > large) points += 2;
  if (tx.amount > 3 * large) points += 2;

  // More than this customer usually spends.
  const excess = tx.amount - tx.customerMean30;
  points += excess / 100; // @tune 10..1000

  // Thieves hurry: many payments in a day.
  const hurry = 6; // @tune int 2..20
  if (tx.customerCount1 > hurry) points += 1;

  // Thieves work at night and far from the customer's home.
  if (tx.night === 1) points += 1;
  if (tx.distance > 4) points += 0.5;

  // Terminals with a bad month.
  const badMonth = 0.1; // @tune 0..1
  if (tx.terminalCount30 >= 5 && tx.terminalRisk30 > badMonth) points += 1.5;

  return points;
}
