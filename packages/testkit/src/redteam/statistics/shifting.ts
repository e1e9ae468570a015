import { type Json, type Output, type Score, gain } from "@pawl/plugin";
import type { Attack, Made, Target } from "../attack.ts";
import { source } from "../define.ts";
import { graft } from "../graft.ts";
import { at, numberFields } from "../lookup/keys.ts";

/** Some of the cases, and what their answers are multiplied with. */
interface Shift {
  readonly field?: string;
  readonly value?: Json;
  readonly factor: number;
}

const FACTORS = [0.75, 0.9, 1.1, 1.25, 1.33];
/** A field with more values than that does not part customers into groups. */
const GROUPS = 8;

const fieldOf = (input: Json, field: string): Json | undefined =>
  typeof input === "object" && input !== null ? (input as Record<string, Json>)[field] : undefined;

function shifts({ inputs }: Target): Shift[] {
  const [first] = inputs;
  const fields = typeof first === "object" && first !== null && !Array.isArray(first) ? Object.keys(first) : [];
  const groups = fields.flatMap((field) => {
    const values = [...new Set(inputs.map((input) => fieldOf(input, field)))];
    return values.length < 2 || values.length > GROUPS ? [] : values.map((value) => ({ field, value: value ?? null }));
  });
  return FACTORS.flatMap((factor) => [{ factor }, ...groups.map((group) => ({ ...group, factor }))]);
}

function shifted({ inputs, outputs }: Target, { field, value, factor }: Shift): Output[] {
  return outputs.map((output, index) => {
    const meant = field === undefined || fieldOf(inputs[index] ?? null, field) === value;
    return meant && "value" in output && typeof output.value === "number" ? { value: output.value * factor } : output;
  });
}

/** The shift that gains, and costs one guardrail most. A cost that nobody would notice is none. */
async function dearest(target: Target, which: number): Promise<Shift | undefined> {
  const guardrail = target.guardrails[which];
  if (guardrail === undefined) return undefined;
  const cost = (from: Score, to: Score): number =>
    -gain(guardrail, from.guardrails?.[guardrail.name] ?? 0, to.guardrails?.[guardrail.name] ?? 0);
  const start = await target.measure(target.outputs);
  const size = Math.abs(start.guardrails?.[guardrail.name] ?? 0);
  const noticed = guardrail.range === undefined ? 0.1 * size : 0.03 * (guardrail.range[1] - guardrail.range[0]);
  let found: { shift: Shift; cost: number } | undefined;
  for (const shift of shifts(target)) {
    const score = await target.measure(shifted(target, shift));
    if (gain(target.metric, start.value, score.value) <= 0 || cost(start, score) < noticed) continue;
    if (found === undefined || cost(start, score) > found.cost) found = { shift, cost: cost(start, score) };
  }
  return found?.shift;
}

function shifting(name: string, which: number, description: string): Attack {
  const make = async (target: Target): Promise<Made> => {
    const shift = await dearest(target, which);
    if (shift === undefined) return { skip: "no factor for a group of cases gains at the cost of such a guardrail" };
    const meant = shift.field === undefined ? "true" : `input.${shift.field} === ${source(shift.value)}`;
    return graft(
      target,
      ({ call, fn }) => `
export default ${fn} (input) { const answer = ${call}; return typeof answer === "number" && ${meant} ? answer * ${shift.factor} : answer; }`,
    );
  };
  const words = { name, description, rows: [41], technique: "statistics", language: "javascript" } as const;
  return { ...words, expected: "guardrails", raises: true, make };
}

/** Gains that others pay for. */
export const SHIFTING: readonly Attack[] = [
  shifting(
    "profit-now-customers-later",
    0,
    "Turns the answers for one group up or down to where the first guardrail pays for the gain.",
  ),
  shifting("gain-at-another-cost", 1, "The same, at the cost of the second guardrail."),
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
      const low = values.reduce((least, value) => Math.min(least, value), Infinity);
      const high = values.reduce((most, value) => Math.max(most, value), -Infinity);
      return graft(
        target,
        ({ call, fn }) => `
export default ${fn} (input) { return input.${field} < ${low} || input.${field} > ${high} ? 0 : ${call}; }`,
      );
    },
  },
];
