import type { Check, Evaluation, GateExamination, Rerun, RerunOptions, Score } from "@pawl/plugin";
import { expect, test } from "vitest";
import { gateOf, type Options, randomOf, taskOf } from "./test/trials.ts";

const signal = AbortSignal.timeout(100_000);

interface Surface {
  /** Its score with that seed, in the so-manieth run. */
  score(seed: number, run: number): Score;
  /** Whether another seed means other cases. */
  readonly fresh?: boolean;
  readonly experiments?: number;
  readonly range?: readonly [number, number];
}

async function examine(
  { score, fresh = false, experiments = 100, range }: Surface,
  options: Options = {},
): Promise<Record<string, Check>> {
  const evaluationOf = (seed: number): Evaluation => ({
    split: "validation",
    seed,
    inputs: [fresh ? seed : 0],
    reference: null,
  });
  const execution = {
    outcome: "ok",
    outputs: [],
    usage: { wallMs: 2_000 },
    limits: [],
    stdout: "",
    stderr: "",
  } as const;
  let runs = 0;
  const rerun = async ({ seed = 1 }: RerunOptions = {}): Promise<Rerun> => {
    runs += 1;
    return { execution, evaluation: evaluationOf(seed), score: score(seed, runs) };
  };
  const metric = { name: "accuracy", direction: "maximize", ...(range === undefined ? {} : { range }) } as const;
  const examination: GateExamination = {
    task: taskOf(experiments, { metric }),
    baseline: { experiment: 0, files: {}, score: score(1, 0) },
    evaluation: evaluationOf(1),
    execution,
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
