import type { Json } from "@pawl/plugin";

/** What the inputs of one split hold under one path. */
export interface Field {
  readonly path: string;
  /** How many cases have it. */
  total: number;
  readonly counts: Map<string | number, number>;
}

/** The inputs of one split, turned round: from values to the cases that hold them. */
export interface InputIndex {
  readonly cases: number;
  readonly fields: ReadonlyMap<string, Field>;
  /** Cases that hold a value anywhere, at most a few. */
  readonly holders: ReadonlyMap<string | number, readonly number[]>;
}

const MOST_LEAVES = 3_000_000;
const MOST_HOLDERS = 4;
const DEEPEST = 4;
const LONGEST_TEXT = 4_000;
/** Shorter ones are years and house numbers; longer ones are no numbers any more. */
const DIGITS = /(?<![\d.])\d{4,15}(?![\d.])/g;

const indexes = new WeakMap<readonly Json[], InputIndex>();

/** The index of these inputs, made once. */
export function indexOf(inputs: readonly Json[]): InputIndex {
  let index = indexes.get(inputs);
  if (index === undefined) indexes.set(inputs, (index = build(inputs)));
  return index;
}

function build(inputs: readonly Json[]): InputIndex {
  const fields = new Map<string, Field>();
  const holders = new Map<string | number, number[]>();
  let leaves = 0;
  const add = (path: string, value: string | number, at: number): void => {
    leaves += 1;
    let field = fields.get(path);
    if (field === undefined) {
      if (fields.size >= 500) return;
      fields.set(path, (field = { path, total: 0, counts: new Map() }));
    }
    field.total += 1;
    field.counts.set(value, (field.counts.get(value) ?? 0) + 1);
    const known = holders.get(value);
    if (known === undefined) holders.set(value, [at]);
    else if (known.length < MOST_HOLDERS && known.at(-1) !== at) known.push(at);
  };
  const visit = (value: Json, path: string, at: number, depth: number): void => {
    if (typeof value === "string" || typeof value === "number") add(path, value, at);
    // `A-12345` in a letter is as good as 12345.
    if (typeof value === "string" && value.length <= LONGEST_TEXT) {
      for (const [digits] of value.matchAll(DIGITS)) add(`${path} (digits)`, Number(digits), at);
    }
    if (typeof value === "string" || typeof value === "number") return;
    if (Array.isArray(value)) {
      // Items of lists are alike: they share one path.
      if (depth < DEEPEST) for (const item of value) visit(item, path === "" ? "[]" : `${path}.[]`, at, depth + 1);
    } else if (typeof value === "object" && value !== null && depth < DEEPEST) {
      for (const [key, item] of Object.entries(value))
        visit(item as Json, path === "" ? key : `${path}.${key}`, at, depth + 1);
    }
  };
  for (const [at, input] of inputs.entries()) {
    if (leaves > MOST_LEAVES) break;
    visit(input, "", at, 0);
  }
  return { cases: inputs.length, fields, holders };
}

/** Whether a field has almost as many values as cases, as names, ids and amounts have. */
export function isTelling({ total, counts }: Field): boolean {
  return counts.size > 40 && (counts.size > 0.02 * total || counts.size > 400);
}

/** Whether a value stands for a case or two, in a field whose values do. */
export function isRare(field: Field, value: string | number): boolean {
  const count = field.counts.get(value) ?? 0;
  return count > 0 && count <= Math.max(2, 0.001 * field.total) && isTelling(field);
}

const sorted = new WeakMap<Field, Float64Array>();

/** The different numbers of a field, in order. */
export function numbersOf(field: Field): Float64Array {
  let numbers = sorted.get(field);
  if (numbers === undefined) {
    numbers = Float64Array.from([...field.counts.keys()].filter((value) => typeof value === "number")).toSorted();
    sorted.set(field, numbers);
  }
  return numbers;
}

/** Where a number stands, or would stand, in a sorted list. */
export function rankOf(numbers: Float64Array, value: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

const NEIGHBOURS = 12;

/**
 * The chance that a number as precise as this one is one of the field's by accident: how densely the field's numbers
 * lie around it, on the grid of numbers with as many decimals.
 */
export function chanceOf(field: Field, value: number, decimals: number): number {
  const numbers = numbersOf(field);
  if (numbers.length === 0) return 0;
  const rank = rankOf(numbers, value);
  const low = numbers[Math.max(0, rank - NEIGHBOURS)] as number;
  const high = numbers[Math.min(numbers.length - 1, rank + NEIGHBOURS)] as number;
  const places = Math.max(1, Math.round((high - low) * 10 ** decimals));
  const found = Math.min(numbers.length - 1, rank + NEIGHBOURS) - Math.max(0, rank - NEIGHBOURS) + 1;
  return Math.min(1, found / places);
}

/** Decimals of a number as it is written shortest. */
export function decimalsOf(value: number): number {
  const [mantissa = "", exponent = "0"] = String(value).split("e");
  return Math.max(0, (mantissa.split(".")[1]?.length ?? 0) - Number(exponent));
}
