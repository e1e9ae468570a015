import type { Colors } from "../output/output.ts";
import { displayWidth, truncate } from "../output/text.ts";

/** A piece of a line with one style. */
export interface Span {
  readonly text: string;
  readonly style?: "bold" | "dim" | "green" | "red" | "yellow" | "cyan";
}

/** Puts pieces together in at most `columns` columns, cutting where there are more. Colours do not count. */
export function fitLine(spans: readonly Span[], columns: number, colors: Colors): string {
  let left = columns;
  let line = "";
  for (const { text, style } of spans) {
    const shown = truncate(text, left);
    if (shown !== "") line += style === undefined ? shown : colors[style](shown);
    left -= displayWidth(shown);
    if (shown !== text || left <= 0) break;
  }
  return line;
}
