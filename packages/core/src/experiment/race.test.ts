import {
  type ExperimentRecord,
  type Gate,
  type Job,
  type PartialTrial,
  type PawlConfig,
  defineExecutor,
  defineGate,
  defineProposer,
  pass,
  reject,
} from "@pawl/plugin";
import { describe, expect, test } from "vitest";
import { createEngine } from "../engine.ts";
import type { PawlEvent } from "../events.ts";
import { stable } from "../stable.ts";
import { arithmetic, better, nearness, scratchRepo, stroll, toyConfig } from "../test/toy.ts";

const CASES = 2_000;

/** The toy's executor, with what it was asked to run. */
const watched = (jobs: Job[]) =>
  defineExecutor({
    name: "toy-watched",
    async create(_, context) {
      const inner = await arithmetic().create({ delayMs: 0, forgets: [] } as never, context);
      return {
        ...inner,
        execute(job, signal) {
          jobs.push(job);
          return inner.execute(job, signal);
        },
      };
    },
  })();

/** Rejects after a block that is clearly worse, and passes after one that is clearly better. */
const hasty = (asked: PartialTrial[] = [], limit = 0.5) =>
  defineGate({
    name: "toy-hasty",
    create: (): Gate => ({
      async judgeEarly(trial) {
        asked.push(trial);
        const { samples, championSamples } = trial;
        const by = samples.reduce((sum, sample, index) => sum + sample - (championSamples[index] ?? Number.NaN), 0);
        const mean = by / samples.length;
        if (mean < -limit) return reject("TOY_WORSE", `worse by ${mean}`);
        return mean > limit ? pass("TOY_WINS", `better by ${mean}`) : null;
      },
    }),
  })();

/** Proposes these points, one after the other. */
const points = (list: readonly (readonly [x: number, y: number] | string)[], observed: ExperimentRecord[] = []) =>
  defineProposer({
    name: "toy-points",
    create: () => ({
      async propose({ experiment }) {
        const point = list[experiment - 1];
        if (point === undefined) return null;
        const text = typeof point === "string" ? point : JSON.stringify({ x: point[0], y: point[1] });
        return { change: { kind: "files", files: { "point.json": text } }, hypothesis: "here" };
      },
      observe: (record) => void observed.push(record),
    }),
  })();

const racing = (changes: Partial<PawlConfig>): PawlConfig =>
  toyConfig({ scorer: nearness({ cases: CASES, slices: true }), gates: [hasty(), better()], ...changes });

async function run(config: PawlConfig): Promise<PawlEvent[]> {
  await using repo = await scratchRepo();
  await repo.lock(config);
  const events: PawlEvent[] = [];
  for await (const event of createEngine(config, { root: repo.root }).run()) events.push(event);
  return events;
}

const finished = (events: readonly PawlEvent[]) =>
  events.flatMap((event) => (event.type === "experiment.finished" && event.data.experiment > 0 ? [event.data] : []));
const sizes = (jobs: readonly Job[], experiment: number) =>
  jobs.filter(({ id }) => id.startsWith(`${experiment}/validation`)).map(({ inputs }) => inputs.items.length);

