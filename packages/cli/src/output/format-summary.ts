import type { Summary } from "@pawl/core";
import { countsText } from "./counts.ts";
import { examLines } from "./format-exam.ts";
import { dollars, formatDuration, formatGain, formatMove, plural } from "./numbers.ts";
import type { Colors } from "./output.ts";
import { modelLines } from "./format-models.ts";
import { sanitise } from "./text.ts";

const ENDINGS: Readonly<Record<NonNullable<Summary["endReason"]>, string>> = {
  experiments: "all experiments of the budget are done",
  "wall-time": "its time is used up",
  "gpu-seconds": "its GPU time is used up",
  usd: "its money is used up",
  "consecutive-failures": "too many experiments failed in a row",
  patience: "it found nothing better for as long as its patience lasts",
  "no-more-ideas": "the proposer has no more ideas",
};

/** How a run stands, in a few words. */
export function stateText({ status, endReason }: Summary): string {
  return status === "finished" && endReason !== null ? `finished: ${ENDINGS[endReason]}` : status;
}

/** The end of a run in words: what it gained, on validation and where nobody had looked, and what it took. */
export function formatSummary(summary: Summary, colors: Colors): string[] {
  const { run, metric, baseline, champion, epoch } = summary;
  const label = (text: string): string => `  ${text.padEnd(13)}`;
  const time = summary.elapsedMs / 1_000;
  const pace = time > 0 && summary.experiments > 0 ? ` (${(summary.experiments / time).toFixed(1)}/s)` : "";
  return [
    "",
    colors.bold(`${run} is ${stateText(summary)}`),
    "",
    `${label("metric")}${sanitise(metric.name)}, ${metric.direction === "maximize" ? "higher" : "lower"} is better`,
    ...(baseline === null || champion === null
      ? [`${label("validation")}no baseline yet`]
      : [
          `${label("validation")}${colors.bold(formatMove(metric, baseline.validation, champion.validation))}  (${formatGain(metric, baseline.validation, champion.validation)})`,
          ...examLines(summary, label, colors),
        ]),
    `${label("experiments")}${summary.experiments.toLocaleString("en-US")}: ${countsText(summary)}`,
    `${label("time")}${formatDuration(summary.elapsedMs)}${pace}`,
    ...(summary.usd > 0 ? [`${label("cost")}${dollars(summary.usd)}`] : []),
    ...modelLines(summary, label),
    ...(epoch > 1 ? [`${label("epoch")}${epoch}: not comparable with what came before it`] : []),
    ...(summary.waiting > 0
      ? [`${label("held")}${plural(summary.waiting, "experiment")} for a person to decide: pawl review`]
      : []),
    "",
  ];
}
