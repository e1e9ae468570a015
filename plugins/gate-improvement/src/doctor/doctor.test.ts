import type { Check, Evaluation, GateExamination, Rerun, RerunOptions, Score, Usage } from "@pawl/plugin";
import { expect, test } from "vitest";
import { gateOf, type Options, randomOf, taskOf } from "../test/trials.ts";

const signal = AbortSignal.timeout(100_000);

interface Surface {
  /** Its score with that seed, in the so-manieth run. */
  score(seed: number, run: number): Score;
  /** Whether another seed means other cases. */
  readonly fresh?: boolean;
  readonly experiments?: number;
  readonly range?: readonly [number, number];
  /** What the so-manieth run used beside its time. */
  usage?(run: number): Partial<Usage>;
  readonly slices?: boolean;
}

async function examine(
  { score, fresh = false, experiments = 100, range, usage = () => ({}), slices = false }: Surface,
  options: Options = {},
): Promise<Record<string, Check>> {
  const evaluationOf = (seed: number): Evaluation => ({
    split: "validation",
    seed,
    inputs: [fresh ? seed : 0],
    reference: null,
  });
  const executionOf = (run: number) =>
    ({
      outcome: "ok",
      outputs: [],
      usage: { wallMs: 2_000, ...usage(run) },
      limits: [],
      stdout: "",
      stderr: "",
    }) as const;
  let runs = 0;
  const rerun = async ({ seed = 1 }: RerunOptions = {}): Promise<Rerun> => {
    runs += 1;
    return { execution: executionOf(runs), evaluation: evaluationOf(seed), score: score(seed, runs) };
  };
  const metric = { name: "accuracy", direction: "maximize", ...(range === undefined ? {} : { range }) } as const;
  const examination: GateExamination = {
    task: taskOf(experiments, { metric, slices }),
    baseline: { experiment: 0, files: {}, score: score(1, 0) },
    evaluation: evaluationOf(1),
    execution: executionOf(0),
    rerun,
  };
  const gate = await gateOf(options, experiments);
  return Object.fromEntries((await gate.doctor!(examination, signal)).map((check) => [check.name, check]));
}

const cases = (count: number): number[] => Array.from({ length: count }, (_, i) => i % 2);
const steady: Surface = { score: () => ({ value: 0.5, samples: cases(1_000) }) };

test("a surface without noise of its own: the smallest gain that is found, and what it takes", async () => {
  const checks = await examine(steady);
  expect(checks["noise between runs"]).toMatchObject({ ok: true, detail: expect.stringContaining("none") as string });
  const found = checks["smallest gain that is found"]!;
  expect(found.ok).toBe(true);
  // sqrt(2 (ln 2000 + 1)) - 0.15 + 0.84 standard errors are 4.84; 0.153 of a deviation of 0.5 is 0.077.
  expect(found.detail).toMatch(/1000 cases and 100 experiments.* 0\.15\d* standard deviations.* 0\.076\d* in accuracy/);
  expect(checks["what it takes"]!.detail).toMatch(/2 seconds .* 100 of them take 3\.3 minutes/);
});

test("noise between runs that nobody has thought of is a finding, with seeds it is measured", async () => {
  const random = randomOf(3);
  const lucky: Surface = { score: () => ({ value: 0.5 + 0.1 * random.normal(), samples: cases(1_000) }) };
  expect((await examine(lucky))["noise between runs"]).toMatchObject({
    ok: false,
    remedy: expect.stringContaining("seeds") as string,
  });
  const bySeed: Surface = { score: (seed) => ({ value: 0.5 + seed / 100 }) };
  expect((await examine(bySeed))["noise between runs"]).toMatchObject({
    ok: false,
    detail: expect.stringContaining("other seeds") as string,
  });
  const seeds = { seeds: { min: 3, max: 20 } };
  const checks = await examine(bySeed, seeds);
  expect(checks["noise between runs"]!.ok).toBe(true);
  // Seeds 1 to 4 spread by 0.0129; 20 pairs show about 1.08 deviations of a difference, which is 1.41 times as large.
  expect(checks["smallest gain that is found"]!.detail).toMatch(/20 seeds.*gain of about 0\.019\d*/);
  expect(checks["what it takes"]!.detail).toMatch(/up to 20 runs \(40 seconds\) more/);
  // Fresh cases are another thing than a noisy surface.
  const fresh = await examine({ ...bySeed, fresh: true });
  expect(fresh["noise between runs"]!.ok).toBe(true);
});

