import {
  type Execution,
  type Gate,
  type PawlConfig,
  type Trial,
  defineGate,
  defineProposer,
  defineScorer,
  reject,
} from "@pawl/plugin";
import { wasm } from "@pawl/sandbox-wasm";
import { describe, expect, test } from "vitest";
import { createEngine } from "../engine.ts";
import { readLockFile } from "../lock/lock-file.ts";
import { openProject } from "../project.ts";
import { code, isolatedConfig } from "../test/isolated.ts";
import { arithmetic, scratchRepo, toyConfig } from "../test/toy.ts";

/** Runs one experiment and lets a gate do what `look` says with its trial. */
async function withTrial<T>(config: PawlConfig, look: (trial: Trial, signal: AbortSignal) => Promise<T>, files = {}) {
  await using repo = await scratchRepo(files);
  const seen: ({ value: T } | { error: unknown })[] = [];
  const curious = defineGate({
    name: "toy-curious",
    create: (): Gate => ({
      async judge(trial, signal) {
        try {
          seen.push({ value: await look(trial, signal) });
        } catch (error) {
          seen.push({ error });
        }
        return reject("TOY_SEEN", "it has been looked at");
      },
    }),
  });
  const whole = { ...config, gates: [curious()], budget: { experiments: 1 } };
  await repo.lock(whole);
  await createEngine(whole, { root: repo.root }).run().result;
  const [first = { error: new Error("no gate was asked") }] = seen;
  if ("error" in first) throw first.error;
  return first.value;
}

/** Changes nothing that a sandbox could notice. */
const comment = defineProposer({
  name: "toy-comment",
  create: () => ({
    propose: async ({ champion }) => ({
      change: {
        kind: "files",
        files: Object.fromEntries(Object.entries(champion.files).map(([path, text]) => [path, `${text}// again\n`])),
      },
      hypothesis: "a comment makes it better",
    }),
  }),
});

const anything = defineScorer({
  name: "toy-anything",
  create: () => ({
    metric: { name: "answers", direction: "maximize" },
    load: async (split, seed) => (split === "validation" ? { split, seed, inputs: [1, 2], reference: null } : null),
    score: async (outputs) => ({ value: outputs.filter((output) => "value" in output).length }),
  }),
});

const outputsOf = (execution: Execution) =>
  execution.outcome === "ok"
    ? execution.outputs.map((output) => ("value" in output ? output.value : output.error))
    : execution;
/** Engines word their own errors, each in its own way. */
const telltale =
  "export default (x: any) => { try { return x.y.z; } catch (error) { return (error as Error).message; } };\n";

describe("the second executor", () => {
  const twoEngines = (): PawlConfig => ({ ...isolatedConfig(1), secondExecutor: wasm() });
  const surface = { "point.ts": code(0, 0) };

  test("is an unrelated engine: what tells engines apart answers otherwise there, and arithmetic does not", async () => {
    const [first, second, same] = await withTrial(
      twoEngines(),
      async ({ replay }) => {
        const files = { "point.ts": telltale };
        const ask = (executor: "first" | "second", subject: Parameters<typeof replay>[0] = {}) =>
          replay({ inputs: [1], executor, ...subject }).then(outputsOf);
        return [
          await ask("first", { subject: files }),
          await ask("second", { subject: files }),
          [await ask("first"), await ask("second")],
        ] as const;
      },
      surface,
    );
    expect(first).toEqual(["Cannot read properties of undefined (reading 'z')"]);
    expect(second).not.toEqual(first);
    expect(same[0]).toEqual(same[1]);
    expect(same[0]).not.toEqual([[0, 0]]);
  });

  test("stands in the lock with its fingerprint, and in the run", async () => {
    await using repo = await scratchRepo(surface);
    await repo.lock(twoEngines());
    const { content } = (await readLockFile(`${repo.root}/pawl.lock.json`)) ?? {};
    const project = await openProject(twoEngines(), { root: repo.root });
    const fingerprint = await project.plugins.secondExecutor?.instance.fingerprint?.(new AbortController().signal);
    expect(content).toMatchObject({
      executor: { name: "@pawl/sandbox-isolate" },
      secondExecutor: {
        name: "@pawl/sandbox-wasm",
        options: { engine: "quickjs" },
        ...(fingerprint === undefined ? {} : { fingerprint }),
      },
    });
    const events = createEngine(isolatedConfig(1), { root: repo.root }).run();
    await expect(events.result).rejects.toMatchObject({ code: "PAWL_LOCK_VIOLATION" });
  });

  test("stops the run where it does not enforce a limit", async () => {
    const lax = arithmetic({ forgets: ["memoryMb"] });
    const config = { ...toyConfig(), secondExecutor: lax };
    const work = withTrial(config, ({ replay }) => replay({ executor: "second" }), { "point.json": '{"x":0,"y":0}' });
    await expect(work).rejects.toMatchObject({ code: "PAWL_SANDBOX_UNENFORCEABLE", path: "secondExecutor" });
  });

  test("must be in the config to be asked", async () => {
    const work = withTrial(toyConfig(), ({ replay }) => replay({ executor: "second" }), {
      "point.json": '{"x":0,"y":0}',
    });
    await expect(work).rejects.toThrow(/no secondExecutor/);
  });
});

