import { expect, test } from "vitest";
import { pairedInterval, studentQuantile, studentUpperTail } from "./index.ts";
import { generator } from "./test/generator.ts";

test("Student's upper tail and its inverse agree with the published table", () => {
  // Upper points, NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2.
  const table: [degrees: number, point: number, tail: number][] = [
    [1, 6.314, 0.05],
    [2, 2.92, 0.05],
    [5, 2.015, 0.05],
    [10, 1.812, 0.05],
    [30, 1.697, 0.05],
    [100, 1.66, 0.05],
    [1, 31.821, 0.01],
    [10, 2.764, 0.01],
    [29, 2.462, 0.01],
    [29, 3.396, 0.001],
  ];
  for (const [degrees, point, tail] of table) {
    expect(studentUpperTail(point, degrees)).toBeCloseTo(tail, 3);
    expect(studentUpperTail(-point, degrees)).toBeCloseTo(1 - tail, 3);
    expect(studentQuantile(tail, degrees)).toBeCloseTo(point, 2);
  }
  expect(studentUpperTail(0, 7)).toBeCloseTo(0.5, 12);
  // The normal distribution is its limit: 3.8906 is the normal point of 5e-5.
  expect(studentUpperTail(3.8906, 1_000_000) / 5e-5).toBeCloseTo(1, 2);
  expect(studentQuantile(5e-5, 1_000_000)).toBeCloseTo(3.8906, 3);
});

test("an interval by hand", () => {
  // Mean 0.25, standard deviation 0.1291, error 0.06455, t(3) = 3.1824.
  const interval = pairedInterval([0.2, 0.1, 0.4, 0.3], 0.95);
  expect(interval).toMatchObject({ confidence: 0.95, pairs: 4, method: "student-t" });
  expect(interval.mean).toBeCloseTo(0.25, 12);
  expect(interval.low).toBeCloseTo(0.0446, 4);
  expect(interval.high).toBeCloseTo(0.4554, 4);
});

test("one pair, constant pairs, and what is refused", () => {
  expect(pairedInterval([3], 0.9)).toMatchObject({ mean: 3, low: null, high: null, method: "none" });
  expect(pairedInterval([-2, -2, -2], 0.9)).toMatchObject({ mean: -2, low: -2, high: -2, method: "constant" });
  expect(pairedInterval([0, 0], 0.9)).toMatchObject({ mean: 0, low: 0, high: 0 });
  expect(() => pairedInterval([], 0.9)).toThrow(RangeError);
  expect(() => pairedInterval([1, Number.NaN], 0.9)).toThrow(RangeError);
  expect(() => pairedInterval([1, 2], 1)).toThrow(RangeError);
});

for (const pairs of [5, 20, 200]) {
  test(`it covers the true mean as often as it says, with ${pairs} pairs`, () => {
    const random = generator(31 + pairs);
    const runs = 2_000;
    let covered = 0;
    for (let run = 0; run < runs; run += 1) {
      const { low, high } = pairedInterval(
        Array.from({ length: pairs }, () => 1 + random.normal()),
        0.9,
      );
      if (low! <= 1 && 1 <= high!) covered += 1;
    }
    // Four standard errors of a share of 0.9.
    expect(Math.abs(covered / runs - 0.9)).toBeLessThan(4 * Math.sqrt((0.9 * 0.1) / runs));
  });
}
