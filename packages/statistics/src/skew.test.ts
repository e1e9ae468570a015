import { expect, test } from "vitest";
import { normalUpperTail, signEvidence, standsSkew } from "./index.ts";
import { generator } from "./test/generator.ts";

test("the normal tail", () => {
  expect(normalUpperTail(0)).toBeCloseTo(0.5, 9);
  expect(normalUpperTail(1.6449)).toBeCloseTo(0.05, 4);
  expect(normalUpperTail(3.8906) / 5e-5).toBeCloseTo(1, 1);
});

test("many small gains against rare large losses are seen through, where signs alone are not enough", () => {
  const random = generator(8);
  let [bySigns, both] = [0, 0];
  const runs = 1_000;
  for (let run = 0; run < runs; run += 1) {
    const differences = Array.from({ length: 400 }, () => (random.uniform() < 0.9 ? 0.1 : -0.9));
    if (signEvidence(differences, { of: 400, enough: 1_000 }).e < 1_000) continue;
    bySigns += 1;
    if (standsSkew(differences, 0.001)) both += 1;
  }
  expect(bySigns / runs).toBeGreaterThan(0.05);
  expect(both / runs).toBeLessThan(0.005);
});

/** Mean zero, many small gains, a few losses that are not bounded. */
const LOSSES: Record<string, (random: ReturnType<typeof generator>) => number> = {
  lognormal: (random) => Math.exp(0.5) - Math.exp(random.normal()),
  exponential: (random) => 1 + Math.log(1 - random.uniform()),
};

test.each(Object.entries(LOSSES))("losses without a bound, %s, do not pass more often than they may", (_, draw) => {
  const random = generator(10);
  const [runs, enough] = [20_000, 100];
  let [bySigns, both] = [0, 0];
  for (let run = 0; run < runs; run += 1) {
    const differences = Float64Array.from({ length: 200 }, () => draw(random));
    if (signEvidence(differences, { of: 200, enough }).e < enough) continue;
    bySigns += 1;
    if (standsSkew(differences, 1 / enough)) both += 1;
  }
  expect(bySigns / runs).toBeGreaterThan(2 / enough);
  // The word, and three standard errors.
  expect(both / runs).toBeLessThan(1 / enough + 3 * Math.sqrt(1 / enough / runs));
});

test("what the lowest of the differences is moves the answer without a jump", () => {
  const random = generator(11);
  const differences = Array.from({ length: 100 }, () => 1 + 0.1 * random.normal());
  for (const lowest of [0.5, 1e-9, 0, -1e-9]) expect(standsSkew([...differences, lowest], 1e-4)).toBe(true);
  expect(standsSkew([...differences, -40], 1e-4)).toBe(false);
});

test("symmetric gains and positive skewness pass, zero and losses do not", () => {
  const random = generator(9);
  const normal = Array.from({ length: 400 }, () => random.normal());
  expect(
    standsSkew(
      normal.map((one) => one + 0.4),
      1e-4,
    ),
  ).toBe(true);
  expect(
    standsSkew(
      normal.map((one) => one - 0.4),
      0.4,
    ),
  ).toBe(false);
  expect(
    standsSkew(
      normal.map((one) => Math.exp(one)),
      1e-4,
    ),
  ).toBe(true);
  expect(standsSkew([0, 0], 0.5)).toBe(false);
  expect(standsSkew([1, 1], 0.001)).toBe(true);
  expect(standsSkew([-1, -1], 0.5)).toBe(false);
  expect(standsSkew([1e300, 2e300, 1e300, 3e300], 0.01)).toBe(true);
});
