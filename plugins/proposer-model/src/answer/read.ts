import { type Taken, takenSchema } from "./schema.ts";

/** An answer, or what is wrong with it. */
export type Read = { readonly answer: Taken } | { readonly problem: string };

/**
 * Reads an answer leniently: a JSON object as such, in a fenced block, or anywhere between words. Of several the last one
 * counts, as models think first.
 */
export function readAnswer(text: string): Read {
  if (text.trim() === "") return { problem: "the answer is empty" };
  const objects = candidates(text).flatMap((candidate) => parse(candidate) ?? []);
  if (objects.length === 0) return { problem: "the answer holds no JSON object that can be parsed" };
  const results = objects.map((value) => takenSchema.safeParse(value));
  const right = results.find(({ success }) => success);
  if (right?.success === true) return { answer: right.data };
  const [issue] = results[0]?.error?.issues ?? [];
  const at = issue === undefined || issue.path.length === 0 ? "the object" : `"${issue.path.join(".")}"`;
  return { problem: `the JSON object is not what was asked for: ${at}: ${issue?.message ?? "invalid"}` };
}

/** Texts that may be the object, the most likely first. */
function candidates(text: string): string[] {
  const fenced = [...text.matchAll(/```[a-z]*\s*\n([\s\S]*?)\n\s*```/gi)].map(([, inside = ""]) => inside);
  const first = text.indexOf("{");
  const last = text.lastIndexOf("}");
  const between = first === -1 || last < first ? [] : [text.slice(first, last + 1)];
  return [text, ...fenced.toReversed(), ...between];
}

function parse(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
