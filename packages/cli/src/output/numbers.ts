import { type Metric, gain } from "@pawl/core";

const grouped = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 });
const precise = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 5 });

/** A score for people: five significant digits, thousands grouped. */
export function formatNumber(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e12)) return value.toPrecision(5).replace("-", "−");
  return (size >= 1_000 ? grouped : precise).format(value).replace("-", "−");
}

/** `0.41 → 0.58 average precision`, without the gain. */
export function formatMove(metric: Metric, from: number, to: number): string {
  const unit = metric.unit === undefined ? "" : ` ${metric.unit}`;
  return `${formatNumber(from)} → ${formatNumber(to)}${unit}`;
}

/** `+0.17, 42 % better`: the change in the metric's own unit, and what its direction makes of it. */
export function formatGain(metric: Metric, from: number, to: number): string {
  const better = gain(metric, from, to);
  if (better === 0) return "no change";
  const change = to - from;
  const unit = metric.unit === undefined ? "" : ` ${metric.unit}`;
  const absolute = `${change > 0 ? "+" : ""}${formatNumber(change)}${unit}`;
  const word = better > 0 ? "better" : "worse";
  if (from === 0) return `${absolute}, ${word}`;
  return `${absolute}, ${formatPercent(Math.abs(better / from))} ${word}`;
}

function formatPercent(share: number): string {
  const percent = share * 100;
  if (percent >= 10_000) return "over 10,000 %";
  return `${percent >= 10 ? percent.toFixed(0) : percent.toPrecision(2)} %`;
}

/** `$12.40`; five digits of what is less than a dollar. */
export function dollars(usd: number): string {
  return `$${usd >= 1 || usd === 0 ? usd.toFixed(2) : formatNumber(usd)}`;
}

/** `850 ms`, `9.4 s`, `2 m 03 s`, `1 h 05 m`. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1_000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (Math.round(seconds) < 60) return `${Math.round(seconds)} s`;
  const two = (value: number): string => String(value).padStart(2, "0");
  const whole = Math.round(seconds);
  if (whole < 3_600) return `${Math.floor(whole / 60)} m ${two(whole % 60)} s`;
  const minutes = Math.floor(whole / 60);
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} m`;
}

/** `3 experiments`, `1 experiment`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en-US")} ${count === 1 ? one : many}`;
}

/** Of an experiment that a gate stopped: `stopped early after 100 of 2,000 cases`. */
export function earlyText({ cases, of }: { readonly cases: number; readonly of: number }): string {
  return `stopped early after ${cases.toLocaleString("en-US")} of ${plural(of, "case")}`;
}
