import type { Files } from "@pawl/core";
import { createTwoFilesPatch } from "diff";
import type { Colors } from "./output.ts";
import { sanitiseLines } from "./text.ts";

/** A unified diff of all files that differ; empty where none does. */
export function unifiedDiff(before: Files, after: Files): string {
  const paths = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  return paths
    .filter((path) => before[path] !== after[path])
    .map((path) =>
      createTwoFilesPatch(`a/${path}`, `b/${path}`, before[path] ?? "", after[path] ?? "", undefined, undefined, {
        context: 3,
        headerOptions: { includeIndex: false, includeUnderline: false, includeFileHeaders: true },
      }).trimEnd(),
    )
    .join("\n");
}

/** The diff's lines for a terminal: coloured, and with nothing in them that a terminal obeys. */
export function diffLines(diff: string, colors: Colors): string[] {
  if (diff === "") return [];
  return sanitiseLines(diff).map((line) => {
    if (line.startsWith("+++") || line.startsWith("---")) return colors.bold(line);
    if (line.startsWith("+")) return colors.green(line);
    if (line.startsWith("-")) return colors.red(line);
    if (line.startsWith("@@")) return colors.cyan(line);
    return line;
  });
}
