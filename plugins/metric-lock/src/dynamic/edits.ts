import type { Files } from "@pawl/plugin";
import { diffArrays } from "diff";

/** One edit of one file: these lines of the champion become those. */
export interface Edit {
  readonly file: string;
  /** Index of the first line that is replaced. */
  readonly start: number;
  readonly removed: number;
  readonly lines: readonly string[];
}

/** More are put together with their neighbours. */
const MOST = 8;

/** What must be done to `from` to get `to`, as edits that can be made one without the other, in order. */
export function editsBetween(from: Files, to: Files): readonly (readonly Edit[])[] {
  const files = [...new Set([...Object.keys(from), ...Object.keys(to)])].toSorted();
  const single = files.flatMap((file) => editsOf(file, linesOf(from[file]), linesOf(to[file])));
  const size = Math.ceil(single.length / MOST);
  const groups: Edit[][] = [];
  for (let i = 0; i < single.length; i += size) groups.push(single.slice(i, i + size));
  return groups;
}

const linesOf = (text: string | undefined): string[] => (text === undefined ? [] : text.split("\n"));

function editsOf(file: string, from: string[], to: string[]): Edit[] {
  const edits: Edit[] = [];
  let at = 0;
  let open: Edit | undefined;
  for (const { added, removed, value } of diffArrays(from, to)) {
    if (!added && !removed) {
      at += value.length;
      open = undefined;
      continue;
    }
    if (open !== undefined) edits.pop();
    const before: Edit = open ?? { file, start: at, removed: 0, lines: [] };
    open = added
      ? { ...before, lines: [...before.lines, ...value] }
      : { ...before, removed: before.removed + value.length };
    if (removed) at += value.length;
    edits.push(open);
  }
  return edits;
}

/** The files with these edits and no others. */
export function applyEdits(from: Files, edits: readonly Edit[]): Files {
  const files: Record<string, string> = { ...from };
  for (const file of new Set(edits.map((edit) => edit.file))) {
    const lines = linesOf(from[file]);
    // From the end, so that places before stay where they are.
    const own = edits.filter((edit) => edit.file === file).toSorted((a, b) => b.start - a.start);
    for (const { start, removed, lines: added } of own) lines.splice(start, removed, ...added);
    files[file] = lines.join("\n");
  }
  return files;
}
