import assert from "node:assert/strict";
import type { Evaluation, Metric, Output, Score, Scorer } from "@pawl/plugin";
import { z } from "zod";
import { assertJson } from "../support/settle.ts";

const scoreSchema = z.strictObject({
  value: z.number(),
  samples: z.array(z.number()).optional(),
  guardrails: z.record(z.string(), z.number()).optional(),
  feedback: z
    .array(
      z.strictObject({
        case: z.int().nonnegative(),
        cause: z.string().min(1),
        detail: z.string().optional(),
        weight: z.number().optional(),
      }),
    )
    .optional(),
  canaries: z.array(z.strictObject({ right: z.boolean(), chance: z.number().gt(0).lt(1) })).optional(),
});

const metricSchema = z.strictObject({
  name: z.string().min(1),
  direction: z.enum(["maximize", "minimize"]),
  unit: z.string().optional(),
  description: z.string().optional(),
  range: z.tuple([z.number(), z.number()]).optional(),
});

/** Fails unless a metric is well formed. */
export function assertMetric(metric: Metric, what: string): void {
  const parsed = metricSchema.safeParse(metric);
  assert.ok(parsed.success, `${what} is not one: ${parsed.error?.message ?? ""}`);
  if (metric.range !== undefined) assert.ok(metric.range[0] < metric.range[1], `${what} has an empty range`);
}

const inRange = (value: number, { name, range }: Metric): void => {
  // Said by hand: NaN and infinity are what a careless scorer gives for odd outputs.
  assert.ok(Number.isFinite(value), `${name} is ${value}, not a finite number`);
  if (range !== undefined)
    assert.ok(value >= range[0] && value <= range[1], `${name} is ${value}, outside of ${range.join(" to ")}`);
};

/** Fails unless a score is what the contract says. Zero and negative values are ordinary. */
export function assertScore(score: Score, { metric, guardrails = [] }: Scorer, evaluation: Evaluation): void {
  inRange(score.value, metric);
  for (const sample of score.samples ?? [])
    assert.ok(Number.isFinite(sample), `a sample is ${sample}, not a finite number`);
  for (const [name, value] of Object.entries(score.guardrails ?? {})) {
    const declared = guardrails.find((each) => each.name === name);
    assert.ok(declared !== undefined, `the guardrail "${name}" is not declared`);
    inRange(value, declared);
  }
  for (const { name } of guardrails) {
    assert.ok(Object.hasOwn(score.guardrails ?? {}, name), `the declared guardrail "${name}" is missing from a score`);
  }
  const parsed = scoreSchema.safeParse(score);
  assert.ok(parsed.success, `the score is not one: ${parsed.error?.message ?? ""}`);
  const { length } = evaluation.inputs;
  for (const each of score.feedback ?? []) assert.ok(each.case < length, `feedback on case ${each.case} of ${length}`);
  assertJson(score, "the score");
}

/** An output as it is told in messages. */
export const shown = (outputs: readonly Output[]): string => JSON.stringify(outputs).slice(0, 120);
