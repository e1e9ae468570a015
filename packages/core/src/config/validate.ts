import { PawlError } from "@pawl/plugin";
import { closest, distance } from "fastest-levenshtein";
import type { z } from "zod";

/**
 * Checks `value` against `schema`. The error names the place as a config path, says what was expected, and offers
 * the nearest known name where one was misspelt.
 * @throws PawlError `PAWL_CONFIG_INVALID`
 */
export function validate<S extends z.ZodType>(schema: S, value: unknown, path: string): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.flatMap((issue) => describe(issue, { schema, value, path }));
  const [first = { path, text: "is not valid" }] = problems;
  throw new PawlError("PAWL_CONFIG_INVALID", first.text, {
    path: first.path,
    details: problems.slice(1).map((problem) => `${problem.path}: ${problem.text}`),
    remedy: "Correct this value in the config.",
  });
}

interface Problem {
  readonly path: string;
  readonly text: string;
}

interface Checked {
  readonly schema: z.ZodType;
  readonly value: unknown;
  readonly path: string;
}

function describe(issue: z.core.$ZodIssue, checked: Checked): Problem[] {
  const path = joinPath(checked.path, issue.path);
  if (issue.code === "unrecognized_keys") {
    const known = keysAt(checked.schema, issue.path);
    return issue.keys.map((key) => ({
      path: joinPath(path, [key]),
      text: `there is no option "${key}"${didYouMean(key, known)}`,
    }));
  }
  if (issue.code === "invalid_union") {
    // Of the ways to be right, the one that the value comes nearest to: the one that does not fail by its mere type.
    const near = issue.errors.find((issues) =>
      issues.every(({ code, path: at }) => code !== "invalid_type" || at.length > 0),
    );
    const inner = near?.flatMap((found) => describe({ ...found, path: [...issue.path, ...found.path] }, checked)) ?? [];
    if (inner.length > 0) return inner;
  }
  if (issue.code === "invalid_value") {
    const received = valueAt(checked.value, issue.path);
    const known = issue.values.filter((value) => typeof value === "string");
    return [
      { path, text: `${lower(issue.message)}${typeof received === "string" ? didYouMean(received, known) : ""}` },
    ];
  }
  return [{ path, text: lower(issue.message) }];
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((current, part) => (current as Record<PropertyKey, unknown> | undefined)?.[part], value);
}

/** ` (did you mean "x"?)`, or nothing where no known name is near. */
export function didYouMean(name: string, known: readonly string[]): string {
  if (known.length === 0) return "";
  const nearest = closest(name.toLowerCase(), known as string[]);
  const near = distance(name.toLowerCase(), nearest.toLowerCase()) <= Math.max(2, Math.floor(name.length / 3));
  return near ? ` (did you mean "${nearest}"?)` : ` (known: ${known.join(", ")})`;
}

/** `gates[1].options.confidence`. */
export function joinPath(root: string, path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    return text === "" ? String(part) : `${text}.${String(part)}`;
  }, root);
}

function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let current: unknown = schema;
  for (const part of path) {
    const inner = unwrap(current) as { shape?: Record<PropertyKey, unknown>; element?: unknown };
    current = inner.shape?.[part] ?? inner.element;
  }
  const { shape } = unwrap(current) as { shape?: Record<string, unknown> };
  return shape === undefined ? [] : Object.keys(shape);
}

/** Through `.optional()`, `.default()` and their like. */
function unwrap(schema: unknown): object {
  let current = schema as { def?: { innerType?: unknown } } | undefined;
  while (current?.def?.innerType !== undefined) current = current.def.innerType as typeof current;
  return current ?? {};
}

const lower = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
