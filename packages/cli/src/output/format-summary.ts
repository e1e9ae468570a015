import { type Summary, gain } from "@pawl/core";
import { countsText } from "./counts.ts";
import { formatDuration, formatGain, formatMove, plural } from "./numbers.ts";
import type { Colors } from "./output.ts";
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

/** The end of a run in words: what it gained, on validation and on the sealed holdout, and what it took. */
export function formatSummary(summary: Summary, colors: Colors): string[] {
  const { run, status, endReason, metric, baseline, champion, epoch } = summary;
  const state = status === "finished" && endReason !== null ? `finished: ${ENDINGS[endReason]}` : status;
  const label = (text: string): string => `  ${text.padEnd(13)}`;
  const time = summary.elapsedMs / 1_000;
  const pace = time > 0 && summary.experiments > 0 ? ` (${(summary.experiments / time).toFixed(1)}/s)` : "";
  return [
    "",
    colors.bold(`${run} is ${state}`),
    "",
    `${label("metric")}${sanitise(metric.name)}, ${metric.direction === "maximize" ? "higher" : "lower"} is better`,
    ...(baseline === null || champion === null
      ? [`${label("validation")}no baseline yet`]
      : [
          `${label("validation")}${colors.bold(formatMove(metric, baseline.validation, champion.validation))}  (${formatGain(metric, baseline.validation, champion.validation)})`,
          ...holdoutLines(summary, label, colors),
        ]),
    `${label("experiments")}${summary.experiments.toLocaleString("en-US")}: ${countsText(summary)}`,
    `${label("time")}${formatDuration(summary.elapsedMs)}${pace}`,
    ...(summary.usd > 0 ? [`${label("cost")}$${summary.usd.toFixed(2)}`] : []),
    ...(epoch > 1 ? [`${label("epoch")}${epoch}: not comparable with what came before it`] : []),
    ...(summary.waiting > 0
      ? [`${label("held")}${plural(summary.waiting, "experiment")} for a person to decide: pawl review`]
      : []),
    "",
  ];
}

function holdoutLines(
  { metric, baseline, champion, holdoutLooks, status, examined }: Summary,
  label: (text: string) => string,
  colors: Colors,
): string[] {
  if (baseline === null || champion === null) return [];
  if (holdoutLooks === 0) {
    return status === "finished" ? [`${label("holdout")}the scorer has none: nothing confirms this gain`] : [];
  }
  if (examined !== null && examined !== champion.experiment) {
    return [
      `${label("holdout")}${colors.yellow(`experiment ${examined} was measured there; the champion was approved after that`)}`,
      `${label("")}${colors.yellow("and was not: nothing sealed confirms its gain.")}`,
    ];
  }
  if (baseline.holdout === null || champion.holdout === null) {
    // A paused run may have been looked at by gates; only a finished one was to be measured.
    if (status !== "finished") return [];
    const who = champion.holdout === null ? "champion" : "baseline";
    return [`${label("holdout")}${colors.red(`the ${who} could not be measured there: look before you merge`)}`];
  }
  const line = `${label("holdout")}${colors.bold(formatMove(metric, baseline.holdout, champion.holdout))}  (${formatGain(metric, baseline.holdout, champion.holdout)})`;
  if (champion.experiment === baseline.experiment) return [line];
  return [line, `${label("")}${verdict(metric, baseline, champion, colors)}`];
}

type Both = { readonly validation: number; readonly holdout: number | null };

function verdict(metric: Summary["metric"], baseline: Both, champion: Both, colors: Colors): string {
  const sealed = gain(metric, baseline.holdout ?? 0, champion.holdout ?? 0);
  const seen = gain(metric, baseline.validation, champion.validation);
  if (sealed <= 0) {
    return colors.red("The gain did not hold up on the sealed holdout: do not merge it for this gain.");
  }
  if (sealed < seen / 2) {
    const share = Math.max(1, Math.round((100 * sealed) / seen));
    return colors.yellow(`Only ${share} % of the gain held up on the sealed holdout.`);
  }
  return colors.green("The gain held up on the sealed holdout.");
}
