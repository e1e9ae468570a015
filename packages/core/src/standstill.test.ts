import { type Proposal, type ProposeContext, type Standstill, defineProposer } from "@pawl/plugin";
import { expect, test } from "vitest";
import { z } from "zod";
import { createEngine } from "./engine.ts";
import type { PawlEvent } from "./events.ts";
import { scratchRepo, toyConfig } from "./test/toy.ts";

const stroll = (experiment: number): Proposal => ({
  change: { kind: "files", files: { "point.json": JSON.stringify({ x: experiment / 100, y: 0 }) } },
  hypothesis: `idea ${experiment}`,
});

/** Pays for every idea, when the purse has what it may cost. */
const paying = defineProposer({
  name: "toy-paying",
  options: z.object({ price: z.number(), reported: z.boolean().default(true) }),
  create: ({ price, reported }) => ({
    async propose({ purse, experiment }: ProposeContext): Promise<Proposal | Standstill> {
      const reservation = purse.reserve(price);
      if (reservation === null) return { standstill: "unaffordable", reason: `an idea costs ${price} USD` };
      reservation.settle(price);
      return { ...stroll(experiment), ...(reported ? { cost: { usd: price } } : {}) };
    },
  }),
});

/** Its provider is down for as long as `state.down` says so. */
function moody(state: { down: boolean; asked: number }) {
  return defineProposer({
    name: "toy-moody",
    create: () => ({
      async propose({ experiment }: ProposeContext): Promise<Proposal | Standstill> {
        state.asked += 1;
        return state.down ? { standstill: "unavailable", reason: "503 for ten minutes" } : stroll(experiment);
      },
    }),
  })();
}

test.each([1, 4])(
  "the run ends before the idea that would exceed its money, at concurrency %d",
  async (concurrency) => {
    await using repo = await scratchRepo();
    const config = toyConfig({ proposer: paying({ price: 0.3 }), budget: { usd: 1, experiments: 40 }, concurrency });
    await repo.lock(config);
    const summary = await createEngine(config, { root: repo.root }).run().result;
    expect(summary).toMatchObject({ status: "finished", endReason: "usd", experiments: 3 });
    expect(summary.usd).toBeCloseTo(0.9);
  },
);

test("money that no experiment accounts for is written down at the end", async () => {
  await using repo = await scratchRepo();
  const config = toyConfig({ proposer: paying({ price: 0.3, reported: false }), budget: { usd: 1, experiments: 40 } });
  await repo.lock(config);
  const events: PawlEvent[] = [];
  const run = createEngine(config, { root: repo.root }).run();
  for await (const event of run) events.push(event);
  const charged = events.filter(({ type }) => type === "run.charged");
  expect(charged).toHaveLength(1);
  expect((await run.result).usd).toBeCloseTo(0.9);
});

test("a dead provider pauses the run without an experiment, and resuming goes on", async () => {
  await using repo = await scratchRepo();
  const state = { down: true, asked: 0 };
  const config = toyConfig({ proposer: moody(state), budget: { experiments: 3 } });
  await repo.lock(config);
  const events: PawlEvent[] = [];
  const run = createEngine(config, { root: repo.root }).run();
  run.result.catch(() => undefined);
  await expect(
    (async () => {
      for await (const event of run) events.push(event);
    })(),
  ).rejects.toMatchObject({ code: "PAWL_MODEL_UNAVAILABLE", exitCode: 3 });
  expect(state.asked).toBe(1);
  expect(events.at(-1)).toMatchObject({ type: "run.paused", data: { reason: "unavailable" } });
  expect(
    events.filter(({ type }) => type === "experiment.finished"),
    "the baseline alone",
  ).toHaveLength(1);

  state.down = false;
  const summary = await createEngine(config, { root: repo.root }).run({ resume: true }).result;
  expect(summary).toMatchObject({ status: "finished", endReason: "experiments", experiments: 3 });
});

