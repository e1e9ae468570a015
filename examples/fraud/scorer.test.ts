import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Output, type Score } from "@pawl/plugin";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { botheredShare, desk } from "./desk.ts";
import rules from "./rules.ts";
import { fraudScorer } from "./scorer.ts";
import { type Answers, loadSplit, type Period, PERIODS } from "./splits.ts";
import type { Transaction } from "./transaction.ts";

const scorer = await fraudScorer().create({} as never, { root: import.meta.dirname });
const never = new AbortController().signal;

async function scoreOutputs(split: Period, answer: (tx: Transaction, fraud: 0 | 1) => Output): Promise<Score> {
  const { inputs, reference } = loadSplit(split, 1);
  const outputs = inputs.map((tx, i) => answer(tx, reference.fraud[i]!));
  return scorer.score(outputs, { split, seed: 1, inputs, reference }, never);
}
const scoreRules = (split: Period, surface: (tx: Transaction) => number): Promise<Score> =>
  scoreOutputs(split, (tx) => ({ value: surface(tx) }));
const bothered = ({ guardrails }: Score): number => guardrails!["good customers bothered"]!;

/** What an analyst might write after a week with the train split. */
function betterRules(tx: Transaction): number {
  if (tx.amount > 220) return 10;
  const usual = tx.customerMean30 > 0 ? tx.customerMean30 : 50;
  const excess = Math.min(Math.max(tx.amount / usual - 2, 0), 4);
  const still = tx.terminalCount1 > 0 ? tx.terminalRisk1 : tx.terminalRisk7;
  return 0.7 * excess + tx.terminalRisk7 * (1 + 3 * still);
}

/** Good with leaked cards and blind to all else: the other calls go to people who rarely pay at all. */
function blindRules(tx: Transaction): number {
  const ratio = tx.customerMean30 > 0 ? tx.amount / tx.customerMean30 : 0;
  return ratio > 2.2 ? 100 + Math.min(ratio, 5) : tx.hoursSinceLast / 10;
}

