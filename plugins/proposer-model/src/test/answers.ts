import { FILE } from "./context.ts";

/** A model's answer with one edit of the surface. */
export function editing(search: string, replace: string, path = FILE): string {
  return answering({ edits: [{ path, search, replace }] });
}

/** A model's answer as it should be, but for what a test changes. */
export function answering(changes: object): string {
  return JSON.stringify({
    hypothesis: "a larger share is nearer to what is right",
    expectedEffect: "half of the low amounts",
    learnIfItFails: "that the share is not what is wrong",
    ideas: [],
    edits: [],
    files: [],
    ...changes,
  });
}

export const GOOD = editing("x * 0.5", "x * 0.75");