describe("a replay", () => {
  const surface = { "point.ts": code(0, 0) };
  const replayed = (content: string, options: Parameters<Trial["replay"]>[0] = {}) =>
    withTrial(
      isolatedConfig(1),
      async ({ replay }) => outputsOf(await replay({ ...options, subject: { "point.ts": content } })),
      surface,
    );

  test("runs any content on any inputs, in their order", async () => {
    expect(await replayed("export default (x: number) => x * 10;", { inputs: [3, 1, 2] })).toEqual([30, 10, 20]);
  });

  test("seeds the content's randomness with another seed, if asked", async () => {
    const roll = "export default () => Math.random();";
    const [usual, again, other] = [await replayed(roll), await replayed(roll), await replayed(roll, { seed: 2 })];
    expect(again).toEqual(usual);
    expect(other).not.toEqual(usual);
  });

  test("puts decoys beside the surface, where a candidate can import them", async () => {
    const thief = 'import { answers } from "./answers.js"; export default () => answers;';
    const decoys = { files: { "answers.js": 'export const answers = "planted";' } };
    expect(await replayed(thief, { inputs: [1], decoys })).toEqual(["planted"]);
    expect(await replayed(thief, { inputs: [1] })).toMatchObject({ outcome: "violation" });
  });

  test("never lets a decoy take the place of the surface", async () => {
    const decoys = { files: { "point.ts": "export default () => 0;", "point.ts/deep": "x" }, env: { ANSWERS: "x" } };
    expect(await replayed("export default () => 1;", { inputs: [1], decoys })).toEqual([1]);
  });
});

test("a program without an environment runs as ever beside decoys that name variables", async () => {
  const double = "export function answer(input: string): string { return (parseFloat(input) * 2.0).toString(); }\n";
  const config = toyConfig({
    surface: "double.ts",
    executor: wasm({ build: { language: "assemblyscript", source: "double.ts" } }),
    entry: { kind: "exec", argv: ["double"] },
    proposer: comment(),
    scorer: anything(),
  });
  const decoys = { files: { "answers.json": "[4, 6]" }, env: { ANSWERS: "[4, 6]" } };
  const outputs = await withTrial(config, async ({ replay }) => outputsOf(await replay({ inputs: [2, 3], decoys })), {
    "double.ts": double,
  });
  expect(outputs).toEqual([4, 6]);
});

test("a gate is told what the proposer may have been shown, and which inputs a split has", async () => {
  const inputs: unknown[] = [];
  const asker = defineGate({
    name: "toy-asker",
    create: (): Gate => ({
      async inspect(_, context) {
        for (const split of ["train", "validation", "vault"] as const) inputs.push(await context.inputs(split));
        return reject("TOY_SEEN", "it has been looked at");
      },
    }),
  });
  await using repo = await scratchRepo();
  const config = toyConfig({ gates: [asker()], budget: { experiments: 1 } });
  await repo.lock(config);
  await createEngine(config, { root: repo.root }).run().result;
  expect(inputs).toEqual([
    [1, 2, 3],
    [1, 2, 3],
    [3, 4, 5],
  ]);
  const shown = await withTrial(toyConfig(), (trial) => trial.inputs("train"), { "point.json": '{"x":0,"y":0}' });
  expect(shown).toEqual([1, 2, 3]);
});