test("a setup without power is warned of", async () => {
  const few = await examine({ score: () => ({ value: 0.5, samples: cases(8) }) });
  expect(few["smallest gain that is found"]).toMatchObject({
    ok: false,
    remedy: expect.stringContaining("more cases") as string,
  });
  const full = await examine({ score: () => ({ value: 0.97, samples: cases(1_000) }), range: [0, 1] });
  expect(full["smallest gain that is found"]!.ok).toBe(false);
  const roomy = await examine({ score: () => ({ value: 0.5, samples: cases(1_000) }), range: [0, 1] });
  expect(roomy["smallest gain that is found"]!.ok).toBe(true);
  const p95 = await examine(steady, { statistic: { quantile: 0.95 } });
  expect(p95["smallest gain that is found"]!.detail).toMatch(/in the 0\.95 quantile, now 1/);
  const exact = await examine({ score: () => ({ value: 1 }) }, { minEffect: 0.25 });
  expect(exact["smallest gain that is found"]).toMatchObject({
    ok: true,
    detail: expect.stringContaining("0.25") as string,
  });
});

test("what it takes in dollars: what was metered, for a run and for the night, and nothing that was made up", async () => {
  const takes = async (surface: Partial<Surface>, options: Options = {}): Promise<string> =>
    (await examine({ ...steady, ...surface }, options))["what it takes"]!.detail;
  expect(await takes({})).toMatch(/3\.3 minutes, one after the other; no charge is metered$/);
  const use = { calls: 120, inputTokens: 1, outputTokens: 1 };
  const charged = (usd: number) => ({ usd, models: { small: { ...use, usd } } });
  // The second run was answered from a recording.
  const metered = { usage: (run: number) => charged(run === 1 ? 0 : 0.125) };
  expect(await takes(metered)).toMatch(
    /2 seconds in the sandbox and \$0\.13; 100 of them take 3\.3 minutes and \$13, one after the other; proposals come on top$/,
  );
  expect(await takes(metered, { seeds: { min: 3, max: 20 } })).toMatch(/up to 20 runs \(40 seconds and \$2\.5\) more/);
  expect(await takes({ ...metered, slices: true })).toMatch(/given up early takes less/);
  expect(await takes({ ...metered, slices: true }, { giveUp: 0 })).not.toMatch(/given up/);
  expect(await takes({ usage: () => ({ models: { large: use } }) })).toMatch(
    /it calls large, whose price is not known$/,
  );
  expect(await takes({ usage: () => charged(0) })).toMatch(/2 seconds in the sandbox and \$0; /);
  expect(await takes({ usage: (run) => (run === 0 ? charged(1) : {}) })).toMatch(/some were not$/);
});

test("few samples that are strongly skewed are warned of, unless bounds are known", async () => {
  const random = randomOf(12);
  const lognormal = Array.from({ length: 1_000 }, () => Math.exp(random.normal()));
  const skewed = (count: number): Surface => ({ score: () => ({ value: 1, samples: lognormal.slice(0, count) }) });
  expect((await examine(skewed(60)))["skew"]).toMatchObject({
    ok: false,
    detail: expect.stringMatching(/60 samples are strongly skewed \(skewness \d/) as string,
    remedy: expect.stringContaining("bounds") as string,
  });
  expect((await examine(skewed(1_000)))["skew"]).toBeUndefined();
  expect((await examine(skewed(60), { bounds: [0, 100] }))["skew"]).toBeUndefined();
  // Rarely wrong is skewed too, but a difference of right and wrong is not.
  expect(
    (await examine({ score: () => ({ value: 0, samples: [1, ...cases(99).map(() => 0)] }) }))["skew"],
  ).toBeUndefined();
  expect((await examine({ score: () => ({ value: 0 }) }))["skew"]).toBeUndefined();
});
