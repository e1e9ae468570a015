import { expect, test } from "vitest";
import { pairedSwapTest, quantile } from "./index.ts";
import { generator } from "./test/generator.ts";

const faster = (one: Float64Array, other: Float64Array): number => quantile(other, 0.95) - quantile(one, 0.95);

test("quantiles by their definition", () => {
  const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);
  expect([0.01, 0.5, 0.95, 1].map((share) => quantile(hundred, share))).toEqual([1, 50, 95, 100]);
  expect(quantile([3], 0.95)).toBe(3);
  expect(() => quantile([], 0.5)).toThrow(RangeError);
});

test("the p-value of a difference of p95 is valid with heavy tails, and small for what is better", () => {
  const random = generator(12);
  const runs = 400;
  let called = 0;
  const latencies = (): number[] => Array.from({ length: 80 }, () => Math.exp(1.5 * random.normal()));
  for (let run = 0; run < runs; run += 1) {
    if (pairedSwapTest(latencies(), latencies(), faster, { level: 0.05, next: random.uniform01 }).p <= 0.05)
      called += 1;
  }
  // Three standard errors above 0.05.
  expect(called / runs).toBeLessThanOrEqual(0.05 + 3 * Math.sqrt((0.05 * 0.95) / runs));
  const slow = latencies();
  const found = pairedSwapTest(
    slow.map((one) => one / 4),
    slow,
    faster,
    { level: 0.001, next: random.uniform01 },
  );
  expect(found.p).toBeLessThanOrEqual(0.001);
  const same = pairedSwapTest(slow, slow, faster, { level: 0.001, next: random.uniform01 });
  expect(same).toMatchObject({ value: 0, p: 1, draws: 10 });
});
