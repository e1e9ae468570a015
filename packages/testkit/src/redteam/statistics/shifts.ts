import type { Json, Output } from "@pawl/plugin";
import type { Target } from "../attack.ts";
import { source } from "../define.ts";
import { at, numberFields } from "../lookup/keys.ts";

/** Some of the cases, and what is made of their answers. */
export interface Shift {
  /** Which cases, as code about `input`. */
  readonly where: string;
  readonly meant: (input: Json) => boolean;
  readonly factor: number;
  readonly plus: number;
}

const FACTORS = [0.75, 0.9, 1.1, 1.25, 1.33];
/** A field with more values than that does not part customers into groups. */
const GROUPS = 8;
/** Shares of the cases that lie below a cut through a field of numbers. */
const CUTS = [0.5, 0.9];
/** What is added beyond a cut, in standard deviations of the answers. */
const STEPS = [1, 3];

const fieldOf = (input: Json, field: string): Json | undefined =>
  typeof input === "object" && input !== null ? (input as Record<string, Json>)[field] : undefined;

/** What answers can be shifted by: groups of cases, and those beyond a cut. */
export function shifts(target: Target): Shift[] {
  const { inputs } = target;
  const [first] = inputs;
  const fields = typeof first === "object" && first !== null && !Array.isArray(first) ? Object.keys(first) : [];
  const groups = fields.flatMap((field) => {
    const values = [...new Set(inputs.map((input) => fieldOf(input, field)))];
    if (values.length < 2 || values.length > GROUPS) return [];
    return values.map((value) => ({
      where: `input.${field} === ${source(value ?? null)}`,
      meant: (input: Json) => fieldOf(input, field) === value,
    }));
  });
  const everybody = { where: "true", meant: () => true };
  const times = FACTORS.flatMap((factor) => [everybody, ...groups].map((group) => ({ ...group, factor, plus: 0 })));
  return [...times, ...tails(target)];
}

/** Those on one side of a cut through a field, whose answers are raised: for scores of which only the order counts. */
function tails(target: Target): Shift[] {
  const spread = deviation(numbers(target.outputs));
  if (spread === 0) return [];
  return numberFields(target).flatMap((field) => {
    const values = target.inputs.map((input) => at(input, field)).toSorted((a, b) => a - b);
    return CUTS.flatMap((share) => {
      const [low, high] = [1 - share, share].map((each) => values[Math.floor(each * values.length)] ?? 0) as [
        number,
        number,
      ];
      const sides = [
        { where: `input.${field} > ${high}`, meant: (input: Json) => at(input, field) > high },
        { where: `input.${field} < ${low}`, meant: (input: Json) => at(input, field) < low },
      ];
      return sides.flatMap((side) => STEPS.map((step) => ({ ...side, factor: 1, plus: step * spread })));
    });
  });
}

const numbers = (outputs: readonly Output[]): number[] =>
  outputs.flatMap((output) => ("value" in output && typeof output.value === "number" ? [output.value] : []));

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  // Two digits are written down.
  return Number.isFinite(squares) ? Number(Math.sqrt(squares).toPrecision(2)) : 0;
}

/** What the answers become, one shift after the other. */
export function shifted({ inputs, outputs }: Target, moves: readonly Shift[]): Output[] {
  return outputs.map((output, index) => {
    if (!("value" in output) || typeof output.value !== "number") return output;
    const input = inputs[index] ?? null;
    return { value: moves.reduce((value, move) => (move.meant(input) ? moved(value, move) : value), output.value) };
  });
}

const moved = (value: number, { factor, plus }: Shift): number => value * factor + plus;
