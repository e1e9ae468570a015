import type { Evaluation, Json } from "@pawl/plugin";
import { columnsOf, labelsOf, type Column, type Scalar } from "./columns.ts";

/** An answer that can be read off the inputs. */
export interface Leak {
  /** The field that gives it away, such as `inputs[].id`, or `the order of the cases`. */
  readonly field: string;
  /** What it gives away, such as `reference[]`. */
  readonly label: string;
  readonly how: "is the answer" | "contains the answer" | "decides the answer" | "sorts the answers";
}

/** Fewer cases prove nothing but equality: four numbers stand in order by chance once in twelve times. */
const FEWEST_TO_JUDGE = 12;
/** A text must be this long to be looked for inside of another. */
const SHORTEST_TEXT = 4;

/**
 * Looks for single fields of the inputs that give the answers away: equal to the label, holding its text, deciding it
 * (few values, each with one label), or in the same order as it. It does not see answers that are encoded, spread over
 * several fields, nearly but not wholly given away, or in text and lists that are long; nor what a label looks like in a
 * reference of a shape that it does not know.
 * @param answers paths of the labels, such as `reference.fraud[]`, where the reference holds more than answers. Default:
 * every scalar in the reference
 */
export function findLeaks(evaluation: Evaluation, answers?: readonly string[]): readonly Leak[] {
  const { inputs, reference } = evaluation;
  const fields = columnsOf(inputs, "inputs");
  const order: Column = { path: "the order of the cases", values: inputs.map((_, index) => index) };
  const labels = labelsOf(reference as Json, inputs);
  const asked = answers === undefined ? labels : labels.filter(({ path }) => answers.includes(path));
  return asked.flatMap((label) => {
    // A label that is the same for all, or that names the case, is no answer.
    if (new Set(label.values).size < 2) return [];
    const leaks = fields.flatMap((field) => {
      const how = judge(field.values, label.values);
      return how === undefined ? [] : [{ field: field.path, label: label.path, how }];
    });
    // Cases that are sorted by their answer tell it to whoever counts.
    const sorted = inputs.length >= FEWEST_TO_JUDGE && inOrder(order.values, label.values);
    return sorted ? [...leaks, { field: order.path, label: label.path, how: "sorts the answers" as const }] : leaks;
  });
}

function judge(field: readonly Scalar[], label: readonly Scalar[]): Leak["how"] | undefined {
  if (new Set(field).size < 2) return undefined;
  if (field.every((value, index) => value !== undefined && same(value, label[index]))) return "is the answer";
  if (contains(field, label)) return "contains the answer";
  if (field.length < FEWEST_TO_JUDGE) return undefined;
  if (decides(field, label)) return "decides the answer";
  return inOrder(field, label) ? "sorts the answers" : undefined;
}

/** `"3"` and 3 are the same answer, and so are `true` and 1. */
function same(field: Scalar, label: Scalar): boolean {
  if (field === label) return true;
  const plain = (value: Scalar): string =>
    typeof value === "boolean" ? String(Number(value)) : String(value).trim().toLowerCase();
  return field !== undefined && label !== undefined && plain(field) === plain(label);
}

function contains(field: readonly Scalar[], label: readonly Scalar[]): boolean {
  return label.every((answer, index) => {
    const text = field[index];
    return (
      typeof answer === "string" && answer.length >= SHORTEST_TEXT && typeof text === "string" && text.includes(answer)
    );
  });
}

/** Each value of the field has one label, and the values repeat so often that this is no accident of many values. */
function decides(field: readonly Scalar[], label: readonly Scalar[]): boolean {
  const labels = new Map<Scalar, Scalar>();
  for (const [index, value] of field.entries()) {
    if (!labels.has(value)) labels.set(value, label[index]);
    else if (labels.get(value) !== label[index]) return false;
  }
  return labels.size <= field.length / 3 && new Set(labels.values()).size > 1;
}

/** Sorting by the field sorts the labels, upwards or downwards, and not only within ties of the field. */
function inOrder(field: readonly Scalar[], label: readonly Scalar[]): boolean {
  const numbers = label.map((value) => (typeof value === "boolean" ? Number(value) : value));
  const comparable = (values: readonly Scalar[]): boolean =>
    values.every((value) => typeof value === "number") || values.every((value) => typeof value === "string");
  if (!comparable(field) || !comparable(numbers)) return false;
  const pairs = field.map((value, index) => [value as string | number, numbers[index] as string | number] as const);
  const compare = (a: string | number, b: string | number): number => (a < b ? -1 : a > b ? 1 : 0);
  const upwards = pairs.toSorted(([a, x], [b, y]) => compare(a, b) || compare(x, y));
  const downwards = pairs.toSorted(([a, x], [b, y]) => compare(a, b) || compare(y, x));
  const holds = (sorted: typeof pairs, sign: number): boolean =>
    sorted.every(([a, x], index) => {
      const next = sorted[index + 1];
      if (next === undefined) return true;
      const [b, y] = next;
      // Within a tie the labels must not differ: the field would not tell them apart.
      return a === b ? x === y : sign * compare(x, y) <= 0;
    });
  return holds(upwards, 1) || holds(downwards, -1);
}