test("what cannot be tried is a failed experiment with its reason", async () => {
  await using repo = await scratchRepo();
  const useless = defineProposer({
    name: "toy-useless",
    create: () => ({
      propose: async (): Promise<Proposal> => ({
        change: { kind: "unusable", reason: "the answer was no JSON, twice" },
        hypothesis: "(none)",
        cost: { usd: 0.01 },
      }),
    }),
  });
  const config = toyConfig({ proposer: useless(), budget: { experiments: 2 } });
  await repo.lock(config);
  const run = createEngine(config, { root: repo.root }).run();
  const reasons: string[] = [];
  for await (const event of run) {
    if (event.type === "experiment.finished" && event.data.status === "failed") reasons.push(event.data.reason);
  }
  expect(reasons).toEqual(["the answer was no JSON, twice", "the answer was no JSON, twice"]);
  expect(await run.result).toMatchObject({ failed: { "invalid-proposal": 2 }, usd: 0.02 });
});

test("a proposer that waits for an idea can ask to be asked again when the champion has changed", async () => {
  await using repo = await scratchRepo();
  const champions: number[] = [];
  let renew: (() => void) | undefined;
  const config = toyConfig({
    concurrency: 2,
    budget: { experiments: 3 },
    proposer: defineProposer({
      name: "toy-patient",
      create: () => ({
        async propose({ champion, experiment }: ProposeContext): Promise<Proposal | Standstill> {
          champions.push(champion.experiment);
          // The second idea has to wait for what becomes of the first.
          if (experiment === 2 && champion.experiment === 0) {
            await new Promise<void>((resolve) => (renew = resolve));
            return { standstill: "outdated", reason: "there is a new champion" };
          }
          return stroll(experiment);
        },
      }),
    })(),
  });
  await repo.lock(config);
  const engine = createEngine(config, { root: repo.root });
  engine.on("champion.committed", () => setImmediate(() => renew?.()));
  const summary = await engine.run().result;
  expect(summary).toMatchObject({ status: "finished", experiments: 3, failed: {} });
  expect(champions.slice(0, 3)).toEqual([0, 0, 1]);
});

test("one that waits for another champion than there is has a failed experiment, and the run comes to its end", async () => {
  await using repo = await scratchRepo();
  const config = toyConfig({
    budget: { experiments: 3 },
    proposer: defineProposer({
      name: "toy-stubborn",
      create: () => ({
        propose: async (): Promise<Standstill> => ({ standstill: "outdated", reason: "not this one" }),
      }),
    })(),
  });
  await repo.lock(config);
  const summary = await createEngine(config, { root: repo.root }).run().result;
  expect(summary).toMatchObject({ status: "finished", failed: { "invalid-proposal": 3 } });
});

test("a proposal names the champion that it was asked about, also where another one came while it was made", async () => {
  await using repo = await scratchRepo();
  let first: (() => void) | undefined;
  const ended = new Promise<void>((resolve) => (first = resolve));
  const slow = defineProposer({
    name: "toy-slow",
    create: () => ({
      async propose({ experiment, champion }: ProposeContext): Promise<Proposal> {
        if (experiment === 2) await ended;
        return { ...stroll(experiment), memo: { asked: champion.experiment } };
      },
    }),
  });
  const config = toyConfig({ proposer: slow(), concurrency: 2, budget: { experiments: 2 } });
  await repo.lock(config);
  const proposed: unknown[] = [];
  for await (const event of createEngine(config, { root: repo.root }).run()) {
    // The first one is the champion as soon as its commit is written down.
    if (event.type === "champion.committed" && event.data.experiment === 1) setTimeout(() => first?.(), 100);
    if (event.type === "experiment.proposed") proposed.push([event.data.parent, event.data.memo]);
  }
  expect(proposed).toEqual([
    [null, undefined],
    [0, { asked: 0 }],
    [0, { asked: 0 }],
  ]);
});
