import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { PawlError } from "@pawl/plugin";
import { CsvError, parse } from "csv-parse";
import { badRow, checkColumnName, type Source, type VisitRow } from "./row.ts";

/** Longer rows are taken for a quote that was never closed, which would otherwise swallow the file, and the memory. */
const MAX_ROW_BYTES = 16 * 1024 * 1024;

/** Line ends inside quoted fields, counted as an editor counts them. */
const LINE_END = /\r\n|\n|\r/g;
const lineEnds = (fields: readonly string[]): number =>
  fields.reduce((sum, field) => sum + (field.match(LINE_END)?.length ?? 0), 0);

/** Streams a CSV file: RFC 4180 with any line ends, an optional byte order mark, and empty lines skipped. */
export async function readCsv(source: Source, visit: VisitRow, signal: AbortSignal): Promise<readonly string[]> {
  let columns: readonly string[] | undefined;
  // Where the next row starts, were no line empty. The parser's own count takes "\r\n" in quotes for two lines, so it
  // only tells which rows to look into.
  let nextLine = 1;
  let emptyLines = 0;
  let parserLine = 0;

  const parser = parse({
    bom: true,
    delimiter: source.delimiter,
    max_record_size: MAX_ROW_BYTES,
    record_delimiter: ["\r\n", "\n", "\r"],
    relax_column_count: true,
    skip_empty_lines: true,
    // Rows are taken here and never pushed on, which spares an object stream with a million entries.
    on_record: (fields: string[], info) => {
      const spanned = info.lines - parserLine - (info.empty_lines - emptyLines);
      parserLine = info.lines;
      emptyLines = info.empty_lines;
      const line = nextLine + emptyLines;
      nextLine += spanned > 1 ? 1 + lineEnds(fields) : 1;
      if (columns === undefined) {
        checkHeader(source, line, fields);
        columns = fields;
      } else if (fields.length !== columns.length) {
        throw badRow(source, line, `The row has ${fields.length} fields, the header has ${columns.length}.`, {
          remedy: "Add or remove fields, or put quotes around a field that contains the delimiter.",
        });
      } else {
        visit(fields, line, columns);
      }
      return null;
    },
  });
  parser.resume();
  try {
    await pipeline(createReadStream(source.path, { highWaterMark: 1024 * 1024 }), parser, { signal });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = nextLine + (parser.info.empty_lines ?? emptyLines);
    throw badRow(source, line, `The row that starts here is not CSV: ${explain(error)}.`, {
      remedy: 'Put quotes around the field and double the quotes inside it: "say ""yes""".',
      cause: error,
    });
  }
  if (columns === undefined) {
    throw new PawlError("PAWL_DATA_INVALID", "The file is empty: it has no header.", { path: source.name });
  }
  return columns;
}

function checkHeader(source: Source, line: number, columns: readonly string[]): void {
  const seen = new Set<string>();
  for (const [index, column] of columns.entries()) {
    checkColumnName(source, line, column);
    if (column.trim() === "") throw badRow(source, line, `Column ${index + 1} has no name.`);
    if (seen.has(column)) throw badRow(source, line, `The column "${column}" is there twice.`);
    seen.add(column);
  }
}

function explain(error: CsvError): string {
  switch (error.code) {
    case "CSV_QUOTE_NOT_CLOSED":
      return "a quote is opened and never closed";
    case "CSV_INVALID_CLOSING_QUOTE":
      return "text follows a closing quote";
    case "INVALID_OPENING_QUOTE":
      return "there is a quote inside a field that does not start with one";
    case "CSV_MAX_RECORD_SIZE":
      return `it is longer than ${MAX_ROW_BYTES / 1024 / 1024} MiB, as if a quote was never closed`;
    default:
      return error.message;
  }
}
