import { verdictSchema, type Measured, type Metric, type Trial, type Verdict } from "@pawl/plugin";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { improvement } from "./index.ts";
import { judgeImprovement, pairedTest, studentUpperTail } from "./improvement.ts";

interface Side {
  value: number;
  samples?: readonly number[];
}
const metric: Metric = { name: "accuracy", direction: "maximize" };

function trialOf(candidate: Side, champion: Side, direction: Metric["direction"] = "maximize"): Trial {
  const measured = (experiment: number, score: Side): Measured => ({ experiment, files: {}, score });
  const unused = (): never => {
    throw new Error("not needed here");
  };
  return {
    experiment: 2,
    hypothesis: "it is better",
    metric: { ...metric, direction },
    guardrails: [],
    candidate: measured(2, candidate),
    champion: measured(1, champion),
    baseline: measured(0, champion),
    execution: { outcome: "ok", outputs: [], usage: { wallMs: 1 }, limits: [], stdout: "", stderr: "" },
    evaluation: { split: "validation", seed: 1, inputs: [], reference: null },
    history: { length: 0, recent: () => [], kept: () => [] },
    random: { next: unused, integer: unused, normal: unused, pick: unused, fork: unused },
    rerun: unused,
    replay: unused,
    shown: unused,
    looks: unused,
  };
}

async function judge(trial: Trial, options: Parameters<typeof improvement>[0] = {}): Promise<Verdict> {
  const configured = improvement(options);
  const gate = await improvement(options).create(configured.schema.parse(configured.options) as never, { root: "/" });
  const verdict = await gate.judge!(trial, AbortSignal.timeout(60_000));
  expect(verdictSchema.safeParse(verdict).error).toBeUndefined();
  return verdict;
}

const average = (samples: readonly number[]): number => samples.reduce((sum, x) => sum + x, 0) / samples.length;
const sampled = (samples: readonly number[]): Side => ({ value: average(samples), samples });

/** A small seeded generator (Park and Miller's), so that rates are the same on every machine. */
function generator(seed: number): { uniform(): number; normal(): number } {
  let state = seed;
  const uniform = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  const normal = (): number => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  return { uniform, normal };
}

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
});

test("smaller is better where the metric is minimised", async () => {
  const low = sampled([1, 2, 1, 2, 1, 1.5]);
  const high = sampled([3, 4.5, 3, 5, 2.5, 4]);
  expect((await judge(trialOf(low, high, "minimize"))).code).toBe("PAWL_BETTER");
  expect((await judge(trialOf(high, low, "minimize"))).code).toBe("PAWL_NOT_BETTER");
  expect((await judge(trialOf({ value: 1 }, { value: 2 }, "minimize"))).decision).toBe("pass");
});

test("a gain that hangs on few cases is not sure enough", async () => {
  const champion = [0, 0, 0, 0, 0, 0, 0, 0];
  const four = [1, 1, 1, 1, 0, 0, 0, 0];
  const five = [1, 1, 1, 1, 1, 0, 0, 0];
  const verdict = await judge(trialOf(sampled(four), sampled(champion)));
  expect(verdict).toMatchObject({
    decision: "reject",
    code: "PAWL_GAIN_UNCERTAIN",
    evidence: { method: "sign-flip", confidence: 1 - 1 / 16, wins: 4, losses: 0, ties: 4, pairs: 8, gain: 0.5 },
  });
  expect((await judge(trialOf(sampled(four), sampled(champion)), { confidence: 0.9 })).code).toBe("PAWL_BETTER");
  expect(await judge(trialOf(sampled(five), sampled(champion)))).toMatchObject({
    code: "PAWL_BETTER",
    evidence: { confidence: 1 - 1 / 32, required: 0.95 },
  });
});

test("the same gain in every case is certain, in one case it proves nothing", async () => {
  expect(await judge(trialOf(sampled([1.1, 2.1, 3.1]), sampled([1, 2, 3])))).toMatchObject({
    code: "PAWL_BETTER",
    evidence: { method: "constant", confidence: 1 },
  });
  // At a single level it may be luck: both cases wrong before and right now is one chance in four.
  expect(await judge(trialOf(sampled([1, 1]), sampled([0, 0])))).toMatchObject({
    code: "PAWL_GAIN_UNCERTAIN",
    evidence: { method: "sign-flip", confidence: 0.75 },
  });
  const small = await judge(trialOf(sampled([1.1, 2.1, 3.1]), sampled([1, 2, 3])), { minEffect: 0.2 });
  expect(small.code).toBe("PAWL_GAIN_TOO_SMALL");
  expect(await judge(trialOf(sampled([2]), sampled([1])))).toMatchObject({
    code: "PAWL_GAIN_UNCERTAIN",
    evidence: { confidence: 0.5, standardError: null },
  });
});

