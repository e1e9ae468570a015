import { type HoldoutLook, type RerunOptions, type Score, type Verdict, verdictSchema } from "@pawl/plugin";
import { expect, test } from "vitest";
import { holdout } from "./index.ts";
import { gateOf, look, type Measure, randomOf, trialOf } from "./test/sealed.ts";

const signal = AbortSignal.timeout(100_000);

/** Right-or-wrong cases; the candidate is right on `better` cases on which the champion is wrong. */
function rightOrWrong(better: number, cases = 1_000): Measure {
  return (subject) => {
    const samples = Array.from({ length: cases }, (_, i): number =>
      i < 500 || (subject === "candidate" && i < 500 + better) ? 1 : 0,
    );
    return { value: samples.reduce((sum, one) => sum + one, 0) / cases, samples };
  };
}

const ask = async (measure: Measure, options: Parameters<typeof gateOf>[0] = {}): Promise<Verdict> => {
  const verdict = await (await gateOf(options)).beforeCommit!(trialOf(measure), signal);
  expect(verdictSchema.safeParse(verdict).error).toBeUndefined();
  return verdict;
};

test("a clear gain on the sealed cases holds up; a small one, none and a loss do not", async () => {
  expect(await ask(rightOrWrong(60))).toMatchObject({ decision: "pass", code: "PAWL_HELD_UP" });
  for (const better of [0, 5, 10]) {
    expect(await ask(rightOrWrong(better))).toMatchObject({ decision: "reject", code: "PAWL_NOT_HELD_UP" });
  }
  const worse: Measure = (subject, options) =>
    rightOrWrong(60)(subject === "champion" ? "candidate" : "champion", options);
  expect((await ask(worse)).decision).toBe("reject");
  // The fewer looks share the error, the less it takes; and a minimum effect is one.
  expect((await ask(rightOrWrong(10), { looks: 1 })).decision).toBe("pass");
  expect((await ask(rightOrWrong(60), { minEffect: 0.061 })).decision).toBe("reject");
});

test("a verdict tells one bit: every no sounds the same, and holds no score", async () => {
  const noes = await Promise.all([
    ask(rightOrWrong(0)),
    ask(rightOrWrong(10)),
    ask(rightOrWrong(60), { minEffect: 0.2 }),
    ask(() => undefined),
    ask((subject) => (subject === "candidate" ? { value: Number.NaN } : { value: 0 })),
    ask((subject) => (subject === "candidate" ? { value: 1, samples: [1] } : { value: 0, samples: [0, 0] })),
  ]);
  expect(new Set(noes.map((verdict) => JSON.stringify(verdict))).size).toBe(1);
  const yeses = await Promise.all([ask(rightOrWrong(60)), ask(rightOrWrong(400))]);
  expect(yeses[0]).toEqual(yeses[1]);
  expect(JSON.stringify([noes, yeses])).not.toMatch(/\d/);
});

test("the budget of accepts and of looks is over all runs on the same cases, and hard", async () => {
  const gate = await gateOf({ accepts: 2, looks: 4 });
  let ran = 0;
  const measure: Measure = (subject, options) => {
    ran += 1;
    return rightOrWrong(100)(subject, options);
  };
  const after = async (looks: ReturnType<typeof look>[]) =>
    gate.beforeCommit!(trialOf(measure, { looks: async () => looks }), signal);
  expect((await after([look(1, { passed: true }), look(2)])).code).toBe("PAWL_HELD_UP");
  ran = 0;
  expect(await after([look(1, { passed: true, run: "an earlier run" }), look(2, { passed: true })])).toMatchObject({
    decision: "reject",
    code: "PAWL_HOLDOUT_SPENT",
    evidence: { accepted: 2, accepts: 2, asked: 2, looks: 4 },
  });
  expect((await after([look(1), look(2), look(3), look(4)])).code).toBe("PAWL_HOLDOUT_SPENT");
  // When it is used up, nothing is run on the sealed cases any more.
  expect(ran).toBe(0);
  // An answer that was cut off may have been a yes; an exam decides nothing.
  const { passed: _, ...unknown } = look(2);
  expect((await after([look(1, { passed: true }), unknown])).code).toBe("PAWL_HOLDOUT_SPENT");
  const exam = look(3, { purpose: "exam", passed: true });
  expect((await after([look(1, { passed: true }), exam, exam])).code).toBe("PAWL_HELD_UP");
});

test("the champion runs once on the sealed cases, a new champion again", async () => {
  const gate = await gateOf();
  const runs: string[] = [];
  const measure: Measure = (subject, options) => {
    runs.push(subject);
    return rightOrWrong(0)(subject, options);
  };
  const trial = trialOf(measure);
  for (let i = 0; i < 3; i += 1) await gate.beforeCommit!(trial, signal);
  expect(runs.filter((subject) => subject === "champion")).toHaveLength(1);
  await gate.beforeCommit!({ ...trial, champion: { ...trial.champion, experiment: 4 } }, signal);
  expect(runs.filter((subject) => subject === "champion")).toHaveLength(2);
});

