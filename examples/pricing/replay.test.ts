import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Answers, simulateMarket } from "./market.ts";
import { type Outcome, replay } from "./replay.ts";

const profitOf = ({ profits }: Outcome): number => profits.reduce((sum, profit) => sum + profit, 0);

const { requests, answers } = simulateMarket("validation", 1);
/** A few regulars who ask again and again, so that a property can try many quotes for them. */
const some: Answers = {
  ...answers,
  situations: answers.situations.filter(({ customer, segment }) => segment === "business" && customer % 4 === 0),
};

/** Anything that a surface can answer: sensible prices, silly ones, and no prices. */
const quoteArbitrary = (listPrice: number): fc.Arbitrary<number | undefined> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.double({ min: 0.5, max: 1.5, noNaN: true }).map((share) => share * listPrice) },
    { weight: 1, arbitrary: fc.double() },
    { weight: 1, arbitrary: fc.constantFrom(undefined, Number.NaN, 0, -1, 5e-324, Infinity, 1e9) },
  );
const quotesArbitrary = fc.tuple(...some.situations.map(({ listPrice }) => quoteArbitrary(listPrice)));

describe("replay", () => {
  it("stays finite and within range, whatever is quoted", () => {
    fc.assert(
      fc.property(quotesArbitrary, (quotes) => {
        const outcome = replay(quotes, some);
        expect(outcome.profits.every(Number.isFinite)).toBe(true);
        for (const share of [outcome.retention, outcome.largestMove]) {
          expect(share).toBeGreaterThanOrEqual(0);
          expect(share).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 50 },
    );
  });

  it("rewards no missing answer: profit and retention never rise, the largest move never falls", () => {
    fc.assert(
      fc.property(quotesArbitrary, fc.nat({ max: some.situations.length - 1 }), (quotes, i) => {
        const answered = replay(quotes, some);
        const unanswered = replay(quotes.with(i, undefined), some);
        expect(profitOf(unanswered)).toBeLessThanOrEqual(profitOf(answered) + 1e-6);
        expect(unanswered.retention).toBeLessThanOrEqual(answered.retention + 1e-12);
        expect(unanswered.largestMove).toBe(1);
      }),
      { numRuns: 200 },
    );
  });

  it.each<[string, number | undefined]>([
    ["nothing", undefined],
    ["NaN", Number.NaN],
    ["zero", 0],
    ["a negative price", -20],
    ["infinity", Infinity],
    ["a million", 1e6],
  ])("gives the goods away and loses the customer where the quote is %s", (_, quote) => {
    const outcome = replay(
      requests.map(() => quote),
      answers,
    );
    const costOfAll = answers.situations.reduce((sum, { cost, quantity }) => sum + cost * quantity, 0);
    expect(profitOf(outcome)).toBeCloseTo(-costOfAll, 6);
    expect(outcome.retention).toBeLessThan(0.2);
    expect(outcome.largestMove).toBe(1);
    // Dumping everything for a cent is bad, and still better than that.
    const dumped = replay(
      requests.map(() => 0.01),
      answers,
    );
    expect(profitOf(dumped)).toBeGreaterThan(profitOf(outcome));
  });

  it("sells less and keeps fewer regulars the higher the price", () => {
    const outcomes = [0.8, 0.9, 1, 1.1, 1.3, 2].map((share) =>
      replay(
        requests.map(({ listPrice }) => share * listPrice),
        answers,
      ),
    );
    const sold = outcomes.map(({ steps }) => steps.reduce((sum, { buys, present }) => sum + buys * present, 0));
    const retention = outcomes.map((outcome) => outcome.retention);
    expect(sold).toEqual(sold.toSorted((a, b) => b - a));
    expect(retention).toEqual(retention.toSorted((a, b) => b - a));
    expect(new Set(sold).size).toBe(outcomes.length);
  });

  it("counts what a regular orders only as far as the regular is still there", () => {
    const regular = answers.situations.find(({ segment }) => segment === "loyal")!;
    const alone: Answers = {
      situations: [
        { ...regular, customer: 0 },
        { ...regular, customer: 0 },
      ],
      regulars: 1,
      customers: 1,
    };
    const { fairPrice } = regular;
    const kind = replay([fairPrice, fairPrice], alone).steps;
    const harsh = replay([3 * fairPrice, fairPrice], alone).steps;
    expect(kind[1]!.present).toBeGreaterThan(0.99);
    expect(harsh[1]!.present).toBeLessThan(0.9);
    expect(harsh[1]!.profit / kind[1]!.profit).toBeCloseTo(harsh[1]!.present / kind[1]!.present, 12);
    // One who left does not come back.
    expect(replay([undefined, fairPrice], alone).steps[1]).toMatchObject({ present: 0, profit: 0 });
  });

  it("finds the largest move between two quotes for the same product and segment", () => {
    const [first] = answers.situations;
    const shelf = { ...first!, listPrice: 100, fairPrice: 100 };
    const other = { ...shelf, segment: shelf.segment === "loyal" ? ("bargain" as const) : ("loyal" as const) };
    const three: Answers = { ...answers, situations: [shelf, other, shelf] };
    expect(replay([100, 50, 90], three).largestMove).toBeCloseTo(0.1, 12);
    expect(replay([90, 50, 100], three).largestMove).toBeCloseTo(0.1, 12);
    expect(replay([100, 50, 100], three).largestMove).toBe(0);
    expect(replay([100, 90, 81], { ...three, situations: [shelf, shelf, shelf] }).largestMove).toBeCloseTo(0.1, 12);
  });
});
