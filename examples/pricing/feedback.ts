import type { CaseFeedback } from "@pawl/plugin";
import type { Answers } from "./market.ts";
import type { Step } from "./replay.ts";

/** As many as anyone will read. */
const MOST = 200;

/**
 * The quotes that cost most, worst first. A case weighs the expected profit per customer that went with it: the
 * order that was likely lost, the loss that was sold, or the later orders of a regular who is likely to leave.
 */
export function feedbackOn(steps: readonly Step[], { situations, customers }: Answers): CaseFeedback[] {
  const findings: (CaseFeedback & { readonly weight: number })[] = [];
  /** What each customer who is present would still have brought, as the replay is walked backwards. */
  const later = new Map<number, number>();
  for (const [i, step] of [...steps.entries()].toReversed()) {
    const { customer = 0, segment = "" } = situations[i] ?? {};
    const { usable, present, buys, leaves, margin, profit } = step;
    const ahead = later.get(customer) ?? 0;
    const report = (cause: string, euros: number): void => {
      findings.push({ case: i, cause, weight: euros / customers });
    };
    if (!usable) {
      report("no usable price", -profit);
    } else if (margin < 0) {
      report(`sold below cost: ${segment}`, -profit);
    } else {
      if (buys < 0.5) report(`order lost: ${segment}`, present * (1 - buys) * margin);
      if (leaves > 0.01) report(`regular driven away: ${segment}`, present * leaves * ahead);
    }
    later.set(customer, usable ? Math.max(0, buys * margin) + (1 - leaves) * ahead : 0);
  }
  return findings.toSorted((a, b) => b.weight - a.weight).slice(0, MOST);
}
