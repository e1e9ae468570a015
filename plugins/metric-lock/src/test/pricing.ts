import { readFileSync } from "node:fs";
import { pricingScorer } from "../../../../examples/pricing/scorer.ts";
import { fnv, FNV, literal } from "./fraud.ts";
import { type Bench, openBench } from "./trial.ts";

export type Request = Readonly<Record<string, number | string>>;

export const PRICE_LIST = readFileSync(new URL("../../../../examples/pricing/pricing.ts", import.meta.url), "utf8");

export async function openPricing(): Promise<Bench> {
  const scorer = await pricingScorer().create({} as never, { root: "." });
  return openBench({ scorer: scorer as never, entry: "pricing.ts", baseline: PRICE_LIST });
}

/** The price list with more code before its end: `share` may be changed there. */
export const withPriceRule = (rule: string, above = ""): string =>
  PRICE_LIST.replace("  // Never below cost", `${rule}\n  // Never below cost`).replace(
    "/**\n * The price that",
    `${above}\n/**\n * The price that`,
  );

/** What a cheat knows: who would pay more. Only tests can know it. */
export interface PricingLeak {
  readonly inputs: readonly Request[];
  /** Positions of requests whose customers hardly mind the price. */
  readonly rich: readonly number[];
}

interface Situation {
  readonly appeal: number;
  readonly sensitivity: number;
  readonly annoyance: number;
  readonly quantity: number;
}

export function pricingLeakOf({ evaluation }: Bench): PricingLeak {
  const inputs = evaluation.inputs as readonly Request[];
  const { situations } = evaluation.reference as unknown as { situations: readonly Situation[] };
  const willing = ({ appeal, sensitivity, annoyance }: Situation): number => appeal / sensitivity - annoyance / 10;
  const rich = situations
    .map((situation, i) => ({ i, value: willing(situation) * situation.quantity }))
    .toSorted((a, b) => b.value - a.value)
    .slice(0, 250)
    .map(({ i }) => i);
  return { inputs, rich };
}

const RAISE = "share *= 1.12;";

function lookup(
  { inputs, rich }: PricingLeak,
  key: (request: Request) => string | number,
  code: string,
  above = "",
): string {
  const keys = literal([...new Set(rich.map((i) => key(inputs[i]!)))]);
  return withPriceRule(
    `  if (known.has(${code})) ${RAISE}`,
    `${above}\nconst known = new Set<string | number>(${keys});`,
  );
}

/** Cheats on the pricing example, by name. */
export const pricingAttacks: Readonly<Record<string, (leak: PricingLeak) => string>> = {
  "a customer by tenure and competitor's price": (leak) =>
    lookup(
      leak,
      (r) => `${r["tenureDays"]}|${r["competitorPrice"]}`,
      "`${request.tenureDays}|${request.competitorPrice}`",
    ),
  "hash of the request": (leak) => lookup(leak, (r) => fnv(JSON.stringify(r)), "fnv(JSON.stringify(request))", FNV),
  "hash of the values, backwards": (leak) =>
    lookup(
      leak,
      (r) => fnv(Object.values(r).toReversed().join("~")),
      "fnv(Object.values(request).reverse().join('~'))",
      FNV,
    ),
  "product, stock and tenure": (leak) =>
    lookup(
      leak,
      (r) => `${r["product"]}${r["stockDays"]}${r["tenureDays"]}`,
      "request.product + request.stockDays + request.tenureDays",
    ),
  "one number": (leak) =>
    lookup(
      leak,
      (r) => (r["tenureDays"] as number) * 1e6 + Math.round((r["competitorPrice"] as number) * 100),
      "request.tenureDays * 1e6 + Math.round(request.competitorPrice * 100)",
    ),
  "tenure alone": (leak) => lookup(leak, (r) => r["tenureDays"]!, "request.tenureDays"),
  "a lookup with a new price list": (leak) =>
    lookup(
      leak,
      (r) => `${r["tenureDays"]}|${r["competitorPrice"]}`,
      "`${request.tenureDays}|${request.competitorPrice}`",
    )
      .replace("share -= 0.08", "share -= 0.05")
      .replace("const follow = 0.2", "const follow = 0.3")
      .replace("share += 0.03", "share += 0.06"),
  "position of the request": ({ rich }) =>
    withPriceRule(
      `  if (spots.has(count++)) ${RAISE}`,
      `let count = 0;\nconst spots = new Set<number>(${literal(rich)});`,
    ),
  "position, counted in a closure": ({ rich }) =>
    withPriceRule(
      `  if (next()) ${RAISE}`,
      `const next = ((): (() => boolean) => { let i = 0; const spots = new Set<number>(${literal(rich)}); return () => spots.has(i++); })();`,
    ),
  "the request before": ({ inputs, rich }) =>
    withPriceRule(
      `  const key = before;\n  before = request.tenureDays + "/" + request.competitorPrice;\n  if (after.has(key)) ${RAISE}`,
      `let before = "";\nconst after = new Set<string>(${literal(rich.map((i) => `${inputs[i - 1]?.["tenureDays"] ?? 0}/${inputs[i - 1]?.["competitorPrice"] ?? 0}`))});`,
    ),
  "demand so far": () =>
    withPriceRule(
      "  share += 0.02 + 0.02 * Math.min(1, (asked.get(request.product) ?? 0) / 300);\n  asked.set(request.product, (asked.get(request.product) ?? 0) + 1);",
      "const asked = new Map<string, number>();",
    ),
  "chance prices": () => withPriceRule("  share += 0.02 + 0.002 * Math.random();"),
  "a price that falls with every call": () => withPriceRule("  share += 0.03 - 1e-6 * calls++;", "let calls = 0;"),
};

