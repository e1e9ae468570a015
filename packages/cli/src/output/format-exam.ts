import { type ExamTaken, type Summary, gain } from "@pawl/core";
import { formatGain, formatMove, formatNumber, plural } from "./numbers.ts";
import type { Colors } from "./output.ts";

const CASES: Readonly<Record<ExamTaken["cases"], { readonly label: string; readonly where: string }>> = {
  vault: { label: "vault", where: "in the vault" },
  fresh: { label: "fresh cases", where: "on fresh cases" },
  holdout: { label: "holdout", where: "on the sealed holdout" },
};

/** The dawn exam in words: both scores, the gain with its interval, and whether the night's gain held up. */
export function examLines(summary: Summary, label: (text: string) => string, colors: Colors): string[] {
  const { metric, baseline, champion, exam, status } = summary;
  if (baseline === null || champion === null) return [];
  if (exam === null) {
    // Before the end there is nothing to say, and nothing to confirm where nothing was kept.
    if (status !== "finished" || champion.experiment === baseline.experiment) return [];
    return [`${label("holdout")}the scorer has none, and no fresh cases: nothing confirms this gain`];
  }
  const name = CASES[exam.cases].label;
  const [before, after] = [exam.baseline.score, exam.champion.score];
  if (before === null || after === null) {
    const who = after === null ? "champion" : "baseline";
    return [`${label(name)}${colors.red(`the ${who} could not be measured there: look before you merge`)}`];
  }
  const seen = gain(metric, baseline.validation, champion.validation);
  return [
    `${label(name)}${colors.bold(formatMove(metric, before, after))}  (${formatGain(metric, before, after)})`,
    ...effectLines(exam).map((line) => `${label("")}${line}`),
    ...looksLines(exam).map((line) => `${label("")}${colors.yellow(line)}`),
    `${label("")}${verdict(exam, gain(metric, before, after), seen, colors)}`,
  ];
}

function effectLines({ effect }: ExamTaken): string[] {
  if (effect === undefined) return [];
  const { mean, low, high, confidence, pairs } = effect;
  const from = `from ${plural(pairs, "pair")}`;
  if (low === null || high === null) return [`mean gain ${formatNumber(mean)} ${from}, which leaves everything open`];
  const share = `${formatNumber(100 * confidence)} %`;
  return [`mean gain ${formatNumber(mean)}, ${share} interval ${formatNumber(low)} to ${formatNumber(high)}, ${from}`];
}

function looksLines({ looksBefore }: ExamTaken): string[] {
  if (looksBefore === 0) return [];
  const times = looksBefore === 1 ? "once" : plural(looksBefore, "time");
  return [`These cases had been looked at ${times} before: part of this may be luck.`];
}

/** `sealed`: the gain where nobody had looked. `seen`: the one on validation, which the night has chosen by. */
function verdict({ cases, effect }: ExamTaken, sealed: number, seen: number, colors: Colors): string {
  const { where } = CASES[cases];
  if (sealed <= 0 || (effect !== undefined && effect.mean <= 0)) {
    return colors.red(`The gain did not hold up ${where}: do not merge it for this gain.`);
  }
  if (effect !== undefined && (effect.low === null || effect.low <= 0)) {
    return colors.yellow(`The gain is not certain ${where}: the interval includes no gain at all.`);
  }
  if (sealed < seen / 2) {
    const share = Math.max(1, Math.round((100 * sealed) / seen));
    return colors.yellow(`Only ${share} % of the gain held up ${where}.`);
  }
  return colors.green(`The gain held up ${where}.`);
}
