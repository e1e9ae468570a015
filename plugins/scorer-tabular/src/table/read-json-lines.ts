import { createReadStream } from "node:fs";
import type { Json } from "@pawl/plugin";
import { badRow, checkColumnName, quote, type Source, type VisitRow } from "./row.ts";

const MAX_ROW_CHARS = 16 * 1024 * 1024;

/**
 * Streams a JSON Lines file: one object per line, empty lines skipped. Lines end with "\n" or "\r\n" and with nothing
 * else: `node:readline` would also cut at U+2028, which JSON allows inside of strings.
 */
export async function readJsonLines(source: Source, visit: VisitRow, signal: AbortSignal): Promise<readonly string[]> {
  const columns: string[] = [];
  const indexOf = new Map<string, number>();
  let line = 0;

  const take = (text: string): void => {
    line++;
    if (text.trim() === "") return;
    if (text.includes("\uFFFD")) {
      throw badRow(source, line, "The line is not valid UTF-8.", { remedy: "Save the file as UTF-8." });
    }
    const row = parseRow(source, line, text);
    const values = Array.from<Json | undefined>({ length: columns.length });
    for (const [name, value] of Object.entries(row)) {
      let index = indexOf.get(name);
      if (index === undefined) {
        checkColumnName(source, line, name);
        index = columns.push(name) - 1;
        indexOf.set(name, index);
      }
      values[index] = value;
    }
    visit(values, line, columns);
  };

  let rest = "";
  for await (const chunk of createReadStream(source.path, { encoding: "utf8", highWaterMark: 1024 * 1024, signal })) {
    const lines = (line === 0 && rest === "" ? String(chunk).replace(/^\uFEFF/, "") : rest + String(chunk)).split("\n");
    rest = lines.pop()!;
    for (const text of lines) take(text);
    if (rest.length > MAX_ROW_CHARS) throw badRow(source, line + 1, "The line is longer than 16 Mi characters.");
  }
  if (rest !== "") take(rest);
  return columns;
}

function parseRow(source: Source, line: number, text: string): Record<string, Json> {
  let row: unknown;
  try {
    row = JSON.parse(text);
  } catch (error) {
    throw badRow(source, line, `The line is not JSON: ${quote(text.trim())}.`, {
      remedy: "Write one JSON object per line.",
      cause: error,
    });
  }
  if (typeof row !== "object" || row === null || Array.isArray(row)) {
    throw badRow(source, line, `The line is not a JSON object but ${quote(row)}.`, {
      remedy: "Write one JSON object per line.",
    });
  }
  return row as Record<string, Json>;
}
