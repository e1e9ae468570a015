import type { Json } from "@pawl/plugin";
import { badRow, quote, type Source } from "./row.ts";
import { booleanOf, isCode, numberOf } from "./values.ts";

export type ColumnType = "number" | "string" | "boolean";

/** From this share of numbers on, a text in a column is taken for a mistake rather than for a text column. */
const MOSTLY = 0.9;

/** Collects what a CSV column holds, to tell its type after the last row. */
export class TypeGuess {
  private present = 0;
  private numbers = 0;
  private booleans = 0;
  private codes = 0;
  private firstOther: { readonly line: number; readonly text: string } | undefined;

  add(text: string, line: number): void {
    this.present++;
    if (numberOf(text) !== undefined) {
      this.numbers++;
      if (this.codes === 0 && isCode(text)) this.codes++;
    } else {
      this.firstOther ??= { line, text };
      if (booleanOf(text) !== undefined) this.booleans++;
    }
  }

  /**
   * `number` or `boolean` where every value that is not missing is one, else `string`. Whole numbers with leading zeros
   * or more digits than a double holds make a column of strings.
   *
   * @throws PawlError `PAWL_DATA_INVALID` where nine of ten values are numbers and some are not: turning the numbers
   * into strings because of a typo would change what the surface sees without a word.
   */
  type(source: Source, column: string): ColumnType {
    if (this.present === 0) return "string";
    if (this.booleans === this.present) return "boolean";
    if (this.numbers === this.present) return this.codes === 0 ? "number" : "string";
    if (this.numbers >= MOSTLY * this.present) {
      const { line, text } = this.firstOther!;
      const message = `Column "${column}" holds numbers, but here it says ${quote(text)}.`;
      throw badRow(source, line, message, {
        remedy: `Correct the row, list ${quote(text)} in scorer.options.missing, or set types: { ${JSON.stringify(column)}: "string" }.`,
      });
    }
    return "string";
  }
}

/** Whether JSON carries a value: a literal such as 1e999 parses to Infinity, which it would turn into null. */
function isCarried(value: Json): boolean {
  if (typeof value === "number") return Number.isFinite(value);
  return typeof value !== "object" || value === null || Object.values(value).every(isCarried);
}

/** Makes the value that the surface sees. Missing is `null`. */
export type Convert = (value: Json | undefined, line: number) => Json;

/** What is done with one column of the table. */
export function converter(
  source: Source,
  column: string,
  type: ColumnType | undefined,
  isMissing: (text: string) => boolean,
): Convert {
  const wrong = (value: Json, line: number): never => {
    throw badRow(source, line, `Column "${column}" is a ${type}, but here it says ${quote(value)}.`, {
      remedy: `Correct the row, or change the column's type in scorer.options.types.`,
    });
  };
  if (source.format === "jsonl") {
    return (value, line) => {
      if (value === undefined || value === null) return null;
      if (type !== undefined && typeof value !== type) return wrong(value, line);
      if (!isCarried(value)) {
        throw badRow(source, line, `Column "${column}" holds a number that is too large.`);
      }
      // JSON has no negative zero.
      if (value === 0) return 0;
      return value;
    };
  }
  const read = { number: numberOf, boolean: booleanOf, string: (text: Json) => text }[type ?? "string"];
  return (value, line) => {
    const text = value as string;
    if (isMissing(text)) return null;
    const converted = read(text) ?? wrong(text, line);
    if (typeof converted === "string" && converted.includes("\uFFFD")) {
      throw badRow(source, line, `Column "${column}" is not valid UTF-8: ${quote(text)}.`, {
        remedy: "Save the file as UTF-8.",
      });
    }
    return converted;
  };
}
