import { type Output, type Score } from "@pawl/plugin";
import { describe, expect, it } from "vitest";
import { type Period, PERIODS, simulateMarket } from "./market.ts";
import quote from "./pricing.ts";
import type { Request } from "./request.ts";
import { pricingScorer } from "./scorer.ts";

const scorer = await pricingScorer().create({} as never, { root: import.meta.dirname });
const never = new AbortController().signal;

async function scoreOutputs(split: Period, answer: (request: Request) => Output): Promise<Score> {
  const { requests, answers } = simulateMarket(split, 1);
  return scorer.score(requests.map(answer), { split, seed: 1, inputs: requests, reference: answers }, never);
}
const scorePrices = (split: Period, surface: (request: Request) => number): Promise<Score> =>
  scoreOutputs(split, (request) => ({ value: surface(request) }));
const retention = ({ guardrails }: Score): number => guardrails!["customer retention"]!;
const largestMove = ({ guardrails }: Score): number => guardrails!["largest price move"]!;

describe("the pricing scorer", () => {
  it("has one sample per customer, whose mean is the score", async () => {
    const { value, samples } = await scorePrices("validation", quote);
    expect(samples).toHaveLength(simulateMarket("validation", 1).answers.customers);
    expect(samples!.reduce((sum, sample) => sum + sample, 0) / samples!.length).toBeCloseTo(value, 9);
  });

  it.each<[string, Output]>([
    ["an error", { error: "TypeError: request.lst is undefined" }],
    ["null, which is what NaN becomes in JSON", { value: null }],
    ["text", { value: "9.99" }],
    ["a list", { value: [9.99] }],
    ["NaN", { value: Number.NaN }],
    ["zero", { value: 0 }],
    ["a negative price", { value: -5 }],
    ["an absurd price", { value: 1e9 }],
  ])("takes %s as the worst answer", async (_, wrong) => {
    const worst = await scoreOutputs("validation", () => wrong);
    const dumped = await scorePrices("validation", () => 0.01);
    expect(worst.value).toBeLessThan(dumped.value);
    expect(largestMove(worst)).toBe(1);
    expect(retention(worst)).toBeLessThan(0.2);

    let count = 0;
    const some = await scoreOutputs("validation", (request) =>
      (count += 1) % 500 === 0 ? wrong : { value: quote(request) },
    );
    const good = await scorePrices("validation", quote);
    expect(some.value).toBeLessThan(good.value);
    expect(retention(some)).toBeLessThan(retention(good));
  });

  it("survives a missing output", async () => {
    const { requests, answers } = simulateMarket("validation", 1);
    const evaluation = { split: "validation", seed: 1, inputs: requests, reference: answers } as const;
    expect((await scorer.score([], evaluation, never)).value).toBeLessThan(0);
  });

  it("explains train failures, worst first, and nothing else", async () => {
    expect((await scorePrices("validation", quote)).feedback).toBeUndefined();
    expect((await scorePrices("holdout", quote)).feedback).toBeUndefined();

    const { requests } = simulateMarket("train", 1);
    const { feedback } = await scorePrices("train", quote);
    const weights = feedback!.map(({ weight }) => weight!);
    expect(weights).toEqual(weights.toSorted((a, b) => b - a));
    expect(new Set(feedback!.map(({ cause }) => cause))).toContain("order lost: bargain");
    for (const { case: index, cause } of feedback!) expect(cause).toContain(requests[index]!.segment);

    const causesOf = async (surface: (request: Request) => number): Promise<Set<string>> =>
      new Set((await scorePrices("train", surface)).feedback!.map(({ cause }) => cause));
    expect(await causesOf(({ unitCost }) => 0.9 * unitCost)).toContain("sold below cost: loyal");
    expect(await causesOf(({ listPrice }) => 1.1 * listPrice)).toContain("regular driven away: business");
    expect(await causesOf(() => Number.NaN)).toEqual(new Set(["no usable price"]));
  });

  it.each(PERIODS)("gives the prices to start with something to lose and something to gain, on %s", async (split) => {
    const { value, guardrails } = await scorePrices(split, quote);
    expect(value).toBeGreaterThan(30);
    expect(guardrails!["customer retention"]).toBeGreaterThan(0.95);
    expect(guardrails!["customer retention"]).toBeLessThan(0.985);
    expect(guardrails!["largest price move"]).toBeLessThan(0.15);
  });
});
