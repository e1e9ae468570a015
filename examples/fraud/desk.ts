import type { Answers } from "./splits.ts";

/** Calls that the bank's fraud desk can make in a day: about as many as there are frauds. */
export const CALLS_PER_DAY = 40;

/**
 * Whom the fraud desk calls: every evening the customers of that day's most suspicious payments, `perDay` of them;
 * among equal scores those that came first. Days are non-decreasing. One flag per payment.
 *
 * The desk's capacity is fixed, so rules cannot look kinder by giving lower scores: only by accusing the right ones.
 */
export function desk(scores: readonly number[], days: readonly number[], perDay: number = CALLS_PER_DAY): boolean[] {
  const called: boolean[] = [];
  while (called.length < scores.length) {
    const start = called.length;
    const end = days.lastIndexOf(days[start] ?? 0) + 1;
    const today = scores.slice(start, end);
    const lowestCalled = Float64Array.from(today).toSorted().at(-perDay) ?? -Infinity;
    let free = perDay - today.filter((score) => score > lowestCalled).length;
    for (const score of today) called.push(score > lowestCalled || (score === lowestCalled && free-- > 0));
  }
  return called;
}

/** Share of the customers with genuine payments whom the desk calls about one of those. */
export function botheredShare(called: readonly boolean[], { fraud, customer }: Answers): number {
  const good = new Set<number>();
  const bothered = new Set<number>();
  for (const [i, who] of customer.entries()) {
    if (fraud[i] === 1) continue;
    good.add(who);
    if (called[i]) bothered.add(who);
  }
  return bothered.size / good.size;
}
