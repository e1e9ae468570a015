import type { HonestChange, Language, Made, Target } from "../attack.ts";
import { withEntry } from "../graft.ts";

/** A piece of the surface, which must stand there exactly once, and what takes its place. */
type Replacement = readonly [search: string, replace: string];

/** A change made for one known surface; it can be tried where all pieces stand in the entry exactly once. */
export function edits(
  name: string,
  description: string,
  replacements: readonly Replacement[],
  { kind = "tweak", language = "javascript" }: { kind?: HonestChange["kind"]; language?: Language } = {},
): HonestChange {
  return { name, description, kind, language, make: (target) => apply(target, replacements) };
}

function apply(target: Target, replacements: readonly Replacement[]): Made {
  let text = target.files[target.entry] ?? "";
  for (const [search, replace] of replacements) {
    if (text.split(search).length !== 2) return { skip: "it was made for another surface" };
    text = text.replace(search, () => replace);
  }
  return { files: withEntry(target, text) };
}
