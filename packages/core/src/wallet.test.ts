import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Wallet } from "./wallet.ts";

test("what is set aside is not there for anybody else, and what is left of it comes back", () => {
  const wallet = new Wallet(1, () => 0);
  const first = wallet.reserve(0.6);
  expect(wallet.left).toBeCloseTo(0.4);
  expect(wallet.reserve(0.5)).toBeNull();
  first?.settle(0.1);
  expect(wallet.left).toBeCloseTo(0.9);
  first?.settle(5);
  expect(wallet.left, "settled once").toBeCloseTo(0.9);
});

test("whatever is reserved and settled, at most the budget is spent where nobody pays more than was set aside", () => {
  const calls = fc.array(
    fc.record({ most: fc.double({ min: 0, max: 1, noNaN: true }), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
  );
  fc.assert(
    fc.property(fc.double({ min: 0, max: 3, noNaN: true }), calls, (budget, all) => {
      const wallet = new Wallet(budget, () => 0);
      const open = all.map(({ most, share }) => ({ reservation: wallet.reserve(most), paid: most * share }));
      for (const { reservation, paid } of open) reservation?.settle(paid);
      expect(wallet.unrecorded).toBeLessThanOrEqual(budget * (1 + 1e-9));
    }),
  );
});

test("money in the ledger that this process did not see being paid counts as well", () => {
  let recorded = 0.2;
  const wallet = new Wallet(1, () => recorded);
  expect(wallet.left).toBeCloseTo(0.8);
  recorded = 0.7;
  expect(wallet.left).toBeCloseTo(0.3);
  wallet.reserve(0.3)?.settle(0.3);
  expect(wallet.left, "0.5 paid here, 0.7 recorded").toBeCloseTo(0.3);
  expect(wallet.unrecorded).toBe(0);
});

test("without a budget there is no end to it, and it is counted all the same", () => {
  const wallet = new Wallet(undefined, () => 0);
  expect(wallet.limited).toBe(false);
  wallet.reserve(1e6)?.settle(12);
  expect(wallet.left).toBe(Number.POSITIVE_INFINITY);
  expect(wallet.unrecorded).toBe(12);
});

test.each([-1, Number.NaN])("%d US dollars cannot be set aside", (usd) => {
  expect(() => new Wallet(1, () => 0).reserve(usd)).toThrow(RangeError);
});
