import type { z } from "zod";

/** More characters than the largest surface has in JSON. */
const LONGEST = 8_388_608;

/** Fenced blocks that are looked at, from the end. */
const MOST_BLOCKS = 16;

/** An answer, or what is wrong with it. */
export type Read<T> = { readonly answer: T } | { readonly problem: string };

/**
 * Reads an answer leniently: a JSON object as such, in a fenced block, or anywhere between words. Of several the last one
 * counts, as models think first.
 */
export function readAnswer<T>(text: string, schema: z.ZodType<T>): Read<T> {
  if (text.trim() === "") return { problem: "the answer is empty" };
  if (text.length > LONGEST) return { problem: `the answer has ${text.length} characters, more than ${LONGEST}` };
  const objects = candidates(text).flatMap((candidate) => parse(candidate) ?? []);
  if (objects.length === 0) return { problem: "the answer holds no JSON object that can be parsed" };
  const results = objects.map((value) => schema.safeParse(value));
  const right = results.find(({ success }) => success);
  if (right?.success === true) return { answer: right.data };
  const [issue] = results[0]?.error?.issues ?? [];
  const at = issue === undefined || issue.path.length === 0 ? "the object" : `"${issue.path.join(".")}"`;
  return { problem: `the JSON object is not what was asked for: ${at}: ${issue?.message ?? "invalid"}` };
}

/** Texts that may be the object, the most likely first. */
function candidates(text: string): string[] {
  const first = text.indexOf("{");
  const last = text.lastIndexOf("}");
  const between = first === -1 || last < first ? [] : [text.slice(first, last + 1)];
  return [text, ...fencedBlocks(text), ...between];
}

/** What stands between lines that begin with three backticks, the last ones first. */
function fencedBlocks(text: string): string[] {
  const lines = text.split("\n");
  const fences = lines.flatMap((line, at) => (line.trimStart().startsWith("```") ? [at] : []));
  const pairs = Array.from({ length: Math.floor(fences.length / 2) }, (_, pair) =>
    fences.slice(2 * pair, 2 * pair + 2),
  );
  return pairs
    .slice(-MOST_BLOCKS)
    .toReversed()
    .map(([open = 0, close]) => lines.slice(open + 1, close).join("\n"));
}

function parse(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
