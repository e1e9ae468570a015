import { PawlError, type Json, type PawlErrorDetails } from "@pawl/plugin";

/** A table file and how to read it. */
export interface Source {
  /** As the config says it; for messages. */
  readonly name: string;
  /** Absolute path. */
  readonly path: string;
  readonly format: "csv" | "jsonl";
  readonly delimiter: string;
}

/**
 * Called once per row, in the order of the file. `values` stands beside `columns`; where a JSON Lines row lacks a
 * column the value is `undefined`, and `columns` grows as new ones turn up. CSV values are texts.
 */
export type VisitRow = (values: readonly (Json | undefined)[], line: number, columns: readonly string[]) => void;

/** A row or field that cannot be used, with its place as `file:line`. */
export function badRow(
  source: Source,
  line: number,
  message: string,
  details: Omit<PawlErrorDetails, "path"> = {},
): PawlError {
  return new PawlError("PAWL_DATA_INVALID", message, { ...details, path: `${source.name}:${line}` });
}

/** Shows a value in a message, shortened. */
export function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** Column names that no object can have as an ordinary key. */
export function checkColumnName(source: Source, line: number, name: string): void {
  if (name === "__proto__") throw badRow(source, line, 'A column cannot be called "__proto__".');
}