test("the value and the samples must both be better", async () => {
  const samples = [5, 6, 7, 8, 9, 10];
  const lower = samples.map((sample, i) => sample - 1 - i / 10);
  expect((await judge(trialOf({ value: 1, samples: lower }, { value: 0, samples }))).code).toBe("PAWL_NOT_BETTER");
  expect((await judge(trialOf({ value: 0, samples }, { value: 1, samples: lower }))).code).toBe("PAWL_NOT_BETTER");
  expect((await judge(trialOf({ value: 1, samples }, { value: 0, samples }))).code).toBe("PAWL_NOT_BETTER");
});

test("samples that cannot be paired are refused", async () => {
  expect((await judge(trialOf(sampled([1, 2, 3]), sampled([0, 0])))).code).toBe("PAWL_SAMPLES_MISMATCH");
  expect((await judge(trialOf({ value: 2 }, sampled([1, 1])))).code).toBe("PAWL_SAMPLES_MISMATCH");
  expect((await judge(trialOf(sampled([2, 2]), { value: 1 }))).code).toBe("PAWL_SAMPLES_MISMATCH");
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
  const broken = () => ({ ...pairedTest([1, 2], [0, 0]), confidence: NaN });
  const verdict = judgeImprovement(
    trialOf(sampled([1, 2]), sampled([0, 0])),
    { confidence: 0.95, minEffect: 0 },
    broken,
  );
  expect(verdict.decision).toBe("reject");
});

test("of two contents at most one is better than the other, and none than itself", async () => {
  const samples = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(samples, samples, fc.constantFrom("maximize", "minimize"), async (a, b, direction) => {
      const length = Math.min(a.length, b.length);
      const [one, other] = [sampled(a.slice(0, length)), sampled(b.slice(0, length))];
      const there = await judge(trialOf(one, other, direction));
      const back = await judge(trialOf(other, one, direction));
      expect([there.decision, back.decision]).toContain("reject");
      expect((await judge(trialOf(one, one, direction))).decision).toBe("reject");
      // The other direction of negated scores is the same question.
      const negated = (side: Side): Side => ({ value: -side.value, samples: side.samples!.map((x) => -x) });
      const flipped = direction === "maximize" ? "minimize" : "maximize";
      expect((await judge(trialOf(negated(one), negated(other), flipped))).decision).toBe(there.decision);
    }),
    { numRuns: 60 },
  );
});

test("the sentence names the gain, its unit and the certainty, and never rounds up to certain", async () => {
  const champion = Array.from({ length: 60 }, (_, i) => i);
  const trial = trialOf(sampled(champion.map((sample) => sample + 1 + (sample % 3))), sampled(champion));
  const verdict = await judge({ ...trial, metric: { ...metric, unit: "EUR" } });
  expect(verdict.reason).toBe("accuracy is better by 2 EUR, with confidence 0.9999 (60 wins, 0 losses, 0 ties).");
  expect((verdict.evidence as { confidence: number }).confidence).toBeGreaterThan(0.9999);
});

test("more certainty asked for never lets more through", () => {
  const samples = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 12, maxLength: 12 });
  fc.assert(
    fc.property(samples, fc.double({ min: 0.5, max: 0.999, noNaN: true }), (differences, confidence) => {
      const trial = trialOf(sampled(differences), sampled(differences.map(() => 0)));
      const strict = judgeImprovement(trial, { confidence, minEffect: 0 });
      const loose = judgeImprovement(trial, { confidence: 0.5, minEffect: 0 });
      expect(strict.decision === "pass" && loose.decision !== "pass").toBe(false);
    }),
  );
});

test("rounding is no win: sums in another order tie", () => {
  const champion = [0.1 + 0.2 + 0.3, 0.7 + 0.1, 5, 6, 7, 8];
  const candidate = [0.3 + 0.2 + 0.1, 0.1 + 0.7, 5, 6, 7, 8];
  expect(pairedTest(candidate, champion)).toMatchObject({ wins: 0, ties: 6, confidence: 0, method: "none" });
});

