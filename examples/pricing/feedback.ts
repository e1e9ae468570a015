import type { CaseFeedback } from "@pawl/plugin";
import type { Answers } from "./market.ts";
import type { Step } from "./replay.ts";

/** As many of each kind as anyone will read. */
const MOST = 100;

type Finding = CaseFeedback & { readonly weight: number };
const heaviestFirst = (a: Finding, b: Finding): number => b.weight - a.weight;

/**
 * The quotes that cost most, worst first: orders that were likely lost or sold at a loss, and regulars who are likely
 * to leave. A case weighs the expected profit per customer that went with the order, or with all later orders.
 */
export function feedbackOn(steps: readonly Step[], { situations, customers }: Answers): CaseFeedback[] {
  const orders: Finding[] = [];
  const departures: Finding[] = [];
  /** What each customer would still have brought after the step at hand: the steps are walked backwards. */
  const later = new Map<number, number>();
  for (const [i, step] of [...steps.entries()].toReversed()) {
    const { customer = 0, segment = "" } = situations[i] ?? {};
    const { usable, present, buys, leaves, margin, profit } = step;
    const ahead = later.get(customer) ?? 0;
    const finding = (cause: string, euros: number): Finding => ({ case: i, cause, weight: euros / customers });
    if (!usable) {
      orders.push(finding("no usable price", -profit));
    } else if (margin < 0) {
      orders.push(finding(`sold below cost: ${segment}`, -profit));
    } else {
      if (buys < 0.5) orders.push(finding(`order lost: ${segment}`, present * (1 - buys) * margin));
      if (leaves > 0.01) departures.push(finding(`regular driven away: ${segment}`, present * leaves * ahead));
    }
    later.set(customer, usable ? Math.max(0, buys * margin) + (1 - leaves) * ahead : 0);
  }
  const worst = (findings: Finding[]): Finding[] => findings.toSorted(heaviestFirst).slice(0, MOST);
  return [...worst(orders), ...worst(departures)].toSorted(heaviestFirst);
}
