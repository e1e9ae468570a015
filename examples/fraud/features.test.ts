import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DELAY_DAYS, describePayments } from "./features.ts";
import { DAY_SECONDS, type Payment, type Scenario, simulate } from "./simulator.ts";
import { loadSplit, PERIODS } from "./splits.ts";

/** A few people and places over two months, every six hours: windows run full, run empty, and end on a payment. */
const paymentsArbitrary: fc.Arbitrary<Payment[]> = fc
  .array(
    fc.record({
      time: fc.nat({ max: 4 * 60 }).map((quarter) => (quarter * DAY_SECONDS) / 4),
      customer: fc.integer({ min: 0, max: 2 }),
      terminal: fc.integer({ min: 0, max: 2 }),
      amount: fc.integer({ min: 1, max: 50_000 }).map((value) => value / 100),
      distance: fc.constant(1),
      scenario: fc.constantFrom<Scenario>(0, 0, 1, 2, 3),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map((payments) => payments.toSorted((a, b) => a.time - b.time));

const flip = (payment: Payment): Payment => ({ ...payment, scenario: payment.scenario === 0 ? 2 : 0 });

describe("describePayments", () => {
  it("agrees with the definition of every window, counted payment by payment", () => {
    fc.assert(
      fc.property(paymentsArbitrary, (payments) => {
        for (const [i, transaction] of describePayments(payments).entries()) {
          const now = payments[i]!;
          const before = payments.slice(0, i);
          for (const days of [1, 7, 30] as const) {
            const spent = before.filter((p) => p.customer === now.customer && p.time > now.time - days * DAY_SECONDS);
            expect(transaction[`customerCount${days}`]).toBe(spent.length);
            expect(transaction[`customerMean${days}`]).toBeCloseTo(mean(spent.map((p) => p.amount)), 1);

            const end = now.time - DELAY_DAYS * DAY_SECONDS;
            const known = before.filter(
              (p) => p.terminal === now.terminal && p.time <= end && p.time > end - days * DAY_SECONDS,
            );
            expect(transaction[`terminalCount${days}`]).toBe(known.length);
            expect(transaction[`terminalRisk${days}`]).toBeCloseTo(mean(known.map((p) => (p.scenario ? 1 : 0))), 2);
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  it("uses no label of the last seven days, and none of the future", () => {
    fc.assert(
      fc.property(paymentsArbitrary, fc.nat(), (payments, pick) => {
        const now = pick % payments.length;
        const knownUntil = payments[now]!.time - DELAY_DAYS * DAY_SECONDS;
        const flipped = payments.map((payment) => (payment.time > knownUntil ? flip(payment) : payment));
        expect(describePayments(flipped)[now]).toEqual(describePayments(payments)[now]);
      }),
      { numRuns: 200 },
    );
  });

  it("does use the labels that are known", () => {
    const payment = { customer: 1, terminal: 1, amount: 10, distance: 1, scenario: 0 } as const;
    const payments = [
      { ...payment, time: 0 },
      { ...payment, time: DELAY_DAYS * DAY_SECONDS },
    ];
    expect(describePayments(payments)[1]).toMatchObject({ terminalCount1: 1, terminalRisk1: 0 });
    const flipped = [flip(payments[0]!), payments[1]!];
    expect(describePayments(flipped)[1]).toMatchObject({ terminalCount1: 1, terminalRisk1: 1 });
  });

  it.each(PERIODS)("puts no label of the %s split into its own cases", (split) => {
    const { inputs, reference } = loadSplit(split, 1);
    const payments = simulate(1);
    const days = new Set(reference.day);
    const flipped = payments.map((p) => (days.has(Math.floor(p.time / DAY_SECONDS)) ? flip(p) : p));
    const again = describePayments(flipped).filter((_, i) => days.has(Math.floor(payments[i]!.time / DAY_SECONDS)));
    expect(again).toEqual(inputs);
  });
});

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
