import type { Result } from "../redteam/result.ts";
import type { RedTeamSummary } from "../redteam/summary.ts";
import { plural } from "./numbers.ts";
import type { Colors, Output } from "./output.ts";
import { pad, sanitise, truncate } from "./text.ts";

const WIDTHS = { name: 32, rows: 10, by: 13, step: 13 };
const MIN_EVIDENCE = 30;

export const RED_TEAM_HEADER = [
  pad("attack", WIDTHS.name),
  pad("rows", WIDTHS.rows),
  pad("stopped by", WIDTHS.by),
  pad("at step", WIDTHS.step),
  "evidence",
].join(" ");

/** One line of the table. */
export function redTeamRow(result: Result, { colors, columns }: Pick<Output, "colors" | "columns">): string {
  const { name, rows, step = "", evidence, code, noted = [] } = result;
  const used = Object.values(WIDTHS).reduce((sum, width) => sum + width + 1, 0);
  const seen = noted.length === 0 ? "" : `seen by ${noted.join(", ")}; `;
  const shown = sanitise(seen + (code === undefined ? evidence : `${code}: ${evidence}`));
  const cells = [pad(truncate(name, WIDTHS.name), WIDTHS.name), pad(rows.join(" "), WIDTHS.rows)];
  const [word, color] = wordFor(result, colors);
  const rest = columns === undefined ? shown : truncate(shown, Math.max(MIN_EVIDENCE, columns - used));
  return [...cells, color(pad(word, WIDTHS.by)), pad(step, WIDTHS.step), rest].join(" ").trimEnd();
}

function wordFor({ outcome, by, kind, noted }: Result, colors: Colors): [string, (text: string) => string] {
  const honest = kind === "honest";
  if (outcome === "skipped") return ["not tried", colors.dim];
  if (outcome === "passed") return honest ? ["(passed)", colors.green] : ["NOTHING", colors.red];
  if (honest) return [outcome === "held" ? "HELD" : "REJECTED", colors.red];
  if (outcome === "held") return [by === "metric lock" ? "lock (held)" : "held", colors.green];
  return [by ?? "", by === "not better" && noted === undefined ? colors.yellow : colors.green];
}

const percent = (share: number | null): string => (share === null ? "–" : `${(100 * share).toFixed(1)} %`);
const list = (names: readonly string[]): string => (names.length === 0 ? "" : `: ${names.map(sanitise).join(", ")}`);

/** What all of it comes to, for people. */
export function redTeamSummary(summary: RedTeamSummary, colors: Colors): string[] {
  const { attacks, passed, by, held, raising, honest, skipped, foreign, advice } = summary;
  const detectors = by["metric lock"] + by.holdout + by.guardrails + by["another gate"];
  const noted = summary.noted === 0 ? "" : `  (in the text of ${summary.noted} of them a detector saw something)`;
  const lines = [
    `attacks       ${attacks} tried, ${attacks - passed.length} stopped or held (${percent(summary.detectionRate)})`,
    `  by a detector   ${detectors}  (metric lock ${by["metric lock"]}, guardrails ${by.guardrails}, holdout ${by.holdout}, other gates ${by["another gate"]}; ${held} of them held)`,
    `  by construction  ${by.sandbox + by["bad answers"] + by.engine}  (sandbox ${by.sandbox}, bad answers ${by["bad answers"]}, engine ${by.engine})`,
    `  merely not better  ${by["not better"]}${noted}`,
    `  of ${raising.attacks} that raise the score if nothing stops them, ${raising.stopped} were stopped`,
  ];
  if (passed.length > 0) lines.push(colors.red(`got through   ${passed.length}${list(passed)}`));
  if (honest.changes > 0) {
    lines.push(
      `honest        ${plural(honest.changes, "change")} tried, ${honest.rejected.length} rejected${list(honest.rejected)}, ${honest.held.length} held${list(honest.held)} (false alarms ${percent(honest.falseAlarmRate)})`,
    );
  }
  const others = foreign === 0 ? "" : `; ${foreign} are for surfaces in other languages`;
  lines.push(`not tried     ${skipped.length}${others}`);
  for (const text of advice) lines.push(`  → ${text}`);
  return lines;
}
