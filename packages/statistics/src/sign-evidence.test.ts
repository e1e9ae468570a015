import * as fc from "fast-check";
import { expect, test } from "vitest";
import { boundedEvidence, detectableEffect, signEvidence } from "./index.ts";
import { generator } from "./test/generator.ts";

const sizes = fc.array(fc.oneof(fc.constant(0), fc.double({ min: 1e-6, max: 1e6, noNaN: true })), {
  minLength: 1,
  maxLength: 10,
});

/** The mean of a stopped game over all ways to sign the differences: exactly its expectation where signs are fair. */
function expectation(magnitudes: readonly number[], play: (differences: readonly number[]) => number): number {
  const ways = 2 ** magnitudes.length;
  let sum = 0;
  for (let way = 0; way < ways; way += 1) {
    sum += play(magnitudes.map((size, i) => ((way >> i) & 1 ? size : -size) + 0));
  }
  return sum / ways;
}

test("with fair signs its expectation is 1 for any sizes, wherever the game stops", () => {
  fc.assert(
    fc.property(sizes, fc.double({ min: 1.5, max: 1_000, noNaN: true }), (magnitudes, enough) => {
      const play = (differences: readonly number[]): number =>
        signEvidence(differences, { of: differences.length, enough }).e;
      expect(expectation(magnitudes, play)).toBeCloseTo(1, 6);
    }),
    { numRuns: 50 },
  );
});

test("the same for more differences than the scale is taken from, by drawing signs", () => {
  const random = generator(17);
  const heavy = Array.from({ length: 60 }, () => Math.abs(random.student(2)));
  let sum = 0;
  let reached = 0;
  const runs = 20_000;
  for (let run = 0; run < runs; run += 1) {
    const { e } = signEvidence(
      heavy.map((size) => (random.uniform() < 0.5 ? size : -size)),
      { of: 60, enough: 20 },
    );
    sum += e;
    if (e >= 20) reached += 1;
  }
  expect(sum / runs).toBeLessThan(1.1);
  expect(reached / runs).toBeLessThan(0.05);
  expect(reached / runs).toBeGreaterThan(0.01);
});

test("more cases never take back what was reached, and never change when", () => {
  const random = generator(4);
  let reached = 0;
  for (let run = 0; run < 200; run += 1) {
    const differences = Array.from({ length: 200 }, () => (random.uniform() < 0.4 ? 0 : random.normal() + 0.3));
    const options = { of: 200, enough: 100 };
    const whole = signEvidence(differences, options);
    for (const count of [1, 25, 50, 100, 199]) {
      const part = signEvidence(differences.slice(0, count), options);
      if (part.e >= 100) expect(part).toEqual(whole);
      if (whole.e >= 100) expect(part.e >= 100).toBe(count >= whole.cases);
      reached += Number(part.e >= 100);
    }
  }
  expect(reached).toBeGreaterThan(100);
});

test("units do not matter, ties alone say nothing, and extreme sizes do not break it", () => {
  const differences = [1, 2, -0.5, 3, 1, 1, 0, 2, 1, 4, 2, 1];
  const options = { of: 12, enough: 1e6 };
  const { e } = signEvidence(differences, options);
  for (const unit of [1e-300, 1e-9, 1e12, 1e300]) {
    expect(
      signEvidence(
        differences.map((one) => one * unit),
        options,
      ).e,
    ).toBeCloseTo(e, 6);
  }
  expect(signEvidence([0, 0, 0], { of: 3, enough: 20 }).e).toBe(1);
  expect(signEvidence([], { of: 10, enough: 20 }).e).toBe(1);
  expect(signEvidence([5, 5], { of: 100, enough: 20 }).e).toBe(1);
  const wins = signEvidence(new Float64Array(5_000).fill(1), { of: 5_000, enough: Number.MAX_VALUE });
  expect(wins.e).toBeGreaterThan(1e300);
});

test("a few wins in a row are as much evidence as chance allows, and no more", () => {
  const wins = (count: number): number =>
    signEvidence(
      Array.from({ length: count }, () => 1),
      { of: count, enough: 1e9 },
    ).e;
  // All of n signs are positive with a chance of 2^-n, so no fair game can pay more.
  for (const count of [1, 5, 10, 19]) {
    expect(wins(count)).toBeLessThanOrEqual(2 ** count);
    expect(wins(count)).toBeGreaterThan(0.4 * 2 ** count);
  }
});

test("the bounded game is fair or worse for any mean of zero, however skewed", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.01, max: 0.99, noNaN: true }),
      fc.double({ min: 1.5, max: 500, noNaN: true }),
      (p, enough) => {
        // +g with probability p, -l otherwise, of mean zero and within a bound of 1.
        const gain = p < 0.5 ? 1 : (1 - p) / p;
        const loss = (gain * p) / (1 - p);
        let sum = 0;
        for (let way = 0; way < 2 ** 10; way += 1) {
          const signs = Array.from({ length: 10 }, (_, i) => (way >> i) & 1);
          const chance = signs.reduce((product, sign) => product * (sign === 1 ? p : 1 - p), 1);
          const { e } = boundedEvidence(
            signs.map((sign) => (sign === 1 ? gain : -loss)),
            { bound: 1.0000001, of: 10, enough },
          );
          sum += chance * e;
        }
        expect(sum).toBeCloseTo(1, 6);
      },
    ),
    { numRuns: 50 },
  );
  expect(() => boundedEvidence([2], { bound: 1, of: 1, enough: 20 })).toThrow(RangeError);
  expect(() => boundedEvidence([Number.NaN], { bound: 1, of: 1, enough: 20 })).toThrow(RangeError);
});

test.each([
  [200, 20],
  [500, 20_000],
  [1_000, 2_000],
])("the effect that %i pairs can show for evidence of %i is shown about four times in five", (pairs, enough) => {
  const random = generator(pairs);
  const effect = detectableEffect(pairs, enough);
  let found = 0;
  for (let run = 0; run < 500; run += 1) {
    const differences = Array.from({ length: pairs }, () => random.normal() + effect);
    if (signEvidence(differences, { of: pairs, enough }).e >= enough) found += 1;
  }
  expect(found / 500).toBeGreaterThan(0.72);
  expect(found / 500).toBeLessThan(0.92);
});
