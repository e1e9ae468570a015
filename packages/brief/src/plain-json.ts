import { type Json, cleanText } from "@pawl/plugin";

/** Levels of a value that are kept; what is nested deeper is left out, and that is said. */
const DEEPEST = 24;

/** A JSON value of a hostile source with every string cleaned and capped, keys included. */
export function cleanJson(value: Json, maxCharacters: number, depth = 0): Json {
  if (typeof value === "string") return cleanText(value, { maxCharacters });
  if (typeof value !== "object" || value === null) return value;
  if (depth === DEEPEST) return "[… nested too deep …]";
  if (Array.isArray(value)) return value.map((each: Json) => cleanJson(each, maxCharacters, depth + 1));
  const entries = Object.entries(value).map(([key, each]) => [
    cleanText(key, { maxCharacters }),
    cleanJson(each, maxCharacters, depth + 1),
  ]);
  return Object.fromEntries(entries) as Json;
}

/** The same as text, indented; from the middle of a text longer than `maxCharacters` the rest is left out. */
export function jsonText(value: Json | undefined, maxCharacters: number): string {
  if (value === undefined) return "(nothing)";
  return cleanText(JSON.stringify(cleanJson(value, maxCharacters), null, 2), { maxCharacters });
}
