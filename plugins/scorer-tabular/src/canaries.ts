import type { Canary, Evaluation, Json, Output } from "@pawl/plugin";
import type { Reference, Scoring } from "./scoring.ts";
import { unitHash } from "./split.ts";

/** A planted row: where it stands among the inputs, and what counts as right. */
// A type and not an interface, so that it is assignable to Json.
// oxlint-disable-next-line typescript/consistent-type-definitions
export type PlantedRow = {
  readonly position: number;
  /** The label that a leak would tell. */
  readonly answer: number;
  /** Of numbers: the label that it might as well have been. Right is who is nearer to the answer. */
  readonly other: number;
};

/** Any surface that has not seen the answers is right as often as a coin, whatever it makes of the row. */
const CHANCE = 0.5;

/**
 * Adds rows whose label nothing in them tells: half of their columns come from one row, half from another, and a coin
 * says which of two labels is theirs. Not the marginal of the labels: where one label is rare, a surface that always
 * answers with the other one would be right nearly always, and canaries would tell nothing.
 */
export function plantCanaries(
  evaluation: Evaluation<Reference>,
  count: number,
  kind: Scoring["labels"],
): Evaluation<Reference> {
  const { inputs, reference, split, seed } = evaluation;
  const { labels } = reference;
  const draw = (what: string, below: number): number =>
    Math.floor(unitHash(`canary\n${split}\n${seed}\n${what}`) * below);
  const rows = Array.from({ length: count }, (_, i) => {
    const row = crossed(inputs[draw(`${i}/a`, inputs.length)]!, inputs[draw(`${i}/b`, inputs.length)]!, (column) =>
      draw(`${i}/column/${column}`, 2),
    );
    const answer = kind === "binary" ? draw(`${i}/answer`, 2) : labels[draw(`${i}/answer`, labels.length)]!;
    const other = kind === "binary" ? 1 - answer : labels[draw(`${i}/other`, labels.length)]!;
    return { row, answer, other, before: draw(`${i}/before`, inputs.length + 1) };
  }).toSorted((a, b) => a.before - b.before);
  const mixed: Json[] = [];
  const canaries: PlantedRow[] = [];
  let next = 0;
  for (let i = 0; i <= inputs.length; i += 1) {
    for (; next < rows.length && rows[next]!.before === i; next += 1) {
      const { row, answer, other } = rows[next]!;
      canaries.push({ position: mixed.length, answer, other });
      mixed.push(row);
    }
    if (i < inputs.length) mixed.push(inputs[i]!);
  }
  return { ...evaluation, inputs: mixed, reference: { ...reference, canaries } };
}

function crossed(a: Json, b: Json, side: (column: string) => number): Json {
  const other = b as Readonly<Record<string, Json>>;
  return Object.fromEntries(
    Object.entries(a as object).map(([column, value]) => [
      column,
      side(column) === 0 ? (value as Json) : other[column]!,
    ]),
  );
}

/** Outputs for rows of the table, and for planted ones in the order of `canaries`. */
export function separate(
  outputs: readonly Output[],
  { canaries }: Reference,
): { readonly real: readonly Output[]; readonly planted: readonly Output[] } {
  if (canaries === undefined) return { real: outputs, planted: [] };
  const is = new Set(canaries.map(({ position }) => position));
  return {
    real: outputs.filter((_, i) => !is.has(i)),
    planted: canaries.map(({ position }) => outputs[position] ?? { error: "no answer" }),
  };
}

/** Whether each planted row was answered as a leak would. `answers` are those for rows of the table. */
export function judgeCanaries(
  planted: readonly number[],
  answers: readonly number[],
  { labels, canaries = [] }: Reference,
  kind: Scoring["labels"],
): Canary[] {
  // A yes is what the surface puts among as many rows as there are positives.
  const positives = labels.reduce((sum, label) => sum + label, 0);
  const least = kind === "binary" ? (answers.toSorted((a, b) => b - a)[positives - 1] ?? Number.NaN) : Number.NaN;
  return canaries.map(({ answer, other }, i) => {
    const given = planted[i] ?? Number.NaN;
    const right =
      kind === "binary"
        ? !Number.isNaN(given) && given >= least === (answer === 1)
        : Math.abs(given - answer) < Math.abs(given - other);
    return { right, chance: CHANCE };
  });
}
