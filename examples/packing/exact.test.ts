import * as fc from "fast-check";
import { expect, it } from "vitest";
import { exactly, ONE, sumRoundedDown } from "./exact.ts";

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });

it("knows the doubles that are easy to say", () => {
  expect(exactly(1)).toBe(ONE);
  expect(exactly(-0.25)).toBe(-ONE / 4n);
  expect(exactly(Number.MIN_VALUE)).toBe(1n);
  expect(exactly(-0)).toBe(0n);
  expect(exactly(Number.MAX_SAFE_INTEGER)).toBe(9_007_199_254_740_991n * ONE);
  expect(() => exactly(Number.NaN)).toThrow(RangeError);
});

it("orders doubles as they are ordered", () => {
  fc.assert(
    fc.property(finite, finite, (a, b) => {
      expect(exactly(a) < exactly(b)).toBe(a < b);
      expect(exactly(-a)).toBe(-exactly(a));
    }),
  );
});

it("doubles exactly where doubling is exact", () => {
  fc.assert(
    fc.property(fc.double({ min: -1e300, max: 1e300, noNaN: true }), (a) => {
      expect(exactly(2 * a)).toBe(2n * exactly(a));
    }),
  );
});

it("sums to the largest double that is not above the sum", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 1e-9, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 }), (values) => {
      const exact = values.reduce((sum, value) => sum + exactly(value), 0n);
      const sum = sumRoundedDown(values);
      expect(exactly(sum) <= exact).toBe(true);
      expect(exactly(sum * (1 + Number.EPSILON)) > exact).toBe(true);
    }),
  );
  expect(sumRoundedDown([1, 2 ** -60])).toBe(1);
  // Added up in doubles, this comes out too large.
  expect(exactly(0.1 + 0.2 + 0.3) > exactly(0.1) + exactly(0.2) + exactly(0.3)).toBe(true);
  expect(exactly(sumRoundedDown([0.1, 0.2, 0.3])) <= exactly(0.1) + exactly(0.2) + exactly(0.3)).toBe(true);
});