describe("the fraud scorer", () => {
  it.each(PERIODS)("leaves headroom above the rules to start with, on %s", async (split) => {
    const baseline = await scoreRules(split, rules);
    const better = await scoreRules(split, betterRules);
    expect(baseline.value).toBeGreaterThan(0.2);
    expect(baseline.value).toBeLessThan(0.4);
    expect(better.value).toBeGreaterThan(0.55);
    expect(better.value).toBeLessThan(0.8);
    expect(bothered(better)).toBeLessThan(bothered(baseline));
  });

  it("is told with the right numbers in the README", async () => {
    const readme = (await readFile(join(import.meta.dirname, "README.md"), "utf8")).replaceAll(/\s+/g, " ");
    const [baseline, better] = [await scoreRules("validation", rules), await scoreRules("validation", betterRules)];
    const percent = (score: Score): string => `${(100 * bothered(score)).toFixed(0)} %`;
    expect(readme).toContain(
      `average precision of ${baseline.value.toFixed(2)} on validation, and bother ${percent(baseline)}`,
    );
    expect(readme).toContain(`reach ${better.value.toFixed(2)} and bother ${percent(better)}`);
  });

  it("gives 1 to the perfect answer and about the base rate to a constant one", async () => {
    const { fraud } = loadSplit("validation", 1).reference;
    const baseRate = fraud.filter((isFraud) => isFraud === 1).length / fraud.length;
    expect((await scoreOutputs("validation", (_, isFraud) => ({ value: isFraud }))).value).toBe(1);
    const constant = await scoreRules("validation", () => 0);
    expect(Math.abs(constant.value - baseRate)).toBeLessThan(0.005);
  });

  it("has one sample per payment, whose mean is the score", async () => {
    const { value, samples } = await scoreRules("validation", rules);
    expect(samples).toHaveLength(loadSplit("validation", 1).inputs.length);
    expect(samples!.reduce((sum, sample) => sum + sample, 0) / samples!.length).toBeCloseTo(value, 10);
  });

  it("sees only the order of the scores, in the metric and in the guardrail", async () => {
    const plain = await scoreRules("validation", rules);
    const scaled = await scoreRules("validation", (tx) => rules(tx) / 2 ** 20);
    expect(scaled.value).toBe(plain.value);
    expect(scaled.guardrails).toEqual(plain.guardrails);
  });

  it.each<[string, Output]>([
    ["an error", { error: "TypeError: tx.amout is undefined" }],
    ["null, which is what NaN becomes in JSON", { value: null }],
    ["text", { value: "9" }],
    ["a list", { value: [1] }],
    ["infinity", { value: Infinity }],
    ["NaN", { value: Number.NaN }],
  ])("takes %s as the worst answer", async (_, wrong) => {
    const worst = await scoreOutputs("validation", (__, fraud) => ({ value: -fraud }));
    const allWrong = await scoreOutputs("validation", () => wrong);
    expect(allWrong.value).toBe(worst.value);
    expect(bothered(allWrong)).toBeGreaterThanOrEqual(bothered(worst));

    // Failing on some of the payments never pays either.
    const good = await scoreRules("validation", betterRules);
    for (const every of [1_000, 100, 10]) {
      let count = 0;
      const some = await scoreOutputs("validation", (tx) =>
        (count += 1) % every === 0 ? wrong : { value: betterRules(tx) },
      );
      expect(some.value).toBeLessThan(good.value);
    }
  });

  it("survives a missing output", async () => {
    const { inputs, reference } = loadSplit("validation", 1);
    const { value } = await scorer.score([], { split: "validation", seed: 1, inputs, reference }, never);
    expect(value).toBeLessThan(0.02);
  });

  it("explains train failures, worst first, and nothing else", async () => {
    expect((await scoreRules("validation", rules)).feedback).toBeUndefined();
    expect((await scoreRules("holdout", rules)).feedback).toBeUndefined();

    const { value, feedback } = await scoreRules("train", rules);
    const { reference } = loadSplit("train", 1);
    const causes = new Set(feedback!.map(({ cause }) => cause));
    expect(causes).toContain("missed fraud: a compromised terminal");
    expect(causes).toContain("missed fraud: a leaked card");
    expect(causes).toContain("false alarm");
    const weights = feedback!.map(({ weight }) => weight!);
    expect(weights).toEqual(weights.toSorted((a, b) => b - a));
    const called = desk(loadSplit("train", 1).inputs.map(rules), reference.day);
    for (const { case: index, cause } of feedback!) {
      expect(called[index]).toBe(cause === "false alarm");
      expect(reference.fraud[index]).toBe(cause === "false alarm" ? 0 : 1);
    }
    expect(weights[0]).toBeLessThan(1 - value);
  });

  it("weighs a false alarm by what the metric gains without it", async () => {
    const { inputs, reference } = loadSplit("train", 1);
    const { value, feedback } = await scoreRules("train", betterRules);
    const alarm = feedback!.find(({ cause }) => cause === "false alarm")!;
    const without = <T>(list: readonly T[]): T[] => list.filter((_, i) => i !== alarm.case);
    const rest: Answers = {
      fraud: without(reference.fraud),
      scenario: without(reference.scenario),
      customer: without(reference.customer),
      day: without(reference.day),
    };
    const outputs = without(inputs).map((tx) => ({ value: betterRules(tx) }));
    const better = await scorer.score(outputs, { split: "train", seed: 1, inputs: [], reference: rest }, never);
    // Not to the last digit: among equal scores the metric takes the mean of all orders, the feedback one order.
    expect((better.value - value) / alarm.weight!).toBeGreaterThan(0.8);
    expect((better.value - value) / alarm.weight!).toBeLessThan(1.2);
  });
});

describe("the fraud desk", () => {
  it("calls the most suspicious payments of every day, as many as it can", () => {
    const daysArbitrary = fc.array(fc.nat({ max: 4 }), { maxLength: 40 }).map((days) => days.toSorted((a, b) => a - b));
    fc.assert(
      fc.property(daysArbitrary, fc.infiniteStream(fc.nat({ max: 5 })), fc.nat({ max: 10 }), (days, stream, extra) => {
        const perDay = 1 + extra;
        const scores = days.map(() => stream.next().value as number);
        const called = desk(scores, days, perDay);
        expect(called).toHaveLength(days.length);
        for (const day of new Set(days)) {
          const today = scores.map((score, i) => ({ score, i, called: called[i] })).filter(({ i }) => days[i] === day);
          const expected = today.toSorted((a, b) => b.score - a.score || a.i - b.i).slice(0, perDay);
          expect(today.filter((payment) => payment.called)).toEqual(expected.toSorted((a, b) => a.i - b.i));
        }
      }),
    );
  });

  it("counts every customer once, and only calls about genuine payments", () => {
    const answers: Answers = { fraud: [0, 0, 1, 0, 1], scenario: [0, 0, 2, 0, 3], customer: [1, 1, 2, 3, 4], day: [] };
    expect(botheredShare([true, true, true, false, true], answers)).toBe(1 / 2);
    expect(botheredShare([false, false, true, false, true], answers)).toBe(0);
  });

  it("is a second opinion: rules can gain precision and bother more customers", async () => {
    const baseline = await scoreRules("validation", rules);
    const candidate = await scoreRules("validation", blindRules);
    expect(candidate.value).toBeGreaterThan(baseline.value);
    expect(bothered(candidate)).toBeGreaterThan(bothered(baseline) + 0.03);
  });
});
