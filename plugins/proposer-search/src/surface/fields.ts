import type { Json } from "@pawl/plugin";

/** Something that every input has, as the search may use it in a condition or a term. */
export interface Field {
  /** Property names and indexes from the input inwards; empty for an input that is a number itself. */
  readonly path: readonly (string | number)[];
  readonly kind: "number" | "boolean" | "category";
  /** Whether some inputs lack it. */
  readonly optional: boolean;
  /** The numbers seen, in order. */
  readonly sorted: readonly number[];
  /** The words seen. */
  readonly words: readonly string[];
}

const MAX_INPUTS = 300;
const MAX_FIELDS = 200;
const MAX_DEPTH = 3;
const MAX_WORDS = 12;
const MAX_INDEXES = 16;

/** What the inputs have in common: their numbers, switches and categories, by path. Constants are left out. */
export function inferFields(inputs: readonly Json[]): Field[] {
  const sample = inputs.slice(0, MAX_INPUTS);
  const seen = new Map<string, { path: (string | number)[]; values: (number | string | boolean)[] }>();
  const collect = (value: Json, path: (string | number)[]): void => {
    if (typeof value === "number" || typeof value === "string" || typeof value === "boolean") {
      const key = JSON.stringify(path);
      const known = seen.get(key);
      if (known !== undefined) known.values.push(value);
      else if (seen.size < MAX_FIELDS) seen.set(key, { path, values: [value] });
    } else if (value !== null && path.length < MAX_DEPTH) {
      if (isList(value)) {
        collect(value.length, [...path, "length"]);
        for (const [index, item] of value.slice(0, MAX_INDEXES).entries()) collect(item, [...path, index]);
      } else {
        for (const [name, item] of Object.entries(value)) collect(item, [...path, name]);
      }
    }
  };
  for (const input of sample) collect(input, []);
  return [...seen.values()].flatMap(({ path, values }) => describe(path, values, sample.length));
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function describe(
  path: readonly (string | number)[],
  values: readonly (number | string | boolean)[],
  total: number,
): Field[] {
  const optional = values.length < total;
  if (new Set(values).size < 2) return [];
  const shared = { path, optional, sorted: [] as number[], words: [] as string[] };
  if (values.every((value) => typeof value === "number")) {
    return [{ ...shared, kind: "number", sorted: values.toSorted((a, b) => a - b) }];
  }
  if (values.every((value) => typeof value === "boolean")) return [{ ...shared, kind: "boolean" }];
  if (values.every((value) => typeof value === "string")) {
    const words = [...new Set(values)].toSorted();
    // Names and identifiers have as many values as cases; a rule on one of them would be learnt by heart.
    return words.length <= MAX_WORDS ? [{ ...shared, kind: "category", words }] : [];
  }
  return [];
}

/** The value below which the share `q` of the cases lies. */
export function quantile(field: Field, q: number): number {
  const { sorted } = field;
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.floor(q * sorted.length)))] ?? 0;
}

/** A typical distance between two cases, never zero. */
export function spread(field: Field): number {
  const { sorted } = field;
  const width = quantile(field, 0.9) - quantile(field, 0.1);
  if (width > 0) return width;
  const whole = (sorted.at(-1) ?? 1) - (sorted[0] ?? 0);
  return whole > 0 ? whole : 1;
}

/** A threshold between two neighbouring cases, as short as it can be written. */
export function threshold(field: Field, q: number): number {
  const { sorted } = field;
  const low = quantile(field, q);
  const high = sorted.find((each) => each > low);
  if (high === undefined) return low;
  const middle = low + (high - low) / 2;
  for (let digits = 1; digits <= 17; digits += 1) {
    const short = Number(middle.toPrecision(digits));
    if (short >= low && short < high) return short;
  }
  return low;
}
