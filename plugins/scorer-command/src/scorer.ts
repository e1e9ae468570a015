import { type Evaluation, type Json, PawlError, type Scorer } from "@pawl/plugin";
import { readCases } from "./cases.ts";
import { worstCases } from "./feedback.ts";
import { Measure } from "./measure.ts";
import type { CommandOptions } from "./options.ts";

export function createScorer({ metric, guardrails, cases, feedback }: CommandOptions, root: string): Scorer<Json[]> {
  const { name, ...options } = metric;
  const main = new Measure(name, options, "scorer.options.metric");
  const others = Object.entries(guardrails).map(
    ([guardrail, each]) => new Measure(guardrail, each, `scorer.options.guardrails.${guardrail}`),
  );
  const measures = [main, ...others];
  if (others.some((other) => other.metric.name === name)) {
    throw new PawlError("PAWL_CONFIG_INVALID", `"${name}" is both the metric and a guardrail`, {
      path: "scorer.options.guardrails",
    });
  }
  const files = Object.entries(cases).flatMap(([, each]) => each ?? []);

  return {
    metric: main.metric,
    guardrails: others.map((other) => other.metric),
    files,
    needsEvaluator: measures.some(({ trustsOutputs }) => trustsOutputs),

    async load(split, seed, signal) {
      const named = cases[split];
      if (named === undefined) return null;
      const read = await readCases(typeof named === "string" ? [named] : named, root, signal);
      for (const measure of measures) measure.check(read);
      return { split, seed, inputs: read.map(({ input }) => input), reference: read.map(({ reference }) => reference) };
    },

    // In any other aggregate a sample depends on how many cases there are, or on their weights.
    ...(measures.every(({ isMean }) => isMean) ? { slice } : {}),

    async score(outputs, { split, reference }) {
      const measured = main.measure(outputs, reference);
      const values = others.map((other) => [other.metric.name, other.measure(outputs, reference).value] as const);
      return {
        value: measured.value,
        samples: measured.samples,
        guardrails: Object.fromEntries(values),
        ...(split === "train" && feedback > 0 ? { feedback: worstCases(main, measured, feedback) } : {}),
      };
    },
  };
}

const slice = (whole: Evaluation<Json[]>, cases: readonly number[]): Evaluation<Json[]> => ({
  ...whole,
  inputs: cases.map((position) => whole.inputs[position]!),
  reference: cases.map((position) => whole.reference[position]!),
});
