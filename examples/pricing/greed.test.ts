import { readFile } from "node:fs/promises";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import type { ConfiguredPlugin, Gate, Score, Trial, Verdict } from "@pawl/plugin";
import { describe, expect, it } from "vitest";
import { type Period, simulateMarket } from "./market.ts";
import config from "./pawl.config.ts";
import type { Request } from "./request.ts";
import { pricingScorer } from "./scorer.ts";

/** Why there are guardrails: greed raises the profit of the next four weeks, and drives the regulars away. */

const start = await readFile(join(import.meta.dirname, "pricing.ts"), "utf8");

/** Loyal customers look at no other shop, so let them pay a quarter more. */
const greedy = start.replace(/(?<=let share = )1(?=;)/, 'request.segment === "loyal" ? 1.25 : 1');

/** A third more at the weekend, when people have time to shop. */
const jumpy = start.replace(/(?<=let share = )1(?=;)/, "request.weekend === 1 ? 1.33 : 1");

/** Those who compare pay less than at the competitor, those who do not pay no more than the list price. */
const fair = `
import type { Request } from "./request.ts";

export default function quote(request: Request): number {
  const { segment, listPrice, competitorPrice, unitCost } = request;
  const towards = (weight: number): number => listPrice * (competitorPrice / listPrice) ** weight;
  let price = towards(0.2);
  if (segment === "bargain") price = 0.925 * towards(0.9);
  if (segment === "newcomer") price = 0.94 * towards(0.7);
  if (segment === "business") price = 0.985 * towards(0.5);
  return Math.max(price, 1.05 * unitCost);
}
`;

const scorer = await pricingScorer().create({} as never, { root: import.meta.dirname });
const signal = new AbortController().signal;

async function measure(surface: string, split: Period, seed: number): Promise<Score> {
  const code = encodeURIComponent(stripTypeScriptTypes(surface));
  const { default: quote } = (await import(`data:text/javascript,${code}`)) as { default(request: Request): number };
  const { requests, answers } = simulateMarket(split, seed);
  const outputs = requests.map((request) => ({ value: quote(request) }));
  return scorer.score(outputs, { split, seed, inputs: requests, reference: answers }, signal);
}

/** What the gates of the config say of a surface, in their order, when the prices to start with are the champion. */
async function judge(surface: string, split: Period = "validation", seed = 1): Promise<Verdict[]> {
  const champion = { experiment: 0, files: { "pricing.ts": start }, score: await measure(start, split, seed) };
  const trial = {
    experiment: 1,
    history: { length: 0, recent: () => [], kept: () => [] },
    metric: scorer.metric,
    guardrails: scorer.guardrails,
    candidate: { experiment: 1, files: { "pricing.ts": surface }, score: await measure(surface, split, seed) },
    champion,
    baseline: champion,
  } as unknown as Trial; // these two gates look at nothing else
  const verdicts: Verdict[] = [];
  for (const { schema, options, create } of config.gates.slice(0, 2) as ConfiguredPlugin<"gate">[]) {
    const gate: Gate = await create(schema.parse(options) as never, { root: import.meta.dirname });
    verdicts.push(await gate.judge!(trial, signal));
  }
  return verdicts;
}

const cases = (["validation", "holdout"] as const).flatMap((split) => [1, 2, 3].map((seed) => [split, seed] as const));

describe.each(cases)("on %s with seed %i", (split, seed) => {
  it("stops greed by the guardrail alone: it does pay", async () => {
    const [improvement, guardrails] = await judge(greedy, split, seed);
    expect(improvement).toMatchObject({ decision: "pass", code: "PAWL_BETTER" });
    expect(guardrails).toMatchObject({
      decision: "reject",
      code: "PAWL_GUARDRAIL_BROKEN",
      evidence: { "customer retention": { held: false }, "largest price move": { held: true } },
    });
  });

  it("keeps prices that are better and fair", async () => {
    const verdicts = await judge(fair, split, seed);
    expect(verdicts.map(({ code }) => code)).toEqual(["PAWL_BETTER", "PAWL_GUARDRAILS_HELD"]);
  });

  it("stops prices that jump", async () => {
    const [, guardrails] = await judge(jumpy, split, seed);
    expect(guardrails).toMatchObject({ decision: "reject", evidence: { "largest price move": { held: false } } });
  });
});

it.each([
  ["the prices to start with", start],
  ["**greedy**", greedy],
  ["**fair**", fair],
])("is told with the right numbers in the README: %s", async (name, surface) => {
  const lines = (await readFile(join(import.meta.dirname, "README.md"), "utf8")).split("\n");
  const row = lines.find((line) => line.startsWith(`| ${name}`))?.replaceAll(/ +/g, " ");
  const { value, guardrails } = await measure(surface, "validation", 1);
  const retention = (100 * guardrails!["customer retention"]!).toFixed(1);
  const move = (100 * guardrails!["largest price move"]!).toFixed(0);
  expect(row).toContain(`| ${value.toFixed(1)} | ${retention} % | ${move} % |`);
});
