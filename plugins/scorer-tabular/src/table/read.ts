import { stat } from "node:fs/promises";
import { PawlError } from "@pawl/plugin";
import { readCsv } from "./read-csv.ts";
import { readJsonLines } from "./read-json-lines.ts";
import type { Source, VisitRow } from "./row.ts";

function unreadable(source: Source, cause: unknown): PawlError {
  const code = (cause as NodeJS.ErrnoException).code;
  const why =
    code === "ENOENT" ? "does not exist" : code === "EISDIR" ? "is a folder" : `cannot be read (${code ?? "unknown"})`;
  return new PawlError("PAWL_DATA_MISSING", `The table ${source.name} ${why}.`, {
    path: source.path,
    remedy: "Check scorer.options.file; it is relative to the config.",
    cause,
  });
}

/**
 * What tells one state of the file from another without reading it.
 *
 * @throws PawlError `PAWL_DATA_MISSING`
 */
export async function fingerprint(source: Source): Promise<string> {
  try {
    const { size, mtimeNs, ino } = await stat(source.path, { bigint: true });
    return `${ino}:${size}:${mtimeNs}`;
  } catch (error) {
    throw unreadable(source, error);
  }
}

/**
 * Streams the table through `visit` and returns its columns. Never holds more than a few mebibytes of it.
 *
 * @throws PawlError `PAWL_DATA_MISSING` where the file cannot be read, `PAWL_DATA_INVALID` with `file:line` where a row
 * cannot be used, and whatever `visit` throws.
 */
export async function readTable(source: Source, visit: VisitRow, signal: AbortSignal): Promise<readonly string[]> {
  try {
    return await (source.format === "csv" ? readCsv : readJsonLines)(source, visit, signal);
  } catch (error) {
    const isSystemError = error instanceof Error && "syscall" in error;
    throw isSystemError ? unreadable(source, error) : error;
  }
}
