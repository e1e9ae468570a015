import { type ExperimentRecord, type ProposeContext, defineExecutor, defineProposer } from "@pawl/plugin";
import { expect, test } from "vitest";
import { createEngine } from "../engine.ts";
import type { PawlEvent } from "../events.ts";
import { arithmetic, scratchRepo, toyConfig } from "../test/toy.ts";

const SECRET = "case 3 holds 4711";

/** Candidates say what they have seen, by crashing. */
const telling = defineExecutor({
  name: "toy-telling",
  create: async (_, context) => {
    const configured = arithmetic();
    const inner = await configured.create(configured.schema.parse({}) as never, context);
    return {
      async execute(job, signal) {
        const execution = await inner.execute(job, signal);
        if (!(job.files["point.json"] ?? "").includes("tell")) return execution;
        const { usage, limits, stdout, stderr } = execution;
        return { usage, limits, stdout, stderr, outcome: "crashed", reason: `TypeError: ${SECRET}` };
      },
    };
  },
});

test("what a failing candidate says of the cases that it has seen stays from whoever proposes, and is kept for people", async () => {
  await using repo = await scratchRepo();
  const records: ExperimentRecord[] = [];
  const asked: string[] = [];
  const config = toyConfig({
    executor: telling(),
    budget: { experiments: 2 },
    proposer: defineProposer({
      name: "toy-listener",
      create: () => ({
        async propose({ history, experiment }: ProposeContext) {
          asked.push(JSON.stringify(history.recent(10)));
          const content = experiment === 1 ? '{"x": 1, "y": 0, "tell": 1}' : "outside";
          const files = { [experiment === 1 ? "point.json" : "other.json"]: content };
          return { change: { kind: "files", files }, hypothesis: "tell me" };
        },
        observe: (record) => void records.push(record),
      }),
    })(),
  });
  await repo.lock(config);
  const events: PawlEvent[] = [];
  for await (const event of createEngine(config, { root: repo.root }).run()) events.push(event);
  expect(records.map(({ reason }) => reason).slice(1)).toEqual([
    "it crashed with TypeError",
    '"other.json" is not part of the surface',
  ]);
  expect(asked.join("")).not.toContain("4711");
  const [, told] = events.filter(({ type }) => type === "experiment.finished");
  expect(JSON.stringify(told)).toContain(SECRET);
});
