import type { Effect, ListedNote } from "@pawl/core";
import { formatNumber, plural } from "./numbers.ts";
import type { Output } from "./output.ts";
import { sanitise, wrap } from "./text.ts";

const HEADINGS = { lesson: "Lessons", "dead-end": "Dead ends", idea: "Open ideas" } as const;
/** Experiments that are named before the rest is counted. */
const NAMED = 6;
const COLUMNS = 100;

/** Notes for people, by kind, the newest last. */
export function formatNotes(notes: readonly ListedNote[], output: Pick<Output, "colors" | "columns">): string[] {
  if (notes.length === 0) return ["nothing is written here yet"];
  const sections = (["lesson", "dead-end", "idea"] as const).flatMap((kind) => {
    const own = notes.filter((note) => note.kind === kind);
    if (own.length === 0) return [];
    return [output.colors.bold(HEADINGS[kind]), ...own.flatMap((note) => noteLines(note, output)), ""];
  });
  return sections.slice(0, -1);
}

/** One note, with all of its experiments. */
export function formatNote(note: ListedNote, output: Pick<Output, "colors" | "columns">): string[] {
  const { effect, behind } = note;
  return [
    ...noteLines(note, output, Number.POSITIVE_INFINITY),
    ...(effect === undefined ? [] : [`  effect      ${effectText(effect)}`]),
    ...(behind === undefined ? [] : [`  condensed   in ${behind}`]),
  ];
}

function noteLines(
  note: ListedNote,
  { colors, columns = COLUMNS }: Pick<Output, "colors" | "columns">,
  named: number = NAMED,
): string[] {
  const { id, text, times, behind } = note;
  const [first = "", ...rest] = wrap(sanitise(text), Math.max(40, columns) - 10);
  const more = times > 1 ? `, ${times} times` : "";
  return [
    `${colors.cyan(id.padEnd(8))}  ${behind === undefined ? first : colors.dim(first)}`,
    ...rest.map((line) => `${" ".repeat(10)}${behind === undefined ? line : colors.dim(line)}`),
    colors.dim(`${" ".repeat(10)}${evidenceText(note, named)}${more}${authorText(note)}`),
  ];
}

function evidenceText({ evidence, effect }: ListedNote, named: number): string {
  if (evidence.length === 0) return "no experiment yet";
  const byRun = Map.groupBy(evidence.slice(-named), ({ run }) => run);
  const parts = [...byRun].map(
    ([run, each]) => `${sanitise(run)} ${each.map(({ experiment }) => experiment).join(", ")}`,
  );
  const left = evidence.length - Math.min(named, evidence.length);
  const measured = effect === undefined ? "" : `; ${effectText(effect)}`;
  return `${parts.join("; ")}${left > 0 ? ` and ${plural(left, "earlier one")}` : ""}${measured}`;
}

function effectText({ mean, low, high, confidence, pairs }: Effect): string {
  const interval =
    low === null || high === null
      ? "no interval"
      : `${confidence * 100} % interval ${formatNumber(low)} to ${formatNumber(high)}`;
  return `mean gain ${formatNumber(mean)}, ${interval}, ${plural(pairs, "pair")}`;
}

function authorText({ by, name, edited }: ListedNote): string {
  if (edited) return `; edited by ${sanitise(name ?? "a person")}`;
  if (by === "rule") return "";
  return `; by ${name === undefined ? `the ${by}` : sanitise(name)}`;
}
