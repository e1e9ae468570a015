import { type Json, cleanJson, cleanText } from "@pawl/plugin";

/** A JSON value of a hostile source as clean text, indented; from the middle of a longer one the rest is left out. */
export function jsonText(value: Json | undefined, maxCharacters: number): string {
  if (value === undefined) return "(nothing)";
  return cleanText(JSON.stringify(cleanJson(value, { maxCharacters }), null, 2), { maxCharacters });
}
