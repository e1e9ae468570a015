import type { Json } from "@pawl/plugin";

/** Where a value stands in an input: keys and indices; empty for the input itself. */
export type Path = readonly (string | number)[];

/**
 * `constant`: one value in all cases. `identifier`: tells cases apart and means nothing by itself, as far as can be
 * guessed. `number`: measured, with digits after the point. `integer`: whole numbers of which there are many.
 * `category`: few values. `text`: everything else.
 */
export type FieldKind = "constant" | "identifier" | "number" | "integer" | "category" | "text";

export interface Field {
  readonly name: string;
  readonly path: Path;
  readonly kind: FieldKind;
  /** Share of the cases looked at that have a value of their own. */
  readonly distinct: number;
  /** Digits after the point that numbers are given with, where all of them keep to so few; else absent. */
  readonly decimals?: number;
}

/** Cases that are looked at to tell what a field is. */
const LOOKED_AT = 1_500;
const DEEPEST = 3;
const LONGEST_ARRAY = 64;
const FEW = 50;
const MANY_OF_ALL = 0.05;

const HINT = /(^|[_\-. ])(id|ids|uuid|guid|key|hash|ref|token|code|nr|no|number|account|iban|serial|name|email)$/i;
const camel = (name: string): string => name.replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2");

/** What the inputs consist of. Fields are found in the cases; arrays up to 64 long count as fields by position. */
export function fieldsOf(inputs: readonly Json[]): Field[] {
  const step = Math.max(1, Math.ceil(inputs.length / LOOKED_AT));
  const found = new Map<string, { path: Path; values: (string | number | boolean | null)[] }>();
  let cases = 0;
  for (let i = 0; i < inputs.length; i += step, cases += 1) collect(inputs[i]!, [], found);
  return [...found].map(([name, { path, values }]) => {
    const { kind, distinct } = kindOf(name, values, cases);
    const decimals = kind === "number" ? decimalsOf(values) : undefined;
    return { name, path, kind, distinct, ...(decimals !== undefined && { decimals }) };
  });
}

function collect(
  value: Json,
  path: Path,
  found: Map<string, { path: Path; values: (string | number | boolean | null)[] }>,
): void {
  if (typeof value === "object" && value !== null) {
    if (path.length >= DEEPEST || (Array.isArray(value) && value.length > LONGEST_ARRAY)) return;
    if (Array.isArray(value)) for (const [i, item] of (value as Json[]).entries()) collect(item, [...path, i], found);
    else for (const key of Object.keys(value)) collect((value as Record<string, Json>)[key]!, [...path, key], found);
    return;
  }
  const name = path.join(".");
  const known = found.get(name);
  if (known === undefined) found.set(name, { path, values: [value] });
  else known.values.push(value);
}

function kindOf(
  name: string,
  values: readonly (string | number | boolean | null)[],
  cases: number,
): Pick<Field, "kind" | "distinct"> {
  const present = values.filter((value) => value !== null);
  const count = new Set(present).size;
  const distinct = present.length === 0 ? 0 : count / present.length;
  const of = (kind: FieldKind): Pick<Field, "kind" | "distinct"> => ({ kind, distinct });
  if (count <= 1) return of("constant");
  const hinted = HINT.test(camel(name));
  const mostly = present.length > cases / 2;
  if (present.every((value) => typeof value === "number")) {
    const whole = (present as number[]).every(Number.isInteger);
    if (whole && hinted && mostly && count > FEW) return of("identifier");
    if (whole && distinct > 0.97 && cases > FEW && largeAndUnordered(present as number[])) return of("identifier");
    if (count <= Math.min(FEW, MANY_OF_ALL * cases)) return of("category");
    return of(whole ? "integer" : "number");
  }
  if (!present.every((value) => typeof value === "string")) return of("category");
  const texts = present as string[];
  const token = texts.every((text) => text.length <= 80 && !/\s/.test(text));
  if (token && mostly && cases > 10 && (distinct > 0.9 || (hinted && distinct > 0.1))) return of("identifier");
  return of(count <= Math.max(FEW, MANY_OF_ALL * cases) ? "category" : "text");
}

const MOST_DECIMALS = 6;

function decimalsOf(values: readonly (string | number | boolean | null)[]): number | undefined {
  let most = 0;
  for (const value of values) {
    if (typeof value !== "number") continue;
    while (most <= MOST_DECIMALS && Number(value.toFixed(most)) !== value) most += 1;
    if (most > MOST_DECIMALS) return undefined;
  }
  return most;
}

/** Unlike amounts and times: at least eight digits, and neither rising nor falling through the cases. */
function largeAndUnordered(values: readonly number[]): boolean {
  let rising = 0;
  for (let i = 1; i < values.length; i += 1) if (values[i]! >= values[i - 1]!) rising += 1;
  const share = rising / Math.max(1, values.length - 1);
  return share > 0.1 && share < 0.9 && values.filter((value) => Math.abs(value) >= 1e7).length > 0.9 * values.length;
}

/** The value at a path; `undefined` where there is none. */
export function valueAt(input: Json, path: Path): Json | undefined {
  let value: Json | undefined = input;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string | number, Json>)[key];
  }
  return value;
}

/** A copy with another value at a path that is there; keys keep their order. */
export function withValue(input: Json, path: Path, value: Json): Json {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (Array.isArray(input))
    return (input as Json[]).with(Number(key), withValue((input as Json[])[Number(key)]!, rest, value));
  const object = input as Record<string, Json>;
  return { ...object, [key]: withValue(object[key]!, rest, value) };
}

/** A path as relations write it: keys with dots between them. */
export const pathOf = (name: string): Path => (name === "" ? [] : name.split("."));
