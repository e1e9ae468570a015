import { PawlError, type Json } from "@pawl/plugin";
import { closest, distance } from "fastest-levenshtein";
import type { TabularOptions } from "../options.ts";
import type { Scoring } from "../scoring.ts";
import { makeSplitter, splitCode, type FindColumn, type Splitter } from "../split.ts";
import { TypeGuess, type ColumnType } from "./column-types.ts";
import { readTable } from "./read.ts";
import { quote, type Source } from "./row.ts";

/** What one pass over the whole table finds out; small, whatever the size of the table. */
export interface Scan {
  readonly columns: readonly string[];
  /** Columns that the surface gets, with the type of a CSV column or the declared one. */
  readonly inputs: readonly { readonly column: string; readonly type: ColumnType | undefined }[];
  /** Per row its split: see `SplitCode`. */
  readonly splits: Uint8Array;
  readonly splitter: Splitter;
}

/** Finds columns by name. In JSON Lines, those that every row must have are looked for in the first row. */
function columnFinder(source: Source, columns: () => readonly string[]): FindColumn {
  const found = new Map<string, number>();
  return (column, optionPath) => {
    let index = found.get(column);
    if (index !== undefined) return index;
    index = columns().indexOf(column);
    if (index === -1) throw unknownColumn(source, columns(), column, optionPath);
    found.set(column, index);
    return index;
  };
}

function unknownColumn(source: Source, columns: readonly string[], column: string, optionPath: string): PawlError {
  const near = columns.length > 0 ? closest(column, columns) : undefined;
  const hint = near !== undefined && distance(column, near) <= Math.max(2, column.length / 3) ? near : undefined;
  const shown = columns.slice(0, 30).join(", ") + (columns.length > 30 ? ", …" : "");
  return new PawlError("PAWL_CONFIG_INVALID", `${source.name} has no column ${quote(column)}.`, {
    path: `scorer.options.${optionPath}`,
    remedy: `${hint === undefined ? "" : `Did you mean ${quote(hint)}? `}The columns are: ${shown}.`,
  });
}

/** Every column that the options name, with its place in them. */
function namedColumns(
  { label, drop, include, types, split }: TabularOptions,
  scorings: readonly Scoring[],
): [column: string, optionPath: string][] {
  return [
    [label, "label"],
    ...drop.map((column, i): [string, string] => [column, `drop[${i}]`]),
    ...(include ?? []).map((column, i): [string, string] => [column, `include[${i}]`]),
    ...Object.keys(types).map((column): [string, string] => [column, `types.${column}`]),
    ...(split.by === "hash" && split.key !== undefined ? [[split.key, "split.key"] as [string, string]] : []),
    ...(split.by === "hash" ? [] : [[split.column, "split.column"] as [string, string]]),
    ...scorings.flatMap(({ amount }) =>
      amount === undefined ? [] : [[amount.column, amount.optionPath] as [string, string]],
    ),
  ];
}

/**
 * Reads the whole table once: checks columns, rows and labels, deals the rows to splits, infers the types of CSV
 * columns.
 *
 * @throws PawlError `PAWL_DATA_MISSING`, `PAWL_DATA_INVALID` with `file:line`, or `PAWL_CONFIG_INVALID` where the
 * options name a column that is not there.
 */
export async function scanTable(
  source: Source,
  options: TabularOptions,
  scorings: readonly Scoring[],
  checkLabel: (value: Json | undefined, line: number) => void,
  isMissing: (text: string) => boolean,
  signal: AbortSignal,
): Promise<Scan> {
  const hidden = new Set([options.label, ...options.drop]);
  if (options.split.by === "column") hidden.add(options.split.column);
  const isInput = (column: string): boolean => options.include?.includes(column) ?? !hidden.has(column);

  const named = namedColumns(options, scorings);
  let current: readonly string[] = [];
  const find = columnFinder(source, () => current);
  const splitter = makeSplitter(options.split, source, options.label, find);
  const guesses: (TypeGuess | undefined)[] = [];
  let codes = new Uint8Array(1024);
  let rows = 0;
  const columns = await readTable(
    source,
    (values, line, names) => {
      if (rows === 0) {
        current = names;
        if (source.format === "csv") {
          for (const [column, path] of named) find(column, path);
          for (const column of names) {
            guesses.push(isInput(column) && options.types[column] === undefined ? new TypeGuess() : undefined);
          }
        }
      }
      const code = splitter.add(values, line);
      if (code !== 0) checkLabel(values[find(options.label, "label")], line);
      for (const [i, guess] of guesses.entries()) {
        const text = values[i] as string;
        if (guess !== undefined && !isMissing(text)) guess.add(text, line);
      }
      if (rows === codes.length) {
        const larger = new Uint8Array(rows * 2);
        larger.set(codes);
        codes = larger;
      }
      codes[rows++] = code ?? 0;
    },
    signal,
  );
  if (rows === 0) {
    throw new PawlError("PAWL_DATA_INVALID", "The file holds no rows.", { path: source.name });
  }
  for (const [column, path] of named) {
    if (!columns.includes(column)) throw unknownColumn(source, columns, column, path);
  }
  const inputs = columns.flatMap((column, i) =>
    isInput(column) ? [{ column, type: options.types[column] ?? guesses[i]?.type(source, column) }] : [],
  );
  if (inputs.length === 0) {
    throw new PawlError("PAWL_CONFIG_INVALID", "No column is left for the surface to see.", {
      path: "scorer.options.drop",
    });
  }
  return { columns, inputs, splits: splitter.finish?.() ?? codes.subarray(0, rows), splitter };
}

/** How many rows a split has. */
export function countRows(scan: Scan, code: ReturnType<typeof splitCode>): number {
  let count = 0;
  for (const other of scan.splits) if (other === code) count++;
  return count;
}
