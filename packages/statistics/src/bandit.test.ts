import { expect, test } from "vitest";
import { Bandit } from "./bandit.ts";
import { beta } from "./beta.ts";
import { generator } from "./test/generator.ts";

const source = (seed: number) => {
  const { uniform01, normal } = generator(seed);
  return { next: uniform01, normal };
};

test("the bandit finds the arm that pays, and another one when that changes", () => {
  const random = source(1);
  const bandit = new Bandit();
  const arms = ["a", "b", "c"];
  const play = (paying: string, rounds: number): number => {
    let right = 0;
    for (let i = 0; i < rounds; i += 1) {
      const arm = bandit.choose(arms, (each) => each, random) as string;
      bandit.reward(arm, arm === paying && random.next() < 0.3 ? 1 : 0);
      if (i >= rounds - 200 && arm === paying) right += 1;
    }
    return right / 200;
  };
  expect(play("a", 2000)).toBeGreaterThan(0.7);
  expect(play("c", 500)).toBeGreaterThan(0.7);
});

test("beta deviates have the mean and the variance that the distribution has", () => {
  for (const [a, b] of [
    [0.5, 2],
    [3, 1],
    [20, 30],
  ] as const) {
    const random = source(2);
    const draws = Array.from({ length: 20_000 }, () => beta(a, b, random));
    const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
    const variance = draws.reduce((sum, x) => sum + (x - mean) ** 2, 0) / draws.length;
    expect(mean).toBeCloseTo(a / (a + b), 2);
    expect(variance).toBeCloseTo((a * b) / ((a + b) ** 2 * (a + b + 1)), 2);
    expect(Math.min(...draws)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...draws)).toBeLessThanOrEqual(1);
  }
});
