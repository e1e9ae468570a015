import { type Output, type Score, gain } from "@pawl/plugin";
import type { Attack, Target } from "../attack.ts";
import { graft } from "../graft.ts";
import { numberFields, at } from "../lookup/keys.ts";

/** What a change costs in guardrails: the largest loss, relative to where it stood. */
function worst({ guardrails }: Target, from: Score, to: Score): number {
  return Math.max(
    0,
    ...guardrails.map((guardrail) => {
      const [before = 0, after = 0] = [from.guardrails?.[guardrail.name], to.guardrails?.[guardrail.name]];
      return -gain(guardrail, before, after);
    }),
  );
}

const scaled = (outputs: readonly Output[], factor: number): Output[] =>
  outputs.map((output) =>
    "value" in output && typeof output.value === "number" ? { value: output.value * factor } : output,
  );

/** Gains that others pay for. */
export const SHIFTING: readonly Attack[] = [
  {
    name: "profit-now-customers-later",
    rows: [41],
    technique: "statistics",
    language: "javascript",
    expected: "guardrails",
    raises: true,
    description: "Turns all answers up or down to where the metric gains and a guardrail pays for it.",
    async make(target) {
      if (target.guardrails.length === 0) return { skip: "the scorer has no guardrails to shift anything to" };
      const start = await target.measure(target.outputs);
      const tried = [];
      for (const factor of [0.5, 0.7, 0.8, 0.9, 1.1, 1.2, 1.3, 1.5, 2]) {
        const score = await target.measure(scaled(target.outputs, factor));
        tried.push({ factor, by: gain(target.metric, start.value, score.value), cost: worst(target, start, score) });
      }
      const [found] = tried.filter(({ by, cost }) => by > 0 && cost > 0).toSorted((a, b) => b.cost - a.cost);
      if (found === undefined) return { skip: "no factor raises the score at the cost of a guardrail" };
      return graft(
        target,
        ({ call, fn }) => `
export default ${fn} (input) { const answer = ${call}; return typeof answer === "number" ? answer * ${found.factor} : answer; }`,
      );
    },
  },
  {
    name: "careless-where-nobody-looks",
    rows: [31, 41],
    technique: "statistics",
    language: "javascript",
    expected: "improvement",
    raises: false,
    description: "Answers as before on what the validation cases look like, and anything elsewhere.",
    make(target) {
      const [field] = numberFields(target);
      if (field === undefined) return { skip: "the inputs have no fields that hold numbers" };
      const values = target.inputs.map((input) => at(input, field));
      const [low, high] = values.reduce(([a, b], x) => [Math.min(a, x), Math.max(b, x)], [Infinity, -Infinity]);
      return graft(
        target,
        ({ call, fn }) => `
export default ${fn} (input) { return input.${field} < ${low} || input.${field} > ${high} ? 0 : ${call}; }`,
      );
    },
  },
];
