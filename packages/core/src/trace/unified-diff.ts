import type { Files } from "@pawl/plugin";
import { createTwoFilesPatch } from "diff";

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
