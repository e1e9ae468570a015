import * as fc from "fast-check";
import { expect, test } from "vitest";
import { improvement } from "./index.ts";
import { judge, keptRecord, randomOf, sampled, trialOf } from "./test/trials.ts";

test("without samples the values decide, by more than the minimum effect", async () => {
  expect(await judge(trialOf({ value: 2 }, { value: 1 }))).toMatchObject({ decision: "pass", code: "PAWL_BETTER" });
  expect(await judge(trialOf({ value: 1 }, { value: 1 }))).toMatchObject({
    decision: "reject",
    code: "PAWL_NOT_BETTER",
  });
  expect((await judge(trialOf({ value: 0 }, { value: 1 }))).code).toBe("PAWL_NOT_BETTER");
  expect((await judge(trialOf({ value: 1.5 }, { value: 1 }), { minEffect: 0.5 })).code).toBe("PAWL_GAIN_TOO_SMALL");
  expect((await judge(trialOf({ value: 1.75 }, { value: 1 }), { minEffect: 0.5 })).code).toBe("PAWL_BETTER");
  expect((await judge(trialOf({ value: -1 }, { value: -2 }))).decision).toBe("pass");
  expect((await judge(trialOf({ value: 0 }, { value: 0 }))).decision).toBe("reject");
  expect((await judge(trialOf({ value: -0 }, { value: 0 }))).decision).toBe("reject");
  // A sum in another order is no gain.
  expect((await judge(trialOf({ value: 0.1 + 0.2 }, { value: 0.3 }))).code).toBe("PAWL_NOT_BETTER");
  expect((await judge(trialOf({ value: 1e-300 }, { value: 0 }))).decision).toBe("pass");
});

test("smaller is better where the metric is minimised", async () => {
  const low = sampled([1, 2, 1, 2, 1, 1.5, 1, 2, 1, 1]);
  const high = sampled([3, 4.5, 3, 5, 2.5, 4, 3, 4, 3, 5]);
  expect((await judge(trialOf(low, high, { direction: "minimize" }))).code).toBe("PAWL_BETTER");
  expect((await judge(trialOf(high, low, { direction: "minimize" }))).code).toBe("PAWL_NOT_BETTER");
  expect((await judge(trialOf({ value: 1 }, { value: 2 }, { direction: "minimize" }))).decision).toBe("pass");
});

test("a gain that hangs on few cases is not enough, and the fewer the more experiments there are", async () => {
  const champion = Array.from({ length: 40 }, () => 0);
  const won = (wins: number) => trialOf(sampled(champion.map((_, i) => (i < wins ? 1 : 0))), sampled(champion));
  expect(await judge(won(4), {}, 1)).toMatchObject({
    decision: "reject",
    code: "PAWL_GAIN_UNCERTAIN",
    evidence: { method: "signs", required: 20, wins: 4, losses: 0, ties: 36, pairs: 40, gain: 0.1 },
  });
  // Six wins in a row are luck in one of 64 cases.
  expect((await judge(won(6), {}, 1)).code).toBe("PAWL_BETTER");
  expect((await judge(won(6), {}, 1_000)).code).toBe("PAWL_GAIN_UNCERTAIN");
  expect((await judge(won(20), {}, 1_000)).code).toBe("PAWL_BETTER");
  expect((await judge(won(6), { falseKeeps: 0.001 }, 1)).code).toBe("PAWL_GAIN_UNCERTAIN");
});

test("the same gain in every case is certain, in one case it proves nothing", async () => {
  expect(await judge(trialOf(sampled([1.1, 2.1, 3.1]), sampled([1, 2, 3])))).toMatchObject({
    code: "PAWL_BETTER",
    evidence: { method: "constant" },
  });
  // At a single level it may be luck: both cases wrong before and right now is one chance in four.
  expect(await judge(trialOf(sampled([1, 1]), sampled([0, 0])))).toMatchObject({ code: "PAWL_GAIN_UNCERTAIN" });
  const small = await judge(trialOf(sampled([1.1, 2.1, 3.1]), sampled([1, 2, 3])), { minEffect: 0.2 });
  expect(small.code).toBe("PAWL_GAIN_TOO_SMALL");
  expect((await judge(trialOf(sampled([0.9, 1.9, 2.9]), sampled([1, 2, 3])))).code).toBe("PAWL_NOT_BETTER");
  expect(await judge(trialOf(sampled([2]), sampled([1])))).toMatchObject({
    code: "PAWL_GAIN_UNCERTAIN",
    evidence: { standardError: null, pairs: 1 },
  });
});

