import type { Rerun, RerunOptions, Trial } from "@pawl/plugin";
import { expect, test } from "vitest";
import { gateOf, type Options, randomOf, taskOf, trialOf } from "./test/trials.ts";

const signal = AbortSignal.timeout(100_000);

/** A trial of noisy runs: each subject and seed has its own luck. Counts the runs. */
function noisy(gain: number, experiment: number, runs: string[]): Trial {
  const rerun = async ({ seed = 0, subject = "candidate" }: RerunOptions = {}): Promise<Rerun> => {
    const who = subject === "champion" ? "champion" : `candidate ${experiment}`;
    runs.push(`${who}/${seed}`);
    const value = randomOf(seed).fork(who).normal() + (subject === "champion" ? 0 : gain);
    const { execution, evaluation } = trialOf({ value }, { value });
    return { execution, evaluation, score: { value } };
  };
  return trialOf({ value: 5 }, { value: 0 }, { experiment, rerun });
}

const SEEDS: Options = { seeds: { min: 3, max: 20 } };

test("a lucky run is not enough: on new seeds candidates that are no better are kept within the budget", async () => {
  let kept = 0;
  const nights = 40;
  const runs: string[] = [];
  for (let night = 0; night < nights; night += 1) {
    const gate = await gateOf(SEEDS, 25);
    await gate.prepare!(taskOf(25, { random: randomOf(1_000 + night) }));
    let any = false;
    for (let experiment = 1; experiment <= 25; experiment += 1) {
      const verdict = await gate.judge!(noisy(0, experiment, runs), signal);
      any ||= verdict.decision === "pass";
    }
    kept += Number(any);
  }
  // At most 5 % of the nights; five of forty would be four standard errors above it.
  expect(kept).toBeLessThanOrEqual(5);
  // The champion ran once for each seed of a night, however many candidates came.
  const champion = runs.filter((run) => run.startsWith("champion"));
  expect(new Set(champion).size).toBe(champion.length);
});

test("what is truly better is found, and hopeless ones do not use up all seeds", async () => {
  const runs: string[] = [];
  const gate = await gateOf(SEEDS, 25);
  const better = await gate.judge!(noisy(4, 1, runs), signal);
  expect(better).toMatchObject({ decision: "pass", code: "PAWL_BETTER", evidence: { method: "seeds" } });
  runs.length = 0;
  expect((await gate.judge!(noisy(-4, 2, runs), signal)).code).toBe("PAWL_NOT_BETTER");
  expect(runs.filter((run) => run.startsWith("candidate")).length).toBeLessThan(15);
});

test("the same seeds again after an interruption, others for another run", async () => {
  const seedsOf = async (seed: number): Promise<string[]> => {
    const runs: string[] = [];
    const gate = await gateOf(SEEDS, 25);
    await gate.prepare!(taskOf(25, { random: randomOf(seed) }));
    await gate.judge!(noisy(4, 1, runs), signal);
    return runs;
  };
  expect(await seedsOf(1)).toEqual(await seedsOf(1));
  expect(await seedsOf(1)).not.toEqual(await seedsOf(2));
});

test("who is not better on the first run is not run again, and a run without a score rejects", async () => {
  const runs: string[] = [];
  const gate = await gateOf(SEEDS, 25);
  const worse = { ...noisy(4, 1, runs), candidate: { experiment: 1, files: {}, score: { value: -1 } } };
  expect((await gate.judge!(worse, signal)).code).toBe("PAWL_NOT_BETTER");
  expect(runs).toEqual([]);
  const { execution, evaluation } = worse;
  const broken = { ...noisy(4, 1, runs), rerun: async () => ({ execution, evaluation }) };
  expect((await gate.judge!(broken, signal)).code).toBe("PAWL_RERUN_FAILED");
  // The champion's failure is not remembered.
  expect((await gate.judge!(noisy(4, 2, runs), signal)).decision).toBe("pass");
});

test("too few seeds for any evidence are refused before the run", async () => {
  await expect(gateOf({ seeds: { min: 3, max: 5 } }, 1_000)).rejects.toMatchObject({
    code: "PAWL_CONFIG_INVALID",
    path: "seeds.max",
    remedy: expect.stringContaining("16") as string,
  });
});
