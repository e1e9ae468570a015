import type { Files } from "@pawl/plugin";
import { structuredPatch } from "diff";

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
  const single = files.flatMap((file) => {
    const patch = structuredPatch(file, file, from[file] ?? "", to[file] ?? "", "", "", { context: 0 });
    return patch.hunks.map(({ oldStart, oldLines, lines }): Edit => ({
      file,
      // Where nothing is removed, the patch names the line before.
      start: oldLines === 0 ? oldStart : oldStart - 1,
      removed: oldLines,
      lines: lines.filter((line) => line.startsWith("+")).map((line) => line.slice(1)),
    }));
  });
  const size = Math.ceil(single.length / MOST);
  const groups: Edit[][] = [];
  for (let i = 0; i < single.length; i += size) groups.push(single.slice(i, i + size));
  return groups;
}

/** The files with these edits and no others. */
export function applyEdits(from: Files, edits: readonly Edit[]): Files {
  const files: Record<string, string> = { ...from };
  for (const file of new Set(edits.map((edit) => edit.file))) {
    const lines = (from[file] ?? "").split("\n");
    // From the end, so that places before stay where they are.
    const own = edits.filter((edit) => edit.file === file).toSorted((a, b) => b.start - a.start);
    for (const { start, removed, lines: added } of own) lines.splice(start, removed, ...added);
    files[file] = lines.join("\n");
  }
  return files;
}
