import * as fc from "fast-check";
import { expect, test } from "vitest";
import { average, gateOf, partOf, randomOf, sampled, trialOf } from "./test/trials.ts";

const signal = AbortSignal.timeout(100_000);
const shuffled = (count: number, seed: number): number[] => {
  const random = randomOf(seed);
  return Array.from({ length: count }, (_, at) => ({ at, key: random.next() }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ at }) => at);
};

/** A candidate that is better by `effect` standard deviations of the difference, on cases with heavy tails. */
function drawn(count: number, effect: number, seed: number) {
  const random = randomOf(seed);
  const champion = Array.from({ length: count }, () => random.normal());
  const heavy = (): number => random.normal() / Math.max(0.3, Math.abs(random.normal()));
  return trialOf(sampled(champion.map((one) => one + heavy() + effect)), sampled(champion));
}

test("the last judgement agrees with the early ones, in any order and blocks", async () => {
  let late = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 10_000 }),
      fc.constantFrom(0.3, 0.6, 1.2),
      fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 8 }),
      async (seed, effect, steps) => {
        const trial = drawn(200, effect, seed);
        const order = shuffled(200, seed);
        const gate = await gateOf({}, 10);
        let passedEarly = false;
        let count = 0;
        for (const step of steps) {
          count = Math.min(200, count + step);
          const verdict = await gate.judgeEarly!(partOf(trial, order.slice(0, count)), signal);
          if (verdict?.decision === "reject") return;
          passedEarly ||= verdict?.decision === "pass";
        }
        const last = await gate.judge!(trial, signal);
        // What was evidence once stays evidence; the gain and its skewness are those of all cases.
        if (passedEarly) expect(["PAWL_BETTER", "PAWL_GAIN_SKEWED", "PAWL_NOT_BETTER"]).toContain(last.code);
        if (passedEarly && last.decision === "pass") late += 1;
        // Asked again, because the champion changed and changed back, say: the same.
        expect(await gate.judge!(trial, signal)).toEqual(last);
      },
    ),
    { numRuns: 200, seed: 1 },
  );
  expect(late).toBeGreaterThan(20);
});

test("a clear loser is given up after a few cases, a clear winner is recognised after a few", async () => {
  const gate = await gateOf({}, 1_000);
  const order = shuffled(1_000, 3);
  const loser = await gate.judgeEarly!(partOf(drawn(1_000, -1.5, 1), order.slice(0, 50)), signal);
  expect(loser).toMatchObject({ decision: "reject", code: "PAWL_HOPELESS", evidence: { pairs: 50, of: 1_000 } });
  const winner = await gate.judgeEarly!(partOf(drawn(1_000, 1.5, 1), order.slice(0, 300)), signal);
  expect(winner).toMatchObject({ decision: "pass", code: "PAWL_BETTER" });
  expect(await gate.judgeEarly!(partOf(drawn(1_000, 0.2, 1), order.slice(0, 50)), signal)).toBeNull();
  const never = await gateOf({ giveUp: 0 }, 1_000);
  expect(await never.judgeEarly!(partOf(drawn(1_000, -1.5, 1), order.slice(0, 50)), signal)).toBeNull();
});

test("what is odd is left to the last judgement", async () => {
  const gate = await gateOf({ bounds: [0, 1] });
  const trial = trialOf(sampled([0.5, 0.6, 0.7]), sampled([0, 0, 0]));
  const part = partOf(trial, [2, 0]);
  expect(await gate.judgeEarly!({ ...part, samples: [0.5] }, signal)).toBeNull();
  expect(await gate.judgeEarly!({ ...part, samples: [0.5, Number.NaN] }, signal)).toBeNull();
  expect(await gate.judgeEarly!({ ...part, samples: [0.5, 7] }, signal)).toBeNull();
  expect(await gate.judgeEarly!({ ...part, samples: [], championSamples: [], cases: [] }, signal)).toBeNull();
});

test("smaller is better where the metric is minimised, early too", async () => {
  const gate = await gateOf({}, 10);
  const better = drawn(300, 2, 5);
  const flip = (samples: readonly number[]) => samples.map((one) => -one);
  const trial = trialOf(
    { value: -average(better.candidate.score.samples!), samples: flip(better.candidate.score.samples!) },
    { value: -average(better.champion.score.samples!), samples: flip(better.champion.score.samples!) },
    { direction: "minimize" },
  );
  const order = shuffled(300, 1).slice(0, 100);
  expect(await gate.judgeEarly!(partOf(trial, order), signal)).toEqual(
    await gate.judgeEarly!(partOf(better, order), signal),
  );
});

test("what stops a candidate that cannot win any more would never have been kept", async () => {
  let stopped = 0;
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 10_000 }),
      fc.tuple(share, share),
      fc.constantFrom("maximize" as const, "minimize" as const),
      fc.constantFrom("fwer" as const, "fdr" as const),
      async (seed, [before, after], direction, control) => {
        const random = randomOf(seed);
        const samples = (rate: number): number[] => Array.from({ length: 120 }, () => Number(random.next() < rate));
        const trial = trialOf(sampled(samples(after)), sampled(samples(before)), { direction });
        const gate = await gateOf({ bounds: [0, 1], giveUp: 0, control, preferSimpler: true }, 40);
        const cases = shuffled(120, seed).slice(0, 90);
        const early = await gate.judgeEarly!(partOf(trial, cases), signal);
        if (early?.decision !== "reject") return;
        stopped += 1;
        expect(early).toMatchObject({ code: "PAWL_HOPELESS", evidence: { giveUp: 0 } });
        // Not as it turned out, and not if all else had gone well either.
        expect((await gate.judge!(trial, signal)).decision).toBe("reject");
        const best = trial.candidate.score.samples!.map((sample, at) =>
          cases.includes(at) ? sample : Number(direction === "maximize"),
        );
        const luckiest = trialOf(sampled(best), sampled(trial.champion.score.samples!), { direction });
        expect((await gate.judge!(luckiest, signal)).decision).toBe("reject");
      },
    ),
    { numRuns: 600, seed: 1 },
  );
  expect(stopped).toBeGreaterThan(40);
});

test("a champion with little room leaves a candidate little hope, and no evidence is asked for without bounds", async () => {
  const before = Array.from({ length: 100 }, (_, at) => Number(at % 20 !== 0));
  const trial = trialOf(sampled(before), sampled(before));
  const part = partOf(
    trial,
    Array.from({ length: 20 }, (_, at) => at),
  );
  const bounded = await gateOf({ bounds: [0, 1] }, 40);
  expect(await bounded.judgeEarly!(part, signal)).toMatchObject({
    decision: "reject",
    reason: "After 20 of 100 cases not even a win in all others would be enough.",
  });
  expect(await (await gateOf({}, 40)).judgeEarly!(part, signal)).toBeNull();
});
