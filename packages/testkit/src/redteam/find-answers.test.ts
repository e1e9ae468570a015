import type { Output } from "@pawl/plugin";
import { describe, expect, test } from "vitest";
import { createRandom } from "../support/random.ts";
import type { Target } from "./attack.ts";
import { findAnswers } from "./find-answers.ts";

type Known = Parameters<typeof findAnswers>[0];

const truth = Array.from({ length: 40 }, (_, index) => 10 + ((index * 7) % 13));
const numberOf = (output: Output | undefined): number =>
  output !== undefined && "value" in output && typeof output.value === "number" ? output.value : 0;

/** A surface that always answers 14, and a scorer of its errors. */
function target(changes: Partial<Known> & { readonly samples?: boolean } = {}): Known {
  const { samples = true, ...rest } = changes;
  return {
    metric: { name: "error", direction: "minimize" },
    guardrails: [],
    inputs: truth.map((_, index) => ({ index })),
    outputs: truth.map(() => ({ value: 14 })),
    async measure(outputs) {
      const errors = truth.map((right, index) => Math.abs(right - numberOf(outputs[index])));
      const value = errors.reduce((sum, error) => sum + error, 0) / errors.length;
      return samples ? { value, samples: errors } : { value };
    },
    ...rest,
  };
}

/** The score with the answers in place. */
async function withAnswers(known: Known, answers: Awaited<ReturnType<typeof findAnswers>>): Promise<number> {
  const outputs = [...known.outputs];
  for (const { index, value } of answers) outputs[index] = { value };
  return (await known.measure(outputs)).value;
}

describe("asking a scorer for better answers", () => {
  test.each([
    ["that tells of each case", true],
    ["that tells of the whole alone", false],
  ])("of a scorer %s", async (_, samples) => {
    const known = target({ samples });
    const answers = await findAnswers(known, createRandom(1));
    expect(answers.length).toBeGreaterThan(20);
    const start = (await known.measure(known.outputs)).value;
    expect(await withAnswers(known, answers)).toBeLessThan(start * 0.9);
    for (const { index, input, before } of answers) {
      expect(input).toEqual(known.inputs[index]);
      expect(before).toBe(14);
    }
  });

  test("finds nothing where a guardrail would pay for every gain", async () => {
    const guardrails: Target["guardrails"] = [{ name: "change", direction: "minimize" }];
    const known = target({ samples: false, guardrails });
    const measure: Known["measure"] = async (outputs) => ({
      ...(await known.measure(outputs)),
      guardrails: { change: outputs.filter((output) => numberOf(output) !== 14).length },
    });
    expect(await findAnswers({ ...known, measure }, createRandom(1))).toEqual([]);
  });

  test("finds nothing where outputs do not matter", async () => {
    const known = target({ measure: async () => ({ value: 1 }) });
    expect(await findAnswers(known, createRandom(1))).toEqual([]);
  });

  test("stays inside of the range of outputs, and asks no more often than it may", async () => {
    let asked = 0;
    const plain = target({ samples: false });
    const measure: Known["measure"] = (outputs) => ((asked += 1), plain.measure(outputs));
    const answers = await findAnswers({ ...plain, measure, outputRange: [13, 15] }, createRandom(1), { calls: 50 });
    expect(asked).toBeLessThanOrEqual(51);
    for (const { value } of answers) expect(Math.abs(Number(value) - 14)).toBeLessThanOrEqual(1);
  });
});