describe("a candidate that is measured in blocks", () => {
  test("ends after the first block where it clearly loses, with the score of the cases so far", async () => {
    const [jobs, asked, observed]: [Job[], PartialTrial[], ExperimentRecord[]] = [[], [], []];
    const proposer = points([[-3, 0]], observed);
    const events = await run(racing({ executor: watched(jobs), proposer, gates: [hasty(asked), better()] }));
    const [ended] = finished(events);
    expect(ended).toMatchObject({ status: "rejected", partial: { cases: 100, of: CASES }, champion: 0 });
    expect(ended?.verdicts).toMatchObject([{ step: "judge-early", code: "TOY_WORSE", gate: "toy-hasty" }]);
    expect(sizes(jobs, 0)).toEqual([CASES]);
    expect(sizes(jobs, 1)).toEqual([100]);
    const [trial] = asked;
    const mean = (trial?.samples ?? []).reduce((sum, sample) => sum + sample, 0) / 100;
    expect(ended?.score).toBeCloseTo(mean, 10);
    expect(observed.at(-1)).toMatchObject({ partial: { cases: 100, of: CASES }, score: ended?.score });
    // The first hundred cases in order would be no sample of all.
    expect(trial?.cases).not.toEqual(Array.from({ length: 100 }, (_, index) => index));
    expect(trial?.championSamples).toHaveLength(100);
    expect(trial?.of).toBe(CASES);
  });

  test("is asked about no more once every gate has passed it, and its score is that of the whole", async () => {
    const [jobs, asked]: [Job[], PartialTrial[]] = [[], []];
    const proposer = points([[2, -1]]);
    const [ended] = finished(await run(racing({ executor: watched(jobs), proposer, gates: [hasty(asked), better()] })));
    const [whole] = finished(await run(racing({ proposer, gates: [better()] })));
    expect(ended?.verdicts.map(({ step, code }) => [step, code])).toEqual([
      ["judge-early", "TOY_WINS"],
      ["judge", "TOY_BETTER"],
    ]);
    expect(ended).toMatchObject({ status: "kept", score: whole?.score, guardrails: whole?.guardrails });
    expect(ended?.partial).toBeUndefined();
    expect(sizes(jobs, 1)).toEqual([100, 1_900]);
    expect(asked).toHaveLength(1);
  });

  test("meets fewer cases first where the config says so, so that a loser on dear cases costs little", async () => {
    const jobs: Job[] = [];
    const scorer = nearness({ cases: 120, slices: true });
    const proposer = points([[-3, 0]]);
    const [ended] = finished(await run(racing({ scorer, executor: watched(jobs), proposer, firstBlock: 20 })));
    expect(ended).toMatchObject({ status: "rejected", partial: { cases: 20, of: 120 } });
    expect(sizes(jobs, 1)).toEqual([20]);
  });

  test("is asked about after every block while it is undecided", async () => {
    const [jobs, asked]: [Job[], PartialTrial[]] = [[], []];
    const proposer = points([[0.001, 0]]);
    const [ended] = finished(await run(racing({ executor: watched(jobs), proposer, gates: [hasty(asked), better()] })));
    expect(sizes(jobs, 1)).toEqual([100, 200, 400, 800, 500]);
    expect(asked.map(({ cases }) => cases.length)).toEqual([100, 300, 700, 1_500]);
    expect(
      asked.every(
        ({ cases, samples, championSamples }) =>
          samples.length === cases.length && championSamples.length === cases.length,
      ),
    ).toBe(true);
    expect(ended?.status).toBe("kept");
  });

  test("fails as a whole where a block fails", async () => {
    const jobs: Job[] = [];
    const proposer = points(['{"hang": true}']);
    const [ended] = finished(await run(racing({ executor: watched(jobs), proposer })));
    expect(ended).toMatchObject({ status: "failed", failure: "timeout", verdicts: [] });
    expect(sizes(jobs, 1)).toEqual([100]);
  });

  test("is rejected by a gate that breaks", async () => {
    const broken = defineGate({
      name: "toy-broken",
      create: (): Gate => ({ judgeEarly: () => Promise.reject(new Error("blind")) }),
    })();
    const [ended] = finished(await run(racing({ proposer: points([[2, -1]]), gates: [broken, better()] })));
    expect(ended).toMatchObject({ status: "rejected", partial: { cases: 100, of: CASES } });
    expect(ended?.verdicts).toMatchObject([{ code: "PAWL_GATE_ERROR", step: "judge-early" }]);
  });
});

describe("a candidate is measured whole", () => {
  test.each([
    ["where no gate judges early", { gates: [better()] }],
    ["where the scorer cannot slice", { scorer: nearness({ cases: CASES }) }],
    ["where there are few cases", { scorer: nearness({ cases: 140, slices: true }) }],
  ] as [string, Partial<PawlConfig>][])("%s", async (_, changes) => {
    const jobs: Job[] = [];
    const proposer = points([[-3, 0]]);
    const [ended] = finished(await run(racing({ executor: watched(jobs), proposer, ...changes })));
    expect(jobs.filter(({ id }) => id === "1/validation")).toHaveLength(1);
    expect(ended?.partial).toBeUndefined();
    expect(ended?.verdicts.map(({ step }) => step)).toEqual(["judge"]);
  });
});

test("the same seed writes the same ledger, and another seed deals the cases in another order", async () => {
  const config = (seed: number) => racing({ seed, proposer: stroll({ step: 0.5 }), budget: { experiments: 15 } });
  const [first, again, other] = [await run(config(1)), await run(config(1)), await run(config(2))];
  const told = (events: readonly PawlEvent[]) => events.map((event) => stable(event));
  expect(told(again)).toEqual(told(first));
  expect(told(other)).not.toEqual(told(first));
  expect(finished(first).some(({ partial }) => partial !== undefined)).toBe(true);
});

test("a run that is resumed meets the cases in the order in which it began", async () => {
  await using repo = await scratchRepo();
  const asked: PartialTrial[] = [];
  const config = racing({
    proposer: points([
      [-3, 0],
      [-4, 0],
    ]),
    gates: [hasty(asked), better()],
  });
  await repo.lock(config);
  const engine = createEngine(config, { root: repo.root });
  engine.on("experiment.finished", ({ data }) => void (data.experiment === 1 && engine.drain()));
  await engine.run().result;
  await createEngine(config, { root: repo.root }).run({ resume: true }).result;
  expect(asked).toHaveLength(2);
  expect(asked[1]?.cases).toEqual(asked[0]?.cases);
});
