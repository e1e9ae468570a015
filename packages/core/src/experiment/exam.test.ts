import { type Gate, type Job, type PawlConfig, defineExecutor, defineGate, defineScorer, pass } from "@pawl/plugin";
import { describe, expect, test } from "vitest";
import { createEngine } from "../engine.ts";
import type { PawlEvent } from "../events.ts";
import { openGit } from "../git/git.ts";
import { openLedger } from "../project.ts";
import { replay } from "../replay.ts";
import { arithmetic, better, nearness, scratchRepo, stroll, toyConfig } from "../test/toy.ts";

const short = (changes: Partial<PawlConfig>): PawlConfig =>
  toyConfig({ proposer: stroll({ faults: false }), budget: { experiments: 12 }, ...changes });
const plain = { vault: false, fresh: false, holdout: true };

/** Looks at the holdout, and passes all the same. */
const nosy = defineGate({
  name: "toy-nosy",
  create: (): Gate => ({
    async judge({ rerun }) {
      await rerun({ split: "holdout" });
      return pass("TOY_SEEN", "it has been looked at");
    },
  }),
});

async function runIn(root: string, config: PawlConfig) {
  const events: PawlEvent[] = [];
  const started = createEngine(config, { root }).run();
  for await (const event of started) events.push(event);
  return { events, summary: await started.result };
}

/** Knows no splits: gives the same cases out under every name. */
const sameEverywhere = defineScorer({
  name: "toy-same",
  async create(_, context) {
    const { schema, create } = nearness();
    const inner = await create(schema.parse({}) as never, context);
    return {
      ...inner,
      load: async (split, seed, signal) => ({ ...(await inner.load("validation", seed, signal)), split }) as never,
    };
  },
});

async function run(changes: Partial<PawlConfig>) {
  await using repo = await scratchRepo();
  const config = short(changes);
  await repo.lock(config);
  return await runIn(repo.root, config);
}

const examLooks = (events: readonly PawlEvent[]) =>
  events.flatMap((event) => (event.type === "holdout.looked" && event.data.purpose === "exam" ? [event.data] : []));

describe("at the end champion and baseline meet once", () => {
  test("in the vault where there is one, whatever else there is", async () => {
    const { events, summary } = await run({ scorer: nearness({ vault: true, fresh: true }) });
    expect(summary.exam).toMatchObject({ cases: "vault", looksBefore: 0 });
    expect(examLooks(events)).toHaveLength(1);
    expect(examLooks(events)[0]?.seed).toBeUndefined();
    const types = events.map(({ type }) => type);
    expect(types.slice(-4)).toEqual(["holdout.looked", "exam.taken", "seal.verified", "run.finished"]);
    expect(summary.holdoutLooks).toBe(1);
  });

  test("else on fresh cases, of a seed that no run has used", async () => {
    await using repo = await scratchRepo();
    const config = short({ scorer: nearness({ ...plain, fresh: true, cases: 7 }) });
    await repo.lock(config);
    const [first, second] = [await runIn(repo.root, config), await runIn(repo.root, config)];
    expect(first.summary.exam).toMatchObject({ cases: "fresh", looksBefore: 0 });
    const seeds = [first, second].map(({ summary }) => summary.exam?.seed);
    expect(seeds.every((seed) => seed !== undefined && seed !== 1)).toBe(true);
    // Both runs draw from the same stream, and the second one may not draw what the first one has seen.
    expect(seeds[0]).not.toBe(seeds[1]);
    expect(examLooks(first.events)[0]?.seed).toBe(seeds[0]);
  });

  test("else on the holdout, with a count of the looks that gates have taken there", async () => {
    const unseen = await run({ scorer: nearness(plain) });
    expect(unseen.summary.exam).toMatchObject({ cases: "holdout", looksBefore: 0 });
    const seen = await run({ scorer: nearness(plain), gates: [better(), nosy()] });
    expect(seen.summary.exam?.looksBefore).toBe(seen.summary.kept);
    expect(seen.summary.holdoutLooks).toBe(seen.summary.kept + 1);
  });

  test("and nowhere else: validation has chosen the champion", async () => {
    const { events, summary } = await run({ scorer: nearness({ ...plain, holdout: false }) });
    expect(summary.exam).toBeNull();
    expect(examLooks(events)).toEqual([]);
  });

  test("and not on the cases of validation under another name", async () => {
    const { summary } = await run({ scorer: sameEverywhere() });
    expect(summary.kept).toBeGreaterThan(0);
    expect(summary.exam).toBeNull();
  });

  test("and not at all where nothing was kept: what is sealed stays sealed", async () => {
    const { events, summary } = await run({ proposer: stroll({ step: 1_000, faults: false }) });
    expect(summary.kept).toBe(0);
    expect(summary.exam).toBeNull();
    expect(events.some(({ type }) => type === "holdout.looked")).toBe(false);
  });
});

test("the effect is the mean gain of a case with its interval, and survives in the ledger", async () => {
  await using repo = await scratchRepo();
  const config = short({ scorer: nearness({ cases: 40 }) });
  await repo.lock(config);
  const { summary } = await runIn(repo.root, config);
  const { effect, baseline, champion } = summary.exam ?? {};
  expect(effect).toMatchObject({ confidence: 0.95, pairs: 40 });
  expect(effect?.mean).toBeCloseTo((champion?.score ?? Number.NaN) - (baseline?.score ?? Number.NaN), 9);
  expect(effect?.low).toBeLessThan(effect?.mean ?? Number.NaN);
  expect(effect?.high).toBeGreaterThan(effect?.mean ?? Number.NaN);
  const ledger = await openLedger(await openGit(repo.root));
  expect((await replay(ledger, "run-1")).state.exam).toEqual(summary.exam);
  await ledger.close();
});

test("a champion that cannot be measured in the exam has no score there", async () => {
  const stubborn = defineExecutor({
    name: "toy-stubborn",
    async create(_, context) {
      const inner = await arithmetic().create({ delayMs: 0, forgets: [] } as never, context);
      const failing = (job: Job): boolean => /^[1-9]\d*\/exam$/.test(job.id);
      return {
        ...inner,
        execute: (job, signal) =>
          inner.execute(failing(job) ? { ...job, files: { "point.json": '{"hang": true}' } } : job, signal),
      };
    },
  })();
  const { summary } = await run({ executor: stubborn });
  expect(summary.status).toBe("finished");
  expect(summary.exam).toMatchObject({ champion: { score: null } });
  expect(summary.exam?.baseline.score).toBeLessThan(0);
  expect(summary.exam?.effect).toBeUndefined();
});
