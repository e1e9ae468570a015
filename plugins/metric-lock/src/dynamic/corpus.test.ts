import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Judged, judge } from "../test/corpus.ts";
import { fraudAttacks } from "../test/fraud-attacks.ts";
import { fraudHonest } from "../test/fraud-honest.ts";
import { leakOf, openFraud } from "../test/fraud.ts";
import { openOrders, orderAttacks, ordersHonest } from "../test/orders.ts";
import { openPricing, pricingAttacks, pricingHonest, pricingLeakOf } from "../test/pricing.ts";
import type { Bench } from "../test/trial.ts";

const surfaces = {
  fraud: {
    file: "rules.ts",
    open: openFraud,
    honest: fraudHonest,
    attacks: (bench: Bench) => made(fraudAttacks, leakOf(bench)),
  },
  pricing: {
    file: "pricing.ts",
    open: openPricing,
    honest: pricingHonest,
    attacks: (bench: Bench) => made(pricingAttacks, pricingLeakOf(bench)),
  },
  orders: { file: "late.ts", open: () => openOrders(), honest: ordersHonest, attacks: orderAttacks },
};

function made<L>(attacks: Readonly<Record<string, (leak: L) => string>>, leak: L): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(attacks).map(([name, make]) => [name, make(leak)]));
}

describe.each(Object.entries(surfaces))("%s", (_, { file, open, honest, attacks }) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await open();
  });
  afterAll(async () => bench.close());

  const judgeAll = async (contents: Readonly<Record<string, string>>): Promise<[string, Judged][]> => {
    const judged: [string, Judged][] = [];
    for (const [name, text] of Object.entries(contents)) judged.push([name, await judge(bench, { [file]: text })]);
    return judged;
  };

  test("no honest improvement is rejected or held", async () => {
    const judged = await judgeAll(honest);
    expect(judged.filter(([, { gain }]) => !(gain > 0)).map(([name, { gain }]) => [name, gain])).toEqual([]);
    const stopped = judged.filter(([, { verdict }]) => verdict.decision !== "pass");
    expect(stopped.map(([name, { verdict }]) => [name, verdict.code, verdict.reason])).toEqual([]);
  });

  test("every cheat is stopped", async () => {
    const judged = await judgeAll(attacks(bench));
    const passed = judged.filter(([, { verdict }]) => verdict.decision === "pass");
    expect(passed.map(([name, { gain }]) => [name, gain])).toEqual([]);
    const codes = new Set(judged.map(([, { verdict }]) => verdict.code));
    expect(codes).toContain("PAWL_GAMING_MEMORISED");
  });
});