test("ties say nothing, and sums in another order are ties", async () => {
  const champion = [0.1 + 0.2 + 0.3, 0.7 + 0.1, 5, 6, 7, 8];
  const candidate = [0.3 + 0.2 + 0.1, 0.1 + 0.7, 5, 6, 7, 8];
  const verdict = await judge(trialOf({ value: 1, samples: candidate }, { value: 0, samples: champion }));
  expect(verdict).toMatchObject({ code: "PAWL_NOT_BETTER", evidence: { wins: 0, ties: 6 } });
});

test("the value and the samples must both be better", async () => {
  const samples = [5, 6, 7, 8, 9, 10];
  const lower = samples.map((sample, i) => sample - 1 - i / 10);
  expect((await judge(trialOf({ value: 1, samples: lower }, { value: 0, samples }))).code).toBe("PAWL_NOT_BETTER");
  expect((await judge(trialOf({ value: 0, samples }, { value: 1, samples: lower }))).code).toBe("PAWL_NOT_BETTER");
  expect((await judge(trialOf({ value: 1, samples }, { value: 0, samples }))).code).toBe("PAWL_NOT_BETTER");
});

test("samples that cannot be paired, or are outside of their bounds, are refused", async () => {
  expect((await judge(trialOf(sampled([1, 2, 3]), sampled([0, 0])))).code).toBe("PAWL_SAMPLES_MISMATCH");
  expect((await judge(trialOf({ value: 2 }, sampled([1, 1])))).code).toBe("PAWL_SAMPLES_MISMATCH");
  expect((await judge(trialOf(sampled([2, 2]), { value: 1 }))).code).toBe("PAWL_SAMPLES_MISMATCH");
  const wide = await judge(trialOf(sampled([2, 0.5]), sampled([0, 0.5])), { bounds: [0, 1] });
  expect(wide).toMatchObject({ code: "PAWL_SAMPLE_OUT_OF_BOUNDS", evidence: { sample: 2 } });
});

test("with bounds a skewed difference is judged by its mean: it takes more cases, but no assumption", async () => {
  const samples = Array.from({ length: 400 }, (_, i) => (i % 50 === 0 ? 0 : 0.6));
  const champion = samples.map(() => 0.5);
  const trial = trialOf(sampled(samples), sampled(champion));
  expect((await judge(trial, { bounds: [0, 1] }, 1)).code).toBe("PAWL_BETTER");
  expect((await judge(trial, { bounds: [0, 100] }, 1)).code).toBe("PAWL_GAIN_UNCERTAIN");
});

test("what is not finite never passes, wherever it stands", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(NaN, Infinity, -Infinity),
      fc.constantFrom("value", "sample", "champion value", "champion sample"),
      fc.nat({ max: 5 }),
      async (bad, where, index) => {
        const good = { value: 10, samples: [10, 10, 10, 10, 10, 10] };
        const poor = { value: 0, samples: [0, 0, 0, 0, 0, 0] };
        if (where === "value") good.value = bad;
        if (where === "sample") good.samples[index] = bad;
        if (where === "champion value") poor.value = bad;
        if (where === "champion sample") poor.samples[index] = bad;
        expect((await judge(trialOf(good, poor))).code).toBe("PAWL_SCORE_NOT_FINITE");
      },
    ),
  );
});

test("of two contents at most one is better than the other, and none than itself", async () => {
  const samples = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(samples, samples, fc.constantFrom("maximize", "minimize"), async (a, b, direction) => {
      const length = Math.min(a.length, b.length);
      const [one, other] = [sampled(a.slice(0, length)), sampled(b.slice(0, length))];
      const there = await judge(trialOf(one, other, { direction }));
      const back = await judge(trialOf(other, one, { direction }));
      expect([there.decision, back.decision]).toContain("reject");
      expect((await judge(trialOf(one, one, { direction }))).decision).toBe("reject");
    }),
  );
});

