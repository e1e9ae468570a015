import {
  type Gate,
  type GateTask,
  type PawlConfig,
  type TrainFailure,
  PawlError,
  defineGate,
  defineProposer,
  reject,
} from "@pawl/plugin";
import { describe, expect, test } from "vitest";
import { createEngine } from "./engine.ts";
import { examineGates } from "./examine-gates.ts";
import { prepareGates } from "./gate-task.ts";
import { openProject } from "./project.ts";
import { better, scratchRepo, toyConfig } from "./test/toy.ts";

const gate = (parts: Gate) => defineGate({ name: "toy-parts", create: () => parts })();
const { signal } = new AbortController();
const run = (config: PawlConfig, root: string, resume = false) =>
  createEngine(config, { root }).run(resume ? { resume: true } : {}).result;

describe("what gates are told before a run", () => {
  /** Stops the run after its third experiment, as a killed process would. */
  const stopping = (told: GateTask[]) => {
    let judged = 0;
    return gate({
      prepare: (task) => void told.push(task),
      judge: async () => {
        judged += 1;
        if (judged === 3) throw new PawlError("PAWL_INTERNAL", "the process is cut off here");
        return reject("TOY_NO", "no");
      },
    });
  };

  test("is the run's own budget and stream when it is resumed, whatever the config says by then", async () => {
    await using repo = await scratchRepo();
    const told: GateTask[] = [];
    const config = (changes: Partial<PawlConfig>) => toyConfig({ gates: [stopping(told)], ...changes });
    const first = config({ budget: { experiments: 6 }, seed: 5 });
    await repo.lock(first);
    const engine = createEngine(first, { root: repo.root });
    engine.on("experiment.finished", ({ data }) => void (data.experiment === 3 && engine.drain()));
    await engine.run().result;
    await run(config({ budget: { experiments: 900 }, seed: 6 }), repo.root, true);
    const [lock, before, after] = told.map(({ experiments, random }) => [experiments, random.next()]);
    expect(told).toHaveLength(3);
    expect(before).toEqual(lock);
    expect(after).toEqual(before);
    expect(before?.[0]).toBe(6);
  });

  test("says what is measured in blocks, whether there is a second engine, and which inputs a split has", async () => {
    await using repo = await scratchRepo();
    const project = await openProject(toyConfig(), { root: repo.root });
    expect(await prepareGates(project, project.config)).toMatchObject([{ slices: false, secondExecutor: false }]);
    const [task] = await prepareGates(project, project.config);
    const { instance: scorer } = project.plugins.scorer;
    const vault = await scorer.load("vault", project.config.evaluationSeed, signal);
    expect(await task!.inputs("vault", signal)).toEqual(vault!.inputs);
  });
});

describe("planted failures", () => {
  const failure = (detail: string): TrainFailure => ({
    case: 0,
    cause: "planted",
    detail,
    input: 1,
    output: undefined,
  });
  /** Reads the failures for every idea. */
  const reader = (seen: (readonly TrainFailure[])[]) =>
    defineProposer({
      name: "toy-reader",
      create: () => ({
        async propose({ train, experiment }) {
          seen.push(await train.failures());
          return {
            change: { kind: "files", files: { "point.json": `{"x": ${experiment}, "y": 0}` } },
            hypothesis: "further",
          };
        },
      }),
    })();

  test("reach the proposer through every gate in order, and are planted once for each champion", async () => {
    await using repo = await scratchRepo();
    const seen: (readonly TrainFailure[])[] = [];
    let planted = 0;
    const config = toyConfig({
      proposer: reader(seen),
      gates: [
        gate({ plant: (failures) => [...failures, failure(`first ${(planted += 1)}`)] }),
        better(),
        gate({ plant: (failures) => [failure("second"), ...failures] }),
      ],
      budget: { experiments: 8 },
    });
    await repo.lock(config);
    const { kept } = await run(config, repo.root);
    expect(kept).toBeGreaterThan(0);
    expect(seen).toHaveLength(8);
    for (const failures of seen) {
      expect(failures).toHaveLength(5);
      expect(failures[0]?.detail).toBe("second");
      expect(failures[4]?.detail).toMatch(/^first/);
    }
    const details = seen.map((failures) => failures[4]?.detail);
    expect(new Set(details).size).toBe(planted);
    expect(planted).toBeLessThanOrEqual(kept + 1);
  });

  test("a gate that breaks while it plants is named", async () => {
    await using repo = await scratchRepo();
    const broken = gate({
      plant: () => {
        throw new Error("no ground");
      },
    });
    const config = toyConfig({ proposer: reader([]), gates: [broken] });
    await repo.lock(config);
    await expect(run(config, repo.root)).rejects.toMatchObject({
      code: "PAWL_PLUGIN_FAILED",
      message: expect.stringMatching(/toy-parts.*no ground/) as string,
    });
  });
});

describe("the examination of gates", () => {
  test("measures the committed surface once, and lets each gate that wants to look again", async () => {
    await using repo = await scratchRepo();
    const values: (number | undefined)[] = [];
    const looker = gate({
      async doctor({ task, baseline, evaluation, execution, rerun }) {
        const fewer = await rerun({ seed: 4, transform: (each) => ({ ...each, inputs: each.inputs.slice(0, 1) }) });
        values.push(baseline.score.value, fewer.score?.value);
        const detail = `${task.metric.name} of ${evaluation.inputs.length}, ${execution.outputs.length} and ${fewer.evaluation.inputs.length} cases`;
        return [{ name: "looker", ok: true, detail }];
      },
    });
    const broken = gate({ doctor: () => Promise.reject(new Error("blind")) });
    const config = toyConfig({ gates: [better(), looker, broken] });
    const project = await openProject(config, { root: repo.root });
    const reports = await examineGates(project, await prepareGates(project, project.config), signal);
    expect(reports).toMatchObject([
      { gate: "toy-parts", checks: [{ name: "looker", ok: true, detail: "nearness of 3, 3 and 1 cases" }] },
      { gate: "toy-parts", error: { message: "blind" } },
    ]);
    expect(values).toEqual([-2 * Math.hypot(3, 2), -Math.hypot(3, 2)]);
  });

  test("says that a surface which does not run cannot be measured, and runs nothing where nobody asks", async () => {
    await using repo = await scratchRepo({ "point.json": "not json" });
    const open = async (gates: PawlConfig["gates"]) => {
      const project = await openProject(toyConfig({ gates }), { root: repo.root });
      return examineGates(project, await prepareGates(project, project.config), signal);
    };
    expect(await open([better()])).toEqual([]);
    await expect(open([gate({ doctor: async () => [] })])).rejects.toMatchObject({ code: "PAWL_BASELINE_FAILED" });
  });
});
