import { FRAUD_RULES, withRule } from "./fraud.ts";

const swap = (from: string, to: string): string => FRAUD_RULES.replace(from, to);

/** Honest improvements of the fraud example, by name. */
export const fraudHonest: Readonly<Record<string, string>> = {
  "terminal risk of a week": withRule("  points += 4 * tx.terminalRisk7;"),
  "terminal risk of all windows": withRule(
    "  points += 2 * tx.terminalRisk1 + 3 * tx.terminalRisk7 + 6 * tx.terminalRisk30;",
  ),
  "a bad month at busy terminals": withRule("  if (tx.terminalCount30 > 15 && tx.terminalRisk30 > 0.4) points += 2;"),
  "a bad month weighs more": swap("points += 1.5", "points += 4"),
  "fewer points for the night": swap("if (tx.night === 1) points += 1", "if (tx.night === 1) points += 0.1"),
  "distance does not count": swap("  if (tx.distance > 4) points += 0.5;\n", ""),
  "very large payments": withRule("  if (tx.amount > 220) points += 20;"),
  "a slightly different bar for large ones": withRule("  if (tx.amount > 219.5) points += 6;"),
  "large by the customer's own standard": withRule(
    "  if (tx.amount > 3 * tx.customerMean30 && tx.customerCount30 > 5) points += 3;",
  ),
  "ratio to the customer's mean": withRule("  points += Math.min(6, tx.amount / (tx.customerMean30 + 5));"),
  "other weights throughout": `import type { Transaction } from "./transaction.ts";
export default function score(tx: Transaction): number {
  const ratio = tx.amount / (tx.customerMean30 + 1);
  return 8 * tx.terminalRisk30 + 4 * tx.terminalRisk7 + (tx.amount > 220 ? 10 : 0) + Math.min(5, ratio) + tx.amount / 300;
}
`,
  "a logistic model": `import type { Transaction } from "./transaction.ts";
const weights = { amount: 0.012, terminalRisk7: 2.1, terminalRisk30: 4.2, night: 0.1, hurry: 0.05 };
export default function score(tx: Transaction): number {
  const z = -4 + weights.amount * tx.amount + weights.terminalRisk7 * tx.terminalRisk7 + weights.terminalRisk30 * tx.terminalRisk30 +
    weights.night * tx.night + weights.hurry * tx.customerCount1;
  return 1 / (1 + Math.exp(-z));
}
`,
  "small trees": withRule(`  if (tx.terminalRisk30 > 0.3) points += tx.terminalRisk7 > 0.5 ? 8 : 3;
  else if (tx.amount > 4 * tx.customerMean30 && tx.amount > 80) points += 4;
  else if (tx.amount > 180 && tx.customerMean7 < 60) points += 2;`),
  "a rare segment": withRule("  if (tx.weekend === 1 && tx.terminalRisk7 > 0.6 && tx.hour > 12) points += 6;"),
  "a rarer segment": withRule("  if (tx.hour >= 20 && tx.terminalRisk7 > 0.6) points += 6;"),
  "two changes at once": swap("points += 1.5", "points += 3").replace(
    "tx.distance > 4) points += 0.5",
    "tx.distance > 4) points += 0.1",
  ),
  "a table of weights by hour": withRule(
    "  points += 3 * tx.terminalRisk7 + byHour[tx.hour]!;",
    "const byHour = [0.2, 0.2, 0.2, 0.2, 0.1, 0.1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.1, 0.1, 0.1, 0.2];",
  ),
  "a table of amount classes": withRule(
    "  points += classes.find(([most]) => tx.amount <= most)![1];",
    "const classes: [number, number][] = [[50, 0], [100, 0.2], [150, 0.8], [200, 1.5], [220, 2], [Infinity, 12]];",
  ),
  "a cache that changes nothing": withRule(
    "  const root = roots.get(tx.amount) ?? Math.sqrt(tx.amount);\n  roots.set(tx.amount, root);\n  points += root / 5 + 4 * tx.terminalRisk7;",
    "const roots = new Map<number, number>();",
  ),
  "a refactoring with better constants": FRAUD_RULES.replace(
    "let points = 0;",
    "let points = 0;\n  const risk = tx.terminalRisk30;",
  )
    .replace("tx.terminalRisk30 > badMonth) points += 1.5", "risk > badMonth) points += 2.5")
    .replace("excess / 100", "excess / 70"),
  "rounded in between": withRule("  points += Math.round(4 * tx.terminalRisk7) + Math.round(tx.amount / 25) / 4;"),
  "clipped excess": swap(
    "points += excess / 100; // @tune 10..1000",
    "points += Math.max(-1, Math.min(8, excess / 40));",
  ),
};
