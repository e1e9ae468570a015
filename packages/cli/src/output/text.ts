import { stripEscapes } from "@pawl/core";
import stringWidth from "string-width";

// Everything that moves the cursor, turns the text around, hides in it, or has no agreed width: controls, format
// characters (bidirectional marks, joiners, tags), surrogates, private use, unassigned, variation selectors.
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Me}\p{Variation_Selector}\p{Default_Ignorable_Code_Point}]/gu;
const STACKED_MARKS = /(\p{M}{2})\p{M}+/gu;

/**
 * Makes hostile text fit to be shown: no escape sequences, no control or bidirectional characters, one line.
 * Hypotheses, reasons and whatever a candidate printed go through here before they reach a terminal.
 */
export function sanitise(text: string): string {
  return stripEscapes(text)
    .replace(/[\s\p{Zl}\p{Zp}]+/gu, " ")
    .replace(UNPRINTABLE, "")
    .replace(STACKED_MARKS, "$1")
    .trim();
}

/** As {@link sanitise}, but keeps line breaks, indentation and tabs (as two spaces): for source text and diffs. */
export function sanitiseLines(text: string): string[] {
  return stripEscapes(text)
    .split(/\r\n|[\n\r\u2028\u2029]/u)
    .map((line) => line.replaceAll("\t", "  ").replace(UNPRINTABLE, "").replace(STACKED_MARKS, "$1"));
}

/** Columns that a text takes, counted character by character: never less than what a terminal needs. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += stringWidth(character);
  return width;
}

/** Cuts a text to at most `columns`, with an ellipsis where something is missing. */
export function truncate(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  if (columns <= 0) return "";
  let kept = "";
  let width = 0;
  for (const character of text) {
    const wide = stringWidth(character);
    if (width + wide > columns - 1) break;
    kept += character;
    width += wide;
  }
  return `${kept}…`;
}

/** Fills a text up with spaces. */
export function pad(text: string, columns: number, side: "left" | "right" = "right"): string {
  const fill = " ".repeat(Math.max(0, columns - displayWidth(text)));
  return side === "right" ? text + fill : fill + text;
}

/** Breaks a line at spaces, so that none is wider than `columns`; continued lines are indented like the first. */
export function wrap(line: string, columns: number): string[] {
  const indent = /^ */.exec(line)?.[0].slice(0, Math.max(0, columns - 20)) ?? "";
  const lines: string[] = [];
  let current = "";
  let width = 0;
  const flush = (): void => {
    lines.push(`${indent}${current}`);
    [current, width] = ["", 0];
  };
  const room = Math.max(10, columns - indent.length);
  for (const word of line.slice(indent.length).split(" ")) {
    const wide = displayWidth(word);
    if (current !== "" && width + 1 + wide > room) flush();
    if (wide <= room) {
      width += wide + (current === "" ? 0 : 1);
      current = current === "" ? word : `${current} ${word}`;
      continue;
    }
    // A word that is too long for any line is cut.
    for (const character of current === "" ? word : ` ${word}`) {
      const step = displayWidth(character);
      if (width + step > room) flush();
      current += character;
      width += step;
    }
  }
  flush();
  return lines;
}
