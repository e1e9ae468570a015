import type { Json, Output } from "@pawl/plugin";

/** JSON text with sorted keys: equal exactly where two values are. */
export function canonical(value: Json): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(canonical).join(",")}]`;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(",")}}`;
}

/** An output as a person reads it in evidence. */
export const shown = (output: Output | undefined): Json =>
  output === undefined ? null : "value" in output ? output.value : { error: output.error };

/** The number that was answered; `undefined` where the answer is something else. */
export const numberOf = (output: Output | undefined): number | undefined =>
  output !== undefined && "value" in output && typeof output.value === "number" ? output.value : undefined;

/**
 * Whether two answers to the same question agree. Errors agree with each other: their texts may name a position.
 *
 * @param tolerance relative difference that numbers may have; 0 within one engine.
 */
export function agree(a: Output, b: Output, tolerance = 0): boolean {
  if (!("value" in a) || !("value" in b)) return "value" in a === "value" in b;
  return sameValue(a.value, b.value, tolerance);
}

function sameValue(a: Json, b: Json, tolerance: number): boolean {
  if (a === b) return true;
  if (typeof a === "number" && typeof b === "number") {
    return Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b));
  }
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [Object.entries(a as object), b as { readonly [key: string]: Json }];
  return (
    left.length === Object.keys(right).length &&
    left.every(([key, item]) => Object.hasOwn(right, key) && sameValue(item as Json, right[key] as Json, tolerance))
  );
}
