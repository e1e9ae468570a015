import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { DELAY_DAYS } from "./features.ts";
import { DAY_SECONDS, FRAUD_AMOUNT, simulate } from "./simulator.ts";
import { loadSplit, PERIODS } from "./splits.ts";

const digest = (value: unknown): string => createHash("sha256").update(JSON.stringify(value)).digest("hex");

describe("the simulated world", () => {
  it.each([1, 2, 3])("has enough payments and every kind of fraud with seed %i", (seed) => {
    const payments = simulate(seed);
    expect(payments.length).toBeGreaterThanOrEqual(50_000);
    const share = (scenario: number): number =>
      payments.filter((payment) => payment.scenario === scenario).length / payments.length;
    // As in the handbook: very large payments are rare, terminals give most fraud, leaked cards somewhat less.
    expect(share(1)).toBeGreaterThan(0.0002);
    expect(share(1)).toBeLessThan(0.002);
    expect(share(2)).toBeGreaterThan(0.01);
    expect(share(2)).toBeLessThan(0.025);
    expect(share(3)).toBeGreaterThan(0.006);
    expect(share(3)).toBeLessThan(0.016);
  });

  it("runs in the order of time, and knows no genuine payment above the limit", () => {
    const payments = simulate(1);
    expect(payments.every(({ time }, i) => i === 0 || time >= payments[i - 1]!.time)).toBe(true);
    expect(payments.every(({ amount }) => amount >= 0 && Number.isFinite(amount))).toBe(true);
    expect(payments.filter(({ amount, scenario }) => amount > FRAUD_AMOUNT && scenario === 0)).toEqual([]);
  });
});

describe("loadSplit", () => {
  it("has at least 10,000 cases in every split, also with other seeds", () => {
    for (let seed = 1; seed <= 5; seed += 1) {
      for (const split of PERIODS) expect(loadSplit(split, seed).inputs.length).toBeGreaterThanOrEqual(10_000);
    }
  });

  it("orders the splits by time and leaves the delay between them", () => {
    const [train, validation, holdout] = PERIODS.map((split) => loadSplit(split, 1).reference.day);
    expect(validation!.at(0)! - train!.at(-1)!).toBeGreaterThan(DELAY_DAYS);
    expect(holdout!.at(0)! - validation!.at(-1)!).toBeGreaterThan(DELAY_DAYS);
    const last = simulate(1).at(-1)!;
    expect(holdout!.at(-1)).toBe(Math.floor(last.time / DAY_SECONDS));
  });

  it("gives rules nothing but small numbers, under the same names in every case", () => {
    const { inputs } = loadSplit("validation", 1);
    const names = Object.keys(inputs[0]!);
    expect(names.length).toBeLessThanOrEqual(20);
    expect(names.filter((name) => /fraud|label|scenario|id$|time/i.test(name))).toEqual([]);
    for (const input of inputs) {
      expect(Object.keys(input)).toEqual(names);
      expect(Object.values(input).every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
    }
  });

  it("gives the same cases in another process, and others for another seed", () => {
    const here = digest(PERIODS.map((split) => loadSplit(split, 7)));
    const program = `
      const { createHash } = await import("node:crypto");
      const { loadSplit } = await import(${JSON.stringify(new URL("splits.ts", import.meta.url).href)});
      const splits = ["train", "validation", "holdout"].map((split) => loadSplit(split, 7));
      process.stdout.write(createHash("sha256").update(JSON.stringify(splits)).digest("hex"));`;
    const there = execFileSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
    expect(there).toBe(here);
    expect(digest(PERIODS.map((split) => loadSplit(split, 8)))).not.toBe(here);
  });

  it("hands out copies: what one caller does to its cases, no other sees", () => {
    const untouched = digest(loadSplit("train", 1));
    const { inputs, reference } = loadSplit("train", 1);
    Object.assign(inputs[0]!, { amount: -1 });
    (reference.fraud as number[]).fill(1);
    (inputs as unknown[]).length = 3;
    expect(digest(loadSplit("train", 1))).toBe(untouched);
  });
});
