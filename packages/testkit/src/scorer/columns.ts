import type { Json } from "@pawl/plugin";

/** A label or a field, for every case. */
export interface Column {
  /** Such as `reference[].amount` or `inputs[].customer.id`. */
  readonly path: string;
  readonly values: readonly Scalar[];
}

/** What can be compared. `undefined`: this case has no such field. */
export type Scalar = string | number | boolean | null | undefined;

const MOST_COLUMNS = 500;

const isRecord = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isScalar = (value: Json | undefined): value is Exclude<Scalar, undefined> =>
  typeof value !== "object" || value === null;

/** Every scalar that stands in a list of cases, by its path. */
export function columnsOf(cases: readonly Json[], prefix: string): readonly Column[] {
  const found = new Map<string, Scalar[]>();
  const visit = (value: Json | undefined, path: string, at: number): void => {
    if (value === undefined) return;
    if (isScalar(value)) {
      let values = found.get(path);
      if (values === undefined) {
        if (found.size >= MOST_COLUMNS) return;
        values = Array.from<Scalar>({ length: cases.length });
        found.set(path, values);
      }
      values[at] = value;
    } else if (Array.isArray(value)) {
      for (const [index, each] of (value as readonly Json[]).slice(0, 50).entries())
        visit(each, `${path}[${index}]`, at);
      visit(value.length, `${path}.length`, at);
    } else if (isRecord(value)) {
      for (const [key, each] of Object.entries(value)) visit(each, `${path}.${key}`, at);
    }
  };
  for (const [at, each] of cases.entries()) visit(each, `${prefix}[]`, at);
  return [...found].map(([path, values]) => ({ path, values }));
}

/**
 * The labels in a reference of any shape: a list with one entry per case, such a list inside of an object, or an object
 * whose keys are a field of the inputs.
 */
export function labelsOf(reference: Json, inputs: readonly Json[]): readonly Column[] {
  const isAligned = (value: Json | undefined): value is readonly Json[] =>
    Array.isArray(value) && value.length === inputs.length;
  if (isAligned(reference)) return columnsOf(reference, "reference");
  if (!isRecord(reference)) return [];
  const columns = Object.entries(reference).flatMap(([key, value]) =>
    isAligned(value) ? columnsOf(value, `reference.${key}`) : isRecord(value) ? labelsOf(value, inputs) : [],
  );
  for (const { path, values } of columnsOf(inputs, "inputs")) {
    const keys = values.map(String);
    if (new Set(keys).size === inputs.length && keys.every((key) => Object.hasOwn(reference, key))) {
      const labels = columnsOf(
        keys.map((key) => reference[key]!),
        `reference{${path}}`,
      );
      return [...columns, ...labels];
    }
  }
  return columns;
}
