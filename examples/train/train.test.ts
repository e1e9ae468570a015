import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Json, Scorer } from "@pawl/plugin";
import { command } from "@pawl/scorer-command";
import { describe, expect, it } from "vitest";
import { Bench, PYTHON, reportPython } from "./test/python.ts";

reportPython("the tests of train.py");

const never = new AbortController().signal;
const options = {
  metric: { name: "bits per byte", direction: "minimize", sample: "bits", aggregate: "ratio", weight: "bytes" },
  cases: { validation: "data/validation.jsonl", holdout: "data/holdout.jsonl" },
} as const;

async function bitsPerByte(bench: Bench): Promise<number> {
  const configured = command(options);
  const parsed = configured.schema.parse(configured.options) as never;
  const scorer = (await configured.create(parsed, { root: import.meta.dirname })) as Scorer<Json[]>;
  const evaluation = await scorer.load("validation", 1, never);
  if (evaluation === null) throw new Error("no validation cases");
  const measured = bench.evaluate(evaluation.inputs.map((input) => (input as { text: string }).text));
  return (
    await scorer.score(
      measured.map((bits) => ({ value: { bits } })),
      evaluation,
      never,
    )
  ).value;
}

/**
 * Bits per byte after a training of two seconds. Where other work has the CPUs those are few steps, so whoever has not
 * learnt enough by then gets more time: a program that does not learn never gets there.
 */
async function learnt(bench: Bench, enough: number): Promise<number> {
  let value = Number.NaN;
  for (const seconds of ["2", "8", "30"]) {
    expect(bench.run(["train.py"], { env: { TRAIN_SECONDS: seconds } })).toMatchObject({ status: 0, stderr: "" });
    value = await bitsPerByte(bench);
    if (value < enough) break;
  }
  return value;
}

describe.skipIf(PYTHON === undefined)("the training", () => {
  it("learns in two seconds, stops by itself, and leaves what the evaluator takes", async () => {
    using bench = new Bench(["train.py", "evaluate.py", "data/train.txt"]);
    const started = performance.now();
    const { status, stderr, stdout } = bench.run(["train.py"], { env: { TRAIN_SECONDS: "2" } });
    expect(stderr).toBe("");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^\d+ steps/);
    // A hang guard: other work may be on the same CPUs.
    expect(performance.now() - started).toBeLessThan(60_000);
    const value = await learnt(bench, 2.5);
    // Single letters of this text, without any context, cost more than four bits.
    expect(value).toBeGreaterThan(0.3);
    expect(value).toBeLessThan(2.5);
  });

  it.each<[string, Record<string, string>]>([
    ["Adam and another activation", { OPTIMIZER: '"adam"', ACTIVATION: '"silu"', LEARNING_RATE: "0.003" }],
    ["other sizes", { CONTEXT: "16", HIDDEN: "16", ACTIVATION: '"relu"', DECAY_FROM: "0.1" }],
  ])("also learns with %s", async (_, constants) => {
    using bench = new Bench(["train.py", "evaluate.py", "data/train.txt"]);
    const path = join(bench.folder, "train.py");
    let text = readFileSync(path, "utf8");
    for (const [name, value] of Object.entries(constants)) {
      const line = new RegExp(`^${name} = \\S+`, "m");
      expect(text).toMatch(line);
      text = text.replace(line, `${name} = ${value}`);
    }
    writeFileSync(path, text);
    expect(await learnt(bench, 3)).toBeLessThan(3);
  });
});
