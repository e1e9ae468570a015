import type { LogRow } from "../ledger/log-rows.ts";
import { fitLine, type Span } from "../window/line.ts";
import { earlyText, formatNumber } from "./numbers.ts";
import type { Output } from "./output.ts";
import { pad, sanitise } from "./text.ts";

const COLUMNS = [
  "experiment",
  "parent",
  "status",
  "failure",
  "score",
  "champion_score",
  "gate",
  "wall_ms",
  "cases_run",
  "cases",
  "hypothesis",
] as const;

export const TSV_HEADER = COLUMNS.join("\t");

/**
 * One line of tab-separated values: numbers in full, empty where there is nothing. How many cases were run is only
 * there for an experiment that a gate stopped early.
 */
export function tsvRow(row: LogRow): string {
  const { experiment, parent, status, failure, score, championScore, gate, wallMs, hypothesis, partial } = row;
  const { cases = null, of = null } = partial ?? {};
  return [experiment, parent, status, failure, score, championScore, gate, wallMs, cases, of, hypothesis]
    .map((value) => (value === null ? "" : escapeField(String(value))))
    .join("\t");
}

/** Backslash, tab and line breaks as `\\`, `\t`, `\n`, `\r`; other controls as `\u001b`, so that no terminal obeys. */
export function escapeField(text: string): string {
  return text
    .replaceAll("\\", "\\\\")
    .replaceAll("\t", "\\t")
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r")
    .replace(
      /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
      (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
    );
}

const WIDTHS = { experiment: 6, status: 15, score: 12, champion: 12, wall: 8 };

export const TABLE_HEADER = [
  pad("#", WIDTHS.experiment, "left"),
  pad("status", WIDTHS.status),
  pad("score", WIDTHS.score, "left"),
  pad("champion", WIDTHS.champion, "left"),
  pad("wall ms", WIDTHS.wall, "left"),
  "hypothesis [verdict]",
].join("  ");

const STYLES: Readonly<Record<LogRow["status"], NonNullable<Span["style"]>>> = {
  kept: "green",
  rejected: "dim",
  held: "yellow",
  failed: "red",
  unfinished: "cyan",
};

/** One line for people, cut at the terminal's width. */
export function tableRow(row: LogRow, { columns = Number.POSITIVE_INFINITY, colors }: Output): string {
  const number = (value: number | null): string => (value === null ? "" : formatNumber(value));
  const spans: Span[] = [
    { text: `${pad(String(row.experiment), WIDTHS.experiment, "left")}  ` },
    { text: pad(row.failure ?? row.status, WIDTHS.status), style: STYLES[row.status] },
    { text: `  ${pad(number(row.score), WIDTHS.score, "left")}` },
    { text: `  ${pad(number(row.championScore), WIDTHS.champion, "left")}`, style: "dim" },
    { text: `  ${pad(row.wallMs === null ? "" : row.wallMs.toFixed(1), WIDTHS.wall, "left")}  `, style: "dim" },
    { text: sanitise(row.hypothesis) },
    ...(row.gate === null ? [] : [{ text: ` [${row.gate}${stoppedEarly(row)}]`, style: "dim" as const }]),
  ];
  return fitLine(spans, columns, colors).trimEnd();
}

function stoppedEarly({ partial }: LogRow): string {
  return partial === null ? "" : `, ${earlyText(partial)}`;
}
