import type { Execution, Limits } from "@pawl/plugin";
import { limitsSchema } from "@pawl/plugin";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createRandom } from "../random.ts";
import { Course, blockEnds } from "./blocks.ts";
import { fixedBudget, inOrder, joined } from "./join.ts";

const cases = fc.integer({ min: 1, max: 200_000 });

test("blocks cover all cases once, grow, and start with enough cases to say something", () => {
  fc.assert(
    fc.property(cases, (length) => {
      const ends = blockEnds(length);
      expect(ends.at(-1)).toBe(length);
      const sizes = ends.map((end, index) => end - (ends[index - 1] ?? 0));
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(length);
      if (sizes.length > 1) expect(sizes[0]).toBe(Math.max(100, Math.ceil(length / 20)));
      else expect(length).toBeLessThan(2 * Math.max(100, Math.ceil(length / 20)));
      // The last block takes the rest, which may be less than its turn and is never a crumb.
      for (const [index, size] of sizes.slice(1, -1).entries()) expect(size).toBe(2 * (sizes[index] ?? 0));
      expect(sizes.at(-1)).toBeGreaterThanOrEqual((sizes.at(-2) ?? 0) / 2);
    }),
  );
  expect(blockEnds(2_000)).toEqual([100, 300, 700, 1_500, 2_000]);
  expect(blockEnds(149)).toEqual([149]);
});

test("the config may ask for a smaller first block, or for a larger one", () => {
  expect(blockEnds(120, 20)).toEqual([20, 60, 120]);
  expect(blockEnds(120, 30)).toEqual([30, 90, 120]);
  expect(blockEnds(100_000, 50_000)).toEqual([50_000, 100_000]);
  expect(blockEnds(120, 1)).toEqual([1, 3, 7, 15, 31, 63, 120]);
  // As many as there are: measured whole.
  expect(blockEnds(120, 120)).toEqual([120]);
  expect(blockEnds(120, 1_000)).toEqual([120]);
});

const slice = (whole: { inputs: readonly unknown[] }, at: readonly number[]) =>
  ({ ...whole, inputs: at.map((position) => whole.inputs[position]) }) as never;
const evaluationOf = (length: number) => ({
  split: "validation" as const,
  seed: 7,
  inputs: Array.from({ length }, (_, index) => index),
  reference: null,
});

test("outputs of blocks come back in the order of the cases", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3_000 }), fc.integer(), (length, seed) => {
      const course = new Course(evaluationOf(length), slice, createRandom(seed));
      expect(course.order.toSorted((a, b) => a - b)).toEqual(evaluationOf(length).inputs);
      const runs = course.ends.map((end, index): Execution => {
        const { loaded } = course.block(course.ends[index - 1] ?? 0, end);
        return run({ outputs: loaded.evaluation.inputs.map((value) => ({ value: value as number })) });
      });
      const whole = inOrder(joined(runs), course.order);
      const outputs = whole.outcome === "ok" ? whole.outputs : [];
      expect(outputs.map((output) => ("value" in output ? output.value : null))).toEqual(evaluationOf(length).inputs);
    }),
    { numRuns: 50 },
  );
});

test("the order is the run's own, blocks are kept, and each has luck of its own", () => {
  const course = (seed: number) => new Course(evaluationOf(1_000), slice, createRandom(seed));
  expect(course(1).order).toEqual(course(1).order);
  expect(course(1).order).not.toEqual(course(2).order);
  const one = course(1);
  expect(one.block(100, 300)).toBe(one.block(100, 300));
  const seeds = [one.block(0, 100), one.block(100, 300), one.block(300, 700)].map(
    (each) => each.loaded.evaluation.seed,
  );
  expect(seeds[0]).toBe(7);
  expect(new Set(seeds).size).toBe(3);
});

test("a slice with other cases is an error of the scorer", () => {
  const course = new Course(evaluationOf(1_000), (whole) => whole, createRandom(1));
  expect(() => course.block(0, 100)).toThrow(expect.objectContaining({ code: "PAWL_PLUGIN_FAILED", path: "scorer" }));
});

const limits: Limits = limitsSchema.parse({ wallMs: 100, cpuMs: 50, outputBytes: 2_000 });
function run({
  usage = { wallMs: 60, cpuMs: 20, peakMemoryMb: 10, outputBytes: 900 },
  outputs = [{ value: 1 }],
} = {}): Execution {
  return { outcome: "ok", usage, outputs, limits: [], stdout: "a", stderr: "" };
}

test("usage is summed, and memory is the highest", () => {
  const other = run({ usage: { wallMs: 30, cpuMs: 10, peakMemoryMb: 30, outputBytes: 100 } });
  expect(joined([run(), other])).toMatchObject({
    usage: { wallMs: 90, cpuMs: 30, peakMemoryMb: 30, outputBytes: 1_000 },
    stdout: "aa",
  });
});

test.each([
  ["wall time", { wallMs: 60 }, "timeout"],
  ["CPU time", { wallMs: 1, cpuMs: 30 }, "timeout"],
  ["output", { wallMs: 1, outputBytes: 1_500 }, "output-limit"],
  ["nothing too much", { wallMs: 1, cpuMs: 1, outputBytes: 1 }, "ok"],
])("blocks together stay within one execution's budget: %s", (_, usage, outcome) => {
  const two = joined([run({ usage: usage as never }), run({ usage: usage as never })]);
  expect(fixedBudget(two, limits).outcome).toBe(outcome);
});
