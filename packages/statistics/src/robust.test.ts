import * as fc from "fast-check";
import { expect, test } from "vitest";
import { median, pairedBootstrap, pseudoValues, robustDeviation, robustZ } from "./index.ts";
import { generator } from "./test/generator.ts";

test("a few wild values do not move a robust deviation", () => {
  const values = [1, 2, 3, 4, 5, 6, 7, 8, 1e9];
  expect(median(values)).toBe(5);
  expect(robustDeviation(values)).toBeCloseTo(2 * 1.4826, 3);
  expect(robustZ(5 + 1.4826 * 2 * 3.5, values)).toBeCloseTo(3.5, 3);
});

test("it estimates a normal standard deviation", () => {
  const random = generator(1);
  const values = Array.from({ length: 20_000 }, () => 10 + 3 * random.normal());
  expect(robustDeviation(values)).toBeGreaterThan(2.9);
  expect(robustDeviation(values)).toBeLessThan(3.1);
});

test("where a robust z cannot be said it is null, and never NaN", () => {
  expect(robustZ(1, [])).toBeNull();
  expect(robustZ(1, [0, 0, 0, 0])).toBeNull();
  expect(robustZ(1, [0, 0, 0, 0, 5])).toBeNull();
  expect(robustZ(0, [0, 0, 0, 0, 5])).toBe(0);
  expect(() => median([])).toThrow(RangeError);
});

test("the pseudo-values of a mean are the values themselves", () => {
  const values = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 2, maxLength: 20 });
  fc.assert(
    fc.property(values, (numbers) => {
      const sum = numbers.reduce((total, one) => total + one, 0);
      const without = numbers.map((one) => (sum - one) / (numbers.length - 1));
      const pseudo = pseudoValues(sum / numbers.length, without);
      for (const [i, one] of numbers.entries()) expect(pseudo[i]).toBeCloseTo(one, 6);
    }),
  );
  expect(() => pseudoValues(1, [1])).toThrow(RangeError);
});

/** The 95th percentile of the drawn values: the smallest that 95 % do not exceed. */
const p95 = (values: readonly number[], drawn: Uint32Array): number =>
  Float64Array.from(drawn, (index) => values[index]!).toSorted()[Math.ceil(0.95 * drawn.length) - 1]!;

test("a paired bootstrap of a difference of p95: equal ones are rarely called better, a better one is", () => {
  const random = generator(5);
  let called = 0;
  const runs = 200;
  const pair = (shift: number): readonly [readonly number[], readonly number[]] => {
    const base = Array.from({ length: 200 }, () => Math.exp(random.normal()));
    return [
      base.map((one) => one * Math.exp(0.1 * random.normal()) - shift),
      base.map((one) => one * Math.exp(0.1 * random.normal())),
    ];
  };
  const notAbove = (shift: number): number => {
    const [candidate, champion] = pair(shift);
    const faster = (drawn: Uint32Array): number => p95(champion, drawn) - p95(candidate, drawn);
    return pairedBootstrap(200, faster, { resamples: 400, next: random.uniform01 }).notAbove;
  };
  for (let run = 0; run < runs; run += 1) if (notAbove(0) <= 0.05) called += 1;
  // A rough test: four standard errors above 0.05 are 0.112.
  expect(called / runs).toBeLessThan(0.112);
  expect(notAbove(5)).toBeCloseTo(1 / 401, 6);
});
