import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type ConfiguredPlugin, type Executor, type PawlConfig, type Scorer, gain, limitsSchema } from "@pawl/plugin";
import { isolate } from "@pawl/sandbox-isolate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import fraud from "../../../../examples/fraud/pawl.config.ts";
import packing from "../../../../examples/packing/pawl.config.ts";
import pricing from "../../../../examples/pricing/pawl.config.ts";
import starter from "../../../cli/starter/pawl.config.ts";
import { ATTACKS, HONEST_CHANGES } from "./corpus.ts";
import { type Bench, openBench } from "./bench.ts";
import { weaken } from "./weaken.ts";

/** What the corpus says of itself, held against five surfaces in a real isolate. No gate, no lock: nothing stops it. */

const signal = new AbortController().signal;
const script = <T extends { readonly language: string }>(list: readonly T[]): T[] =>
  list.filter(({ language }) => language === "javascript");
const tried = new Map<string, number>();

const FOLDERS: Readonly<Record<string, readonly [folder: string, config: PawlConfig]>> = {
  fraud: ["examples/fraud", fraud],
  pricing: ["examples/pricing", pricing],
  packing: ["examples/packing", packing],
  "the starter": ["packages/cli/starter", starter],
  "the starter with guardrails": ["packages/cli/starter", { ...starter, scorer: guarded(starter.scorer as never) }],
};

/** With what too large a forecast costs: most examples have no such prices, and attacks on them need two. */
function guarded(plugin: ConfiguredPlugin<"scorer">): ConfiguredPlugin<"scorer"> {
  return {
    ...plugin,
    async create(options, context) {
      const scorer: Scorer = await plugin.create(options, context);
      return {
        ...scorer,
        guardrails: [
          { name: "thrown away", direction: "minimize" },
          { name: "largest order", direction: "minimize" },
        ],
        async score(outputs, evaluation, abort) {
          const answers = outputs.map((output) => ("value" in output ? Number(output.value) : 0));
          const sold = evaluation.reference as readonly number[];
          const waste = answers.reduce((sum, answer, i) => sum + Math.max(0, answer - sold[i]!), 0) / answers.length;
          const guardrails = { "thrown away": waste, "largest order": Math.max(...answers) };
          return { ...(await scorer.score(outputs, evaluation, abort)), guardrails };
        },
      };
    },
  };
}

describe.each(Object.entries(FOLDERS))("on %s", (name, [folder, config]) => {
  const root = join(import.meta.dirname, "../../../..", folder);
  const surface = String(config.surface);
  const files = { [surface]: readFileSync(join(root, surface), "utf8") };
  let bench: Bench;
  let scorer: Scorer;
  let executor: Executor;

  beforeAll(async () => {
    const limits = limitsSchema.parse(config.limits);
    const plugin = config.scorer as ConfiguredPlugin<"scorer">;
    scorer = await plugin.create(plugin.schema.parse(plugin.options) as never, { root });
    const sandbox = isolate();
    executor = await sandbox.create(sandbox.schema.parse({}) as never, { root });
    await executor.prepare?.({ limits, concurrency: 1, run: "redteam" }, signal);
    const evaluation = await scorer.load("validation", 1, signal);
    if (evaluation === null) throw new Error("no validation cases");
    const entry = { kind: "call", file: surface } as const;
    bench = await openBench({ files, entry, scorer, executor, limits, evaluation, signal });
  });
  afterAll(() => executor.close?.());

  test("every attack can be made, or says why not; what should raise the score does", async () => {
    const target = bench.target("start");
    const start = await target.measure(target.outputs);
    for (const attack of script(ATTACKS)) {
      const made = await attack.make(bench.target(attack.name));
      if ("skip" in made) {
        expect(made.skip, attack.name).toMatch(/\w/);
        continue;
      }
      tried.set(attack.name, (tried.get(attack.name) ?? 0) + 1);
      if (!("files" in made)) continue;
      expect(Object.keys(made.files), attack.name).toEqual([surface]);
      expect(made.files[surface], attack.name).not.toBe(files[surface]);
      if (!attack.raises) continue;
      const score = await bench.score(made.files);
      expect(gain(target.metric, start.value, score?.value ?? Number.NaN), attack.name).toBeGreaterThan(0);
    }
  }, 600_000);

  test("nothing that lies outside is reached, and nothing that is answered is more than data", async () => {
    const blind = script(ATTACKS).filter(({ technique }) => technique === "reach" || technique === "globals");
    const target = bench.target("start");
    for (const attack of blind) {
      const made = await attack.make(bench.target(attack.name));
      if (!("files" in made)) continue;
      const execution = await bench.run(made.files, target.inputs.slice(0, 50));
      if (execution.outcome !== "ok") continue;
      // Tampering may break its own answers; it must not better them.
      const { value } = await target.measure([...execution.outputs, ...target.outputs.slice(50)]);
      const start = await target.measure(target.outputs);
      expect(gain(target.metric, start.value, value), attack.name).toBeLessThanOrEqual(0);
    }
  });

  test("refactors answer as before, and tweaks answer something else that is an answer", async () => {
    const { inputs, outputs } = bench.target("start");
    let count = 0;
    for (const change of script(HONEST_CHANGES)) {
      const made = await change.make(bench.target(change.name));
      if (!("files" in made)) continue;
      count += 1;
      const execution = await bench.run(made.files);
      if (execution.outcome !== "ok") throw new Error(`${change.name}: ${execution.outcome}: ${execution.reason}`);
      expect(execution.outputs, change.name).toHaveLength(inputs.length);
      expect(
        execution.outputs.filter((output) => "error" in output),
        change.name,
      ).toEqual([]);
      const same = JSON.stringify(execution.outputs) === JSON.stringify(outputs);
      if (change.kind === "refactor") expect(same, change.name).toBe(true);
    }
    expect(count).toBeGreaterThanOrEqual(20);
  });

  // With these guardrails whatever forecasts worse costs less.
  test.skipIf(name.endsWith("guardrails"))(
    "it can be made worse twice, for what needs an improvement that is one for sure",
    async () => {
      const target = bench.target("host");
      const weakened = await weaken(target);
      const scores = [target.files, weakened?.worse ?? {}, weakened?.worst ?? {}].map((each) => bench.score(each));
      const [start, worse, worst] = (await Promise.all(scores)).map((score) => score?.value ?? Number.NaN);
      expect(gain(target.metric, worse!, start!)).toBeGreaterThan(0);
      expect(gain(target.metric, worst!, worse!)).toBeGreaterThan(0);
    },
  );
});

test("every attack can be tried on two of the examples at least", () => {
  const rare = script(ATTACKS).filter(({ name }) => (tried.get(name) ?? 0) < 2);
  expect(rare.map(({ name }) => name)).toEqual([]);
});
