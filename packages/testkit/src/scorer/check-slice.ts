import assert from "node:assert/strict";
import type { Evaluation, Output, Score, Scorer } from "@pawl/plugin";
import { jsonCopy } from "../support/settle.ts";
import { outputSets } from "./outputs.ts";

/** Differences below this, relative to the larger number, are rounding. */
const ROUNDING = 1e-9;

/**
 * Fails unless parts of an evaluation are worth what they are worth in the whole. Does nothing where a scorer cannot
 * slice.
 */
export async function assertSlices(
  scorer: Scorer,
  evaluation: Evaluation,
  score: (outputs: readonly Output[], evaluation: Evaluation) => Promise<Score>,
): Promise<void> {
  if (scorer.slice === undefined) return;
  const positions = [...evaluation.inputs.keys()];
  const cut = (cases: readonly number[]): Evaluation => {
    const part = scorer.slice?.(evaluation, cases) as Evaluation;
    assert.deepEqual([part.split, part.seed], [evaluation.split, evaluation.seed], "a slice has another split or seed");
    assert.deepEqual(part.inputs, at(evaluation.inputs, cases), "a slice has other inputs than those asked for");
    return part;
  };
  const before = jsonCopy(evaluation);
  const parts = [
    positions.filter((position) => position % 3 === 1).toReversed(),
    positions.slice(Math.floor(positions.length / 2)),
    positions.slice(0, 1),
  ].filter((cases) => cases.length > 0);
  for (const [name, outputs] of outputSets(positions.length, evaluation.inputs)) {
    const whole = await score(outputs, evaluation);
    const { samples = [] } = whole;
    assert.equal(samples.length, positions.length, "a scorer that slices must give one sample per case");
    assert.deepEqual(await score(outputs, cut(positions)), whole, `all cases, sliced, score otherwise (${name})`);
    for (const cases of parts) {
      const found = (await score(at(outputs, cases), cut(cases))).samples ?? [];
      const wrong = at(samples, cases).findIndex((sample, index) => !near(sample, found[index] ?? Number.NaN));
      const told = `case ${cases[wrong]} of ${name} is worth ${found[wrong]} in a slice and ${samples[cases[wrong] ?? -1]} in the whole`;
      assert.ok(found.length === cases.length && wrong === -1, told);
    }
  }
  assert.deepEqual(jsonCopy(evaluation), before, "slicing has changed the evaluation");
}

const at = <T>(values: readonly T[], cases: readonly number[]): T[] => cases.map((position) => values[position] as T);
const near = (a: number, b: number): boolean => Math.abs(a - b) <= ROUNDING * Math.max(1, Math.abs(a), Math.abs(b));