test("Student's upper tail agrees with the published table", () => {
  // Upper 5 % and 1 % points, NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2.
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
  ];
  for (const [degrees, point, tail] of table) {
    expect(studentUpperTail(point, degrees)).toBeCloseTo(tail, 3);
    expect(studentUpperTail(-point, degrees)).toBeCloseTo(1 - tail, 3);
  }
  expect(studentUpperTail(0, 7)).toBeCloseTo(0.5, 12);
  expect(studentUpperTail(1.6449, 1_000_000)).toBeCloseTo(0.05, 4);
});

test("the exact test agrees with counting by hand", () => {
  // Of the 8 sign patterns of 3, 2, 1 the sums 6 and 4 are at least 4.
  expect(pairedTest([3, 2, 0], [0, 0, 1])).toMatchObject({ method: "sign-flip", confidence: 1 - 2 / 8 });
  // Darwin's 15 pairs of cross- and self-fertilised maize, in eighths of an inch. Fisher (1935), section 21, counts
  // 863 of 32,768 patterns with a sum at least as large as the 314 observed.
  const maize = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48];
  const result = pairedTest(
    maize,
    maize.map(() => 0),
  );
  expect((1 - result.confidence) * 32_768).toBeCloseTo(863, 6);
});

// How often a candidate that is no better passes, for several kinds of noise and numbers of pairs.
type Draw = (random: ReturnType<typeof generator>) => readonly [candidate: number, champion: number];
const noises: [name: string, draw: Draw][] = [
  ["normal", ({ normal }) => [normal(), normal()]],
  ["heavy-tailed", ({ normal }) => [normal() / Math.max(0.05, Math.abs(normal())), 0]],
  ["sparse", ({ normal, uniform }) => [uniform() < 0.1 ? normal() : 0, 0]],
  ["right-or-wrong", ({ uniform }) => [Math.round(uniform()), Math.round(uniform())]],
];
for (const [name, draw] of noises) {
  for (const pairs of [2, 4, 8, 30, 200]) {
    test(`false keeps on ${name} noise with ${pairs} pairs stay under the error asked for`, () => {
      const random = generator(20_260 + pairs);
      const runs = 2_000;
      let kept = 0;
      for (let run = 0; run < runs; run++) {
        const drawn = Array.from({ length: pairs }, () => draw(random));
        const trial = trialOf(sampled(drawn.map(([one]) => one)), sampled(drawn.map(([, other]) => other)));
        if (judgeImprovement(trial, { confidence: 0.95, minEffect: 0 }).decision === "pass") kept++;
      }
      // Three standard errors of a rate of 0.05 above it.
      expect(kept / runs).toBeLessThanOrEqual(0.05 + 3 * Math.sqrt((0.05 * 0.95) / runs));
    });
  }
}

test("a real gain is found: the gate is not merely strict", () => {
  const random = generator(7);
  let kept = 0;
  for (let run = 0; run < 500; run++) {
    const champion = Array.from({ length: 100 }, () => random.normal());
    const candidate = champion.map((sample) => sample + 0.4 + random.normal());
    const options = { confidence: 0.95, minEffect: 0 };
    if (judgeImprovement(trialOf(sampled(candidate), sampled(champion)), options).decision === "pass") kept++;
  }
  // The power of a one-sided t test at an effect of 0.4 standard deviations with 100 pairs is about 0.99.
  expect(kept / 500).toBeGreaterThan(0.95);
});

test("options are checked when written and when run", () => {
  const parse = (options: unknown) => improvement.schema.safeParse(options).success;
  // @ts-expect-error a confidence is a number
  improvement({ confidence: "high" });
  // @ts-expect-error there is no such option
  improvement({ minimumEffect: 1 });
  expect(parse({ confidence: "high" })).toBe(false);
  expect(parse({ confidence: 95 })).toBe(false);
  expect(parse({ confidence: 1 })).toBe(false);
  expect(parse({ minEffect: -1 })).toBe(false);
  expect(parse({ minimumEffect: 1 })).toBe(false);
  expect(improvement.schema.parse({})).toEqual({ confidence: 0.95, minEffect: 0 });
});
