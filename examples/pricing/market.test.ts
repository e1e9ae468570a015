import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { FIRST_DAY, PERIODS, simulateMarket, SPLIT_DAYS } from "./market.ts";

const digest = (value: unknown): string => createHash("sha256").update(JSON.stringify(value)).digest("hex");

describe("simulateMarket", () => {
  it("gives the same market in another process, and others for another seed or split", () => {
    const here = PERIODS.map((split) => digest(simulateMarket(split, 7)));
    const program = `
      const { createHash } = await import("node:crypto");
      const { simulateMarket } = await import(${JSON.stringify(new URL("market.ts", import.meta.url).href)});
      const digest = (value) => createHash("sha256").update(JSON.stringify(value)).digest("hex");
      const markets = ["train", "validation", "holdout"].map((split) => digest(simulateMarket(split, 7)));
      process.stdout.write(JSON.stringify(markets));`;
    const there = execFileSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
    expect(JSON.parse(there)).toEqual(here);
    expect(new Set([...here, ...PERIODS.map((split) => digest(simulateMarket(split, 8)))]).size).toBe(6);
    // Not merely the same requests on other days.
    const asked = PERIODS.map((split) => digest(simulateMarket(split, 7).requests.map(({ quantity }) => quantity)));
    expect(new Set(asked).size).toBe(3);
  });

  it("hands out new objects every time", () => {
    const untouched = digest(simulateMarket("train", 1));
    const { requests, answers } = simulateMarket("train", 1);
    Object.assign(requests[0]!, { listPrice: -1 });
    Object.assign(answers.situations[0]!, { cost: -1 });
    expect(digest(simulateMarket("train", 1))).toBe(untouched);
  });

  it("lets every segment ask, four weeks long, with the splits one after the other", () => {
    expect(FIRST_DAY.validation).toBeGreaterThanOrEqual(FIRST_DAY.train + SPLIT_DAYS);
    expect(FIRST_DAY.holdout).toBeGreaterThanOrEqual(FIRST_DAY.validation + SPLIT_DAYS);
    for (const split of PERIODS) {
      const { requests, answers } = simulateMarket(split, 1);
      expect(requests.length).toBeGreaterThan(4_000);
      expect(answers.situations).toHaveLength(requests.length);
      for (const segment of ["newcomer", "bargain", "loyal", "business"]) {
        const share = requests.filter((request) => request.segment === segment).length / requests.length;
        expect(share).toBeGreaterThan(0.05);
        expect(share).toBeLessThan(0.5);
      }
    }
  });

  it("shows the shop what a shop can know, and nothing of what customers think", () => {
    const { requests, answers } = simulateMarket("validation", 1);
    const names = Object.keys(requests[0]!);
    for (const hidden of ["customer", "fairPrice", "cost", "appeal", "sensitivity", "annoyance"]) {
      expect(Object.keys(answers.situations[0]!)).toContain(hidden);
      expect(names).not.toContain(hidden);
    }
    for (const request of requests) {
      expect(Object.keys(request)).toEqual(names);
      expect(request.unitCost).toBeGreaterThan(0);
      expect(request.unitCost).toBeLessThan(request.listPrice);
      expect(request.competitorPrice / request.listPrice).toBeGreaterThan(0.7);
      expect(request.competitorPrice / request.listPrice).toBeLessThan(1.3);
      expect(request.stockDays).toBeGreaterThanOrEqual(0);
      expect(request.tenureDays === 0).toBe(request.segment === "newcomer");
    }
  });

  it("has newcomers ask once, and regulars again", () => {
    const { answers } = simulateMarket("validation", 1);
    const visits = new Map<number, number>();
    for (const { customer } of answers.situations) visits.set(customer, (visits.get(customer) ?? 0) + 1);
    expect(Math.max(...visits.keys())).toBe(answers.customers - 1);
    const ofNewcomers = [...visits].filter(([customer]) => customer >= answers.regulars).map(([, count]) => count);
    expect(new Set(ofNewcomers)).toEqual(new Set([1]));
    const ofRegulars = [...visits].filter(([customer]) => customer < answers.regulars).map(([, count]) => count);
    expect(Math.max(...ofRegulars)).toBeGreaterThan(3);
  });
});
