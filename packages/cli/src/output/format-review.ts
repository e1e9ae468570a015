import type { HeldExperiment, RunState } from "@pawl/core";
import { formatNumber, plural } from "./numbers.ts";
import type { Colors } from "./output.ts";
import { pad, sanitise } from "./text.ts";

/** A held experiment as the list shows it. */
export interface WaitingRow {
  readonly experiment: number;
  readonly score: number | null;
  readonly champion: number | null;
  readonly championScore: number | null;
  readonly codes: readonly string[];
  readonly reason: string;
}

/** All held experiments that nobody has decided about, and how to look at the first. */
export function formatWaiting(
  run: string,
  waiting: readonly WaitingRow[],
  colors: Colors,
  command: string | undefined,
): string[] {
  if (waiting.length === 0) return [`${run}: nothing is held`];
  const number = (value: number | null): string => (value === null ? "" : formatNumber(value));
  const row = (cells: readonly [string, string, string, string]): string => {
    const [experiment, score, champion, rest] = cells;
    return `${pad(experiment, 6, "left")}  ${pad(score, 12, "left")}  ${pad(champion, 12, "left")}  ${rest}`;
  };
  return [
    `${run}: ${plural(waiting.length, "experiment")} held, for a person to decide`,
    "",
    colors.bold(row(["#", "score", "champion", "held by"])),
    ...waiting.flatMap(({ experiment, score, championScore, codes, reason }) => [
      row([String(experiment), number(score), number(championScore), codes.join(", ")]),
      colors.dim(`${" ".repeat(36)}${sanitise(reason)}`),
    ]),
    "",
    ...(command === undefined ? [] : ["Next", `  look at one  ${command}`]),
  ];
}

/** What there is to say and to do below a held experiment. */
export function formatReview(
  held: HeldExperiment | undefined,
  parent: number | null,
  { champion }: RunState,
  [approve = "", reject = ""]: readonly string[],
): string[] {
  if (held === undefined) return ["", "It is not held: there is nothing to decide."];
  if (held.review !== undefined) {
    const { decision, by, reason } = held.review;
    return ["", `It was ${decision} by ${sanitise(by)}: ${sanitise(reason)}`];
  }
  const moved =
    champion === undefined || champion === parent
      ? []
      : [
          `The champion has changed since: experiment ${champion}. What is approved is the whole content of this`,
          "experiment, compared with that champion; what that one gained on the way here is not in it.",
          "",
        ];
  return ["", ...moved, "Next", `  try it again  ${approve}`, `  close it      ${reject}`];
}