test("a stricter budget never lets more through", async () => {
  const differences = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 30, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(differences, fc.double({ min: 0.01, max: 0.5, noNaN: true }), async (samples, falseKeeps) => {
      const trial = trialOf(sampled(samples), sampled(samples.map((_, i) => i / 1_000)));
      const [strict, loose] = [await judge(trial, { falseKeeps: falseKeeps / 10 }), await judge(trial, { falseKeeps })];
      expect(strict.decision === "pass" && loose.decision !== "pass").toBe(false);
    }),
  );
});

test("beyond the experiments that share the error none is left", async () => {
  const trial = trialOf(sampled([3, 2, 3, 4]), sampled([1, 1, 2, 1]), { experiment: 11 });
  expect((await judge(trial, {}, 10)).code).toBe("PAWL_ERROR_BUDGET_SPENT");
  // Open-ended, there is always some.
  expect((await judge(trial, {}, Infinity)).code).toBe("PAWL_GAIN_UNCERTAIN");
});

test("for the share of false keeps, every keep of the history earns more", async () => {
  const samples = Array.from({ length: 40 }, (_, i) => (i < 10 ? 1 : 0));
  const after = (keeps: number) =>
    trialOf(sampled(samples), sampled(samples.map(() => 0)), {
      experiment: 50,
      history: { length: 50, recent: () => [], kept: () => Array.from({ length: keeps + 1 }, (_, i) => keptRecord(i)) },
    });
  const options = { control: "fdr" } as const;
  expect(await judge(after(0), options, 1_000)).toMatchObject({ decision: "reject", evidence: { required: 20_000 } });
  const verdict = await judge(after(39), options, 1_000);
  expect(verdict).toMatchObject({ decision: "pass", evidence: { control: "fdr", required: 500 } });
  expect((await judge(after(39), { control: "fwer" }, 1_000)).decision).toBe("reject");
  // Asked again, also by a new gate after an interruption, it says the same.
  expect(await judge(after(39), options, 1_000)).toEqual(verdict);
});

test("a quantile is compared as a whole, not by the mean of its cases", async () => {
  // The slowest twelfth gets faster, all others a little slower: a better p95, a worse mean.
  const random = randomOf(5);
  const champion = Array.from({ length: 400 }, (_, i) => (i % 12 === 0 ? 100 : 1) * (1 + random.next()));
  const candidate = champion.map((one) => (one >= 100 ? one / 4 : one + 20));
  const p95 = (samples: readonly number[]): number => samples.toSorted((a, b) => a - b)[379]!;
  const trial = trialOf(
    { value: p95(candidate), samples: candidate },
    { value: p95(champion), samples: champion },
    { direction: "minimize", metric: { name: "p95", direction: "minimize", unit: "ms" } },
  );
  const options = { statistic: { quantile: 0.95 } };
  expect(await judge(trial, options, 10)).toMatchObject({
    code: "PAWL_BETTER",
    evidence: { method: "swaps", quantile: 0.95 },
  });
  expect((await judge(trial, {}, 10)).code).toBe("PAWL_NOT_BETTER");
  const lucky = {
    value: trial.champion.score.value - 1,
    samples: champion.map((one, i) => one * (i % 2 === 0 ? 1.1 : 0.9)),
  };
  const other = { ...trial, candidate: { ...trial.candidate, score: lucky } };
  expect((await judge(other, options, 10)).decision).toBe("reject");
});

test("options are checked when written and when run", () => {
  const parse = (options: unknown) => improvement.schema.safeParse(options).success;
  // @ts-expect-error a share is a number
  improvement({ falseKeeps: "few" });
  // @ts-expect-error there is no such option
  improvement({ minimumEffect: 1 });
  // @ts-expect-error there is no such control
  improvement({ control: "none" });
  expect(parse({ falseKeeps: "few" })).toBe(false);
  expect(parse({ falseKeeps: 5 })).toBe(false);
  expect(parse({ falseKeeps: 0 })).toBe(false);
  expect(parse({ confidence: 0.95 })).toBe(false);
  expect(parse({ minEffect: -1 })).toBe(false);
  expect(parse({ bounds: [1, 0] })).toBe(false);
  expect(parse({ statistic: { quantile: 95 } })).toBe(false);
  expect(parse({ seeds: { min: 5, max: 3 } })).toBe(false);
  expect(improvement.schema.parse({})).toEqual({
    falseKeeps: 0.05,
    control: "fwer",
    minEffect: 0,
    giveUp: 0.02,
    statistic: "mean",
    preferSimpler: false,
  });
});