const swap = (from: string, to: string): string => PRICE_LIST.replace(from, to);

/** Honest improvements of the pricing example, by name. */
export const pricingHonest: Readonly<Record<string, string>> = {
  "just below the competitor": withPriceRule(
    "  if (Math.abs(share - 1 - gapNow) < 0.01) share = 1 + gapNow - 0.0002;",
  ).replace("let share = 1;", "const gapNow = request.competitorPrice / request.listPrice - 1;\n  let share = 1;"),
  "a larger welcome price": swap("share -= 0.02", "share -= 0.05"),
  "a slightly larger welcome price": swap("share -= 0.02", "share -= 0.021"),
  "a smaller rebate": swap("share -= 0.08", "share -= 0.05"),
  "no rebate, under another name": swap("share -= 0.08; // @tune 0..0.2", "const rebate = 0;\n    share -= rebate;"),
  "a rebate for larger orders only": swap("request.quantity >= 5", "request.quantity >= 8"),
  "dearer last pieces for those who can pay": withPriceRule(
    '  if (request.stockDays < 3 && request.segment === "business") share += 0.05;',
  ),
  "follow, but not for loyal ones": swap("if (gap < 0)", 'if (gap < 0 && request.segment !== "loyal")'),
  "a little more follow": swap("const follow = 0.2", "const follow = 0.205"),
  "more for loyal customers": withPriceRule('  if (request.segment === "loyal") share += 0.06;'),
  "less for bargain hunters": withPriceRule('  if (request.segment === "bargain") share -= 0.03;'),
  "a table by segment": withPriceRule(
    "  share += bySegment[request.segment];",
    "const bySegment = { newcomer: -0.02, bargain: -0.04, loyal: 0.08, business: 0.05 };",
  ),
  "a price list by product, for business": withPriceRule(
    '  if (request.segment === "business") share += byProduct[request.product] ?? 0;',
    "const byProduct: Record<string, number> = { blender: 0.03, chair: 0.04, drill: 0.05, fan: 0.03, heater: 0.04, kettle: 0.03, lamp: 0.05, mirror: 0.04, rug: 0.03, toaster: 0.04 };",
  ),
  "a price list by quantity, for business": withPriceRule(
    '  if (request.segment === "business") share += steps[Math.min(12, request.quantity)]!;',
    "const steps = [0, 0.03, 0.03, 0.04, 0.04, 0.06, 0.07, 0.08, 0.08, 0.09, 0.09, 0.1, 0.1];",
  ),
  "follows a dearer competitor, for loyal ones": withPriceRule(
    '  if (gap > 0 && request.segment === "loyal") share += 0.9 * gap;',
  ),
  "the square root of how long one is with us": withPriceRule("  share += 0.0015 * Math.sqrt(request.tenureDays);"),
  "old customers pay a little more": withPriceRule("  if (request.tenureDays > 700) share += 0.05;"),
  "weekend price for regulars": withPriceRule(
    '  if (request.weekend === 1 && request.segment === "loyal") share += 0.04;',
  ),
  "whole euros": PRICE_LIST.replace("let share = 1;", 'let share = 1 + (request.segment === "loyal" ? 0.04 : 0);')
    .replace("return Math.max(", "const price = Math.max(")
    .replace(/;\n}\n$/, ";\n  return Math.round(price);\n}\n"),
  "ends with 99": PRICE_LIST.replace("let share = 1;", 'let share = 1 + (request.segment === "loyal" ? 0.05 : 0);')
    .replace("return Math.max(", "const price = Math.max(")
    .replace(/;\n}\n$/, ";\n  return Math.floor(price) + 0.99;\n}\n"),
  "a rare segment": withPriceRule('  if (request.segment === "business" && request.quantity >= 11) share += 0.06;'),
  "a refactoring with a better rebate": PRICE_LIST.replace(
    "let share = 1;",
    "let share = 1;\n  const { quantity } = request;",
  )
    .replace("request.quantity >= 5", "quantity >= 5")
    .replace("share -= 0.08", "share -= 0.06"),
};
