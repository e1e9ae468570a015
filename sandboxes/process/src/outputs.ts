import type { Json, Output } from "@pawl/plugin";

/** Deeper answers are refused in the child already; this guards the recursion here. */
const MAX_DEPTH = 110;
const MAX_ERROR = 400;

/**
 * Reads the outputs that a child sent. The child may be in the candidate's hands, so everything is checked: one entry
 * per input, each either a value or an error, and values that survive another trip through JSON unchanged.
 * @returns the outputs, or the sentence that says what is wrong
 */
export function readOutputs(body: Buffer, expected: number): readonly Output[] | string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    return "the outputs are not JSON";
  }
  if (!Array.isArray(parsed)) return "the outputs are not a list";
  if (parsed.length !== expected) return `${parsed.length} outputs for ${expected} inputs`;
  for (const [index, entry] of (parsed as unknown[]).entries()) {
    const wrong = checkEntry(entry);
    if (wrong !== undefined) return `output ${index} ${wrong}`;
  }
  return parsed as Output[];
}

function checkEntry(entry: unknown): string | undefined {
  if (typeof entry !== "object" || entry === null || Array.isArray(entry)) return "is not an object";
  const keys = Object.keys(entry);
  if (keys.length !== 1) return "does not have exactly one field";
  const [key] = keys;
  const content = (entry as Record<string, unknown>)[key!];
  if (key === "error")
    return typeof content === "string" && content.length <= MAX_ERROR ? undefined : "has no proper error";
  if (key !== "value") return "is neither a value nor an error";
  return isCanonical(content as Json, 0) ? undefined : "is not a canonical JSON value";
}

/** JSON text can still spell infinity (1e999) and negative zero, and a field that would set a prototype. */
export function isCanonical(value: Json, depth: number): boolean {
  if (typeof value === "number") return Number.isFinite(value) && !Object.is(value, -0);
  if (typeof value !== "object" || value === null) return true;
  if (depth > MAX_DEPTH) return false;
  if (Array.isArray(value)) return value.every((each: Json) => isCanonical(each, depth + 1));
  return Object.entries(value).every(([key, each]) => key !== "__proto__" && isCanonical(each, depth + 1));
}
