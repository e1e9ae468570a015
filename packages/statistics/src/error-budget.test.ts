import { expect, test } from "vitest";
import { eLondLevel, errorShare, isHopeless, signEvidence } from "./index.ts";
import { generator } from "./test/generator.ts";

test("the shares of a night add up to one, and an experiment beyond it has none", () => {
  const sum = (experiments: number, upTo: number): number =>
    Array.from({ length: upTo }, (_, i) => errorShare(i + 1, experiments)).reduce((total, one) => total + one, 0);
  expect(sum(1_000, 2_000)).toBeCloseTo(1, 9);
  expect(sum(Infinity, 100_000)).toBeLessThan(1);
  expect(sum(Infinity, 100_000)).toBeGreaterThan(0.9999);
  expect(() => errorShare(0, 10)).toThrow(RangeError);
});

test("levels of e-LOND grow with every keep", () => {
  expect(eLondLevel(0.05, 0.01, 0)).toBeCloseTo(0.0005, 12);
  expect(eLondLevel(0.05, 0.01, 9)).toBeCloseTo(0.005, 12);
});

/** The share of candidates that is given up at one of five looks, and of those that the whole comparison would keep. */
function giveUp(effect: number, seed: number): { stopped: number; lost: number; share: number } {
  const random = generator(seed);
  const [of, enough, runs] = [1_000, 20_000, 300];
  const result = { stopped: 0, lost: 0, share: 0 };
  for (let run = 0; run < runs; run += 1) {
    const differences = Float64Array.from({ length: of }, () => random.normal() + effect);
    const found = signEvidence(differences, { of, enough });
    const at = [50, 100, 200, 400, 700].find(
      (look) =>
        !(found.e >= enough && found.cases <= look) &&
        isHopeless(differences.subarray(0, look), { of, enough, error: 0.02 }),
    );
    result.share += (at ?? of) / of / runs;
    if (at === undefined) continue;
    result.stopped += 1 / runs;
    if (found.e >= enough) result.lost += 1 / runs;
  }
  return result;
}

test("losers are given up early, and hardly any that would have been kept", () => {
  const [worse, equal, better] = [giveUp(-0.2, 1), giveUp(0, 2), giveUp(0.2, 3)];
  expect(worse.share).toBeLessThan(0.2);
  expect(equal.stopped).toBeGreaterThan(0.9);
  expect(equal.share).toBeLessThan(0.5);
  expect(better.stopped).toBeLessThan(0.05);
  expect(better.lost).toBeLessThan(0.03);
});

test("few differences, or none, are never hopeless", () => {
  const options = { of: 100, enough: 20, error: 0.02 };
  expect(isHopeless([], options)).toBe(false);
  expect(isHopeless([0, 0, 0], options)).toBe(false);
  expect(
    isHopeless(
      Array.from({ length: 9 }, () => -1),
      options,
    ),
  ).toBe(false);
  expect(
    isHopeless(
      Array.from({ length: 20 }, () => -1),
      options,
    ),
  ).toBe(true);
});
