import type { RunState } from "@pawl/core";
import { countsOf } from "../output/counts.ts";
import { formatDuration, formatGain, formatMove, formatNumber } from "../output/numbers.ts";
import type { Colors } from "../output/output.ts";
import { displayWidth, sanitise } from "../output/text.ts";
import { type Span, fitLine } from "./line.ts";
import { progressBar, sparkline } from "./sparkline.ts";
import { type NewChampion, type View, bestOver, rateOf } from "./view.ts";

/** What a frame depends on beside the view. */
export interface FrameOptions {
  readonly columns: number;
  /** Rows of the terminal: on a low one the less important lines are left out. */
  readonly rows: number;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly colors: Colors;
}

interface Row {
  readonly spans: readonly Span[];
  /** Rows with a high number go first where there is no room. */
  readonly priority: number;
}

/** The window's lines, none longer than the terminal is wide, and fewer than it is high. */
export function renderWindow(view: View, { columns, rows, now, colors }: FrameOptions): string[] {
  const { state } = view;
  const all = state === undefined ? starting(view) : rowsOf(view, state, { columns, now });
  const room = Math.max(1, rows - 1);
  const kept = new Set(all.toSorted((a, b) => a.priority - b.priority).slice(0, room));
  return all.filter((row) => kept.has(row)).map(({ spans }) => fitLine(spans, columns, colors));
}

function starting({ notice }: View): Row[] {
  return [
    {
      priority: 0,
      spans: [{ text: "pawl", style: "bold" }, { text: "  checking the lock, warming up the sandbox …" }],
    },
    ...noticeRow(notice),
  ];
}

function rowsOf(view: View, state: RunState, { columns, now }: { columns: number; now: number }): Row[] {
  const { finished, lastKept, lastReason, notice } = view;
  return [
    { priority: 3, spans: titleSpans(state) },
    { priority: 0, spans: scoreSpans(state) },
    { priority: 5, spans: sparkSpans(view, state, columns) },
    { priority: 1, spans: progressSpans(view, state, columns) },
    { priority: 6, spans: paceSpans(view, state, now) },
    { priority: 2, spans: countSpans(state) },
    ...(lastKept === undefined ? [] : [{ priority: 4, spans: championSpans(lastKept) }]),
    ...(lastReason === undefined || finished === 0 ? [] : [{ priority: 7, spans: reasonSpans(lastReason) }]),
    ...noticeRow(notice),
  ];
}

function noticeRow(notice: string | undefined): Row[] {
  return notice === undefined ? [] : [{ priority: -1, spans: [{ text: notice, style: "yellow" }] }];
}

function titleSpans({ run, options, lock }: RunState): Span[] {
  const project = options.project.replace(/\/$/, "");
  return [
    { text: `pawl ${sanitise(run)}`, style: "bold" },
    ...(project === "" ? [] : [{ text: `  ${sanitise(project)}` }]),
    { text: `  seed ${options.seed}`, style: "dim" },
    ...(lock.epoch === 1 ? [] : [{ text: `  epoch ${lock.epoch}`, style: "dim" as const }]),
  ];
}

function scoreSpans({ options, baselineScore, championScore }: RunState): Span[] {
  const { metric } = options;
  const name: Span = { text: `${sanitise(metric.name)}  `, style: "cyan" };
  if (baselineScore === undefined || championScore === undefined) return [name, { text: "measuring the baseline …" }];
  return [
    name,
    { text: formatMove(metric, baselineScore, championScore), style: "bold" },
    { text: `  ${formatGain(metric, baselineScore, championScore)}`, style: "green" },
  ];
}

function sparkSpans(view: View, state: RunState, columns: number): Span[] {
  const label = "best  ";
  const bars = sparkline(bestOver(view, state.options.metric, Math.max(0, Math.min(60, columns - label.length))));
  return [
    { text: label, style: "dim" },
    { text: bars, style: "green" },
  ];
}

function progressSpans({ finished }: View, { options }: RunState, columns: number): Span[] {
  const text = `  ${finished.toLocaleString("en-US")}/${options.budget.experiments.toLocaleString("en-US")} experiments`;
  const bar = Math.max(4, Math.min(40, columns - displayWidth(text)));
  return [{ text: progressBar(finished / options.budget.experiments, bar), style: "cyan" }, { text }];
}

function paceSpans(view: View, state: RunState, now: number): Span[] {
  const { budget } = state.options;
  const rate = rateOf(view, now);
  const worked = workedMs(view, state, now);
  const left = budget.experiments - view.finished;
  const parts = [
    `${rate >= 10 ? rate.toFixed(0) : rate.toFixed(1)}/s`,
    formatDuration(worked),
    ...(rate > 0 && left > 0 ? [`about ${formatDuration((left / rate) * 1_000)} to go`] : []),
    ...(budget.wallMs === undefined ? [] : [`${formatDuration(Math.max(0, budget.wallMs - worked))} of time left`]),
    ...(budget.usd === undefined ? [] : [`$${state.usd.toFixed(2)} of $${formatNumber(budget.usd)}`]),
    `${state.inFlight.size} in flight`,
  ];
  return [{ text: parts.join(" · ") }];
}

function workedMs({ since }: View, { status, elapsedMs, segmentBase }: RunState, now: number): number {
  return status === "running" && since !== undefined ? segmentBase + Math.max(0, now - since) : elapsedMs;
}

const COUNT_STYLES: Readonly<Record<string, Span["style"]>> = { kept: "green", rejected: "dim", held: "yellow" };

function countSpans(state: RunState): Span[] {
  return countsOf(state).flatMap(({ label, count }, index) => {
    const text = `${index === 0 ? "" : "  "}${label} ${count.toLocaleString("en-US")}`;
    const style = COUNT_STYLES[label] ?? (count > 0 ? "red" : "dim");
    return [{ text, style }];
  });
}

function championSpans({ experiment, hypothesis }: NewChampion): Span[] {
  return [{ text: `last kept #${experiment}  `, style: "green" }, { text: sanitise(hypothesis) }];
}

function reasonSpans({ experiment, status, reason }: NonNullable<View["lastReason"]>): Span[] {
  return [
    { text: `#${experiment} ${status}  `, style: "dim" },
    { text: sanitise(reason), style: "dim" },
  ];
}

/** The line that stays above the window for each new champion. */
export function championLine({ options }: RunState, champion: NewChampion, columns: number, colors: Colors): string {
  const { experiment, from, to, hypothesis, commit } = champion;
  const spans: Span[] = [
    { text: `#${experiment}  `, style: "green" },
    { text: `${formatMove(options.metric, from, to)}  `, style: "bold" },
    { text: sanitise(hypothesis) },
    { text: `  ${commit.slice(0, 7)}`, style: "dim" },
  ];
  return fitLine(spans, columns, colors);
}