test("fresh cases are used where there are any: the same for both, new for each candidate, no budget", async () => {
  const asked: RerunOptions[] = [];
  const measure: Measure = (subject, options) => {
    asked.push(options);
    return rightOrWrong(60)(subject, options);
  };
  const spent = { looks: async () => Array.from({ length: 5_000 }, (_, i) => look(i, { passed: true })) };
  const gate = await gateOf({}, { fresh: true });
  expect(await gate.beforeCommit!(trialOf(measure, { ...spent, random: randomOf(1) }), signal)).toMatchObject({
    code: "PAWL_HELD_UP",
    evidence: { cases: "fresh" },
  });
  await gate.beforeCommit!(trialOf(measure, { ...spent, random: randomOf(2) }), signal);
  const seeds = asked.map(({ seed }) => seed);
  expect(seeds[0]).toBe(seeds[1]);
  expect(seeds[2]).not.toBe(seeds[0]);
  expect(seeds).not.toContain(1);
  expect(asked.every(({ split }) => split === "holdout")).toBe(true);
  // A scorer without a holdout has fresh validation cases.
  asked.length = 0;
  await (
    await gateOf({}, { fresh: true, sealed: false })
  ).beforeCommit!(trialOf(measure), signal);
  expect(asked.every(({ split }) => split === "validation")).toBe(true);
});

test("no cases to ask is a mistake in the config", async () => {
  await expect(gateOf({}, { sealed: false })).rejects.toMatchObject({ code: "PAWL_CONFIG_INVALID" });
});

test("odd scores: one pair, constant gains, no samples, smaller is better", async () => {
  const scores =
    (candidate: Score, champion: Score): Measure =>
    (subject) =>
      subject === "candidate" ? candidate : champion;
  expect((await ask(scores({ value: 1, samples: [1] }, { value: 0, samples: [0] }), { looks: 1 })).decision).toBe(
    "reject",
  );
  const constant = (pairs: number): Measure =>
    scores(
      { value: 1, samples: Array.from({ length: pairs }, (_, i) => i + 1) },
      { value: 0, samples: Array.from({ length: pairs }, (_, i) => i) },
    );
  expect((await ask(constant(4), { looks: 1 })).decision).toBe("reject");
  expect((await ask(constant(5), { looks: 1 })).decision).toBe("pass");
  expect((await ask(scores({ value: 1 }, { value: 0 }))).decision).toBe("pass");
  expect((await ask(scores({ value: 0 }, { value: 0 }))).decision).toBe("reject");
  const gate = await gateOf();
  const trial = trialOf(rightOrWrong(60), { metric: { name: "loss", direction: "minimize" } });
  expect((await gate.beforeCommit!(trial, signal)).decision).toBe("reject");
});

test("options are checked", () => {
  const parse = (options: unknown) => holdout.schema.safeParse(options).success;
  // @ts-expect-error a number of candidates
  holdout({ accepts: "many" });
  expect(parse({ accepts: 0 })).toBe(false);
  expect(parse({ alpha: 1 })).toBe(false);
  expect(parse({ seen: 1 })).toBe(false);
  expect(holdout.schema.parse({})).toEqual({ alpha: 0.05, minEffect: 0, accepts: 20, looks: 1_000 });
});

test("a thousand adaptive queries on random labels gain nothing that is not there", async () => {
  for (const cases of [1_000, 4_000]) {
    const random = randomOf(cases);
    const gate = await gateOf();
    // Labels are coins, so every content is truly right on half of all cases.
    let champion = Uint8Array.from({ length: cases }, () => random.integer(0, 1));
    let experiment = 0;
    const looks: HoldoutLook[] = [];
    const samplesOf = (right: Uint8Array): Score => {
      const samples = Array.from(right);
      return { value: samples.reduce((sum, one) => sum + one, 0) / cases, samples };
    };
    const start = samplesOf(champion).value;
    for (let query = 1; query <= 1_000; query += 1) {
      const candidate = champion.map((right) => (random.next() < 0.02 ? 1 - right : right));
      const trial = trialOf((subject) => samplesOf(subject === "candidate" ? candidate : champion), {
        experiment: query,
        champion: { experiment, files: {}, score: { value: 0 } },
        looks: async () => looks,
      });
      const passed = (await gate.beforeCommit!(trial, signal)).decision === "pass";
      looks.push(look(query, { passed }));
      if (passed) [champion, experiment] = [candidate, query];
    }
    // Keeping whatever looks better gains 0.2 with 1,000 cases.
    expect(Math.abs(samplesOf(champion).value - start)).toBeLessThan(0.02);
  }
});
