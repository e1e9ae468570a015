import { expect, test } from "vitest";
import { armOf, open, Play } from "./test/play.ts";

const SEEDS = Array.from({ length: 12 }, (_, seed) => `seed ${seed}`);

/** Mean share of the attempts that an arm gets, over some seeds. */
async function shareOf(
  arm: string,
  arms: Parameters<typeof open>[0],
  usefulness: Readonly<Record<string, number>>,
  { rounds = 200, budget = {} }: { rounds?: number; budget?: ConstructorParameters<typeof Play>[1] } = {},
): Promise<number> {
  let sum = 0;
  for (const seed of SEEDS) {
    const attempts = await new Play(seed, budget).rounds(await open(arms), rounds, usefulness);
    sum += (attempts[arm] ?? 0) / rounds;
  }
  return sum / SEEDS.length;
}

const free = armOf("free");
const costly = armOf("costly", { usd: 0.3 });

test("a costly arm that never helps gets few attempts", async () => {
  expect(await shareOf("costly", [free, costly], { free: 0.05 })).toBeLessThan(0.15);
  expect(await shareOf("costly", [free, costly], { free: 0.05 }, { rounds: 800 })).toBeLessThan(0.1);
});

test("where nobody helps, what costs less is tried more", async () => {
  expect(await shareOf("costly", [free, costly], {})).toBeLessThan(0.35);
});

test("one that helps often gets many, although it costs", async () => {
  expect(await shareOf("costly", [free, costly], { free: 0.01, costly: 0.4 })).toBeGreaterThan(0.6);
});

test("of two that help as much, the one that costs less gets more", async () => {
  const share = await shareOf("costly", [free, costly], { free: 0.15, costly: 0.15 });
  expect(share).toBeLessThan(0.3);
  expect(share).toBeGreaterThan(0);
});

test("a change of who helps is followed", async () => {
  let before = 0;
  let after = 0;
  for (const seed of SEEDS) {
    const play = new Play(seed);
    const proposer = await open([free, costly]);
    await play.rounds(proposer, 150, { free: 0.4, costly: 0.05 });
    before += (await play.rounds(proposer, 50, { free: 0.4, costly: 0.05 }))["costly"] ?? 0;
    await play.rounds(proposer, 250, { free: 0, costly: 0.4 });
    after += (await play.rounds(proposer, 50, { free: 0, costly: 0.4 }))["costly"] ?? 0;
  }
  const asked = 50 * SEEDS.length;
  expect(before / asked).toBeLessThan(0.2);
  expect(after / asked).toBeGreaterThan(0.6);
});

test("money weighs by what the budget has left for each experiment", async () => {
  const usefulness = { free: 0.1, costly: 0.2 };
  const rich = await shareOf("costly", [free, costly], usefulness, { budget: { experiments: 200, usd: 600 } });
  const poor = await shareOf("costly", [free, costly], usefulness, { budget: { experiments: 200, usd: 10 } });
  expect(rich).toBeGreaterThan(0.55);
  expect(poor).toBeLessThan(0.25);
});

test("time weighs: an arm that makes the run wait must be worth it", async () => {
  const exchange = { model: "m", provider: "p", request: {}, response: {}, status: 200, at: "2026-01-01T00:00:00Z" };
  const slow = armOf("slow", {}, (idea) => ({
    ...idea,
    exchanges: [{ ...exchange, wallMs: 240_000, inputTokens: 1, outputTokens: 1 }],
  }));
  const usefulness = { free: 0.15, slow: 0.15 };
  const hurried = await shareOf("slow", [free, slow], usefulness, {
    budget: { experiments: 200, wallMs: 200 * 60_000 },
  });
  const patient = await shareOf("slow", [free, slow], usefulness, {
    budget: { experiments: 200, wallMs: 200 * 3_600_000 },
  });
  expect(hurried).toBeLessThan(0.25);
  expect(patient).toBeGreaterThan(0.35);
});
