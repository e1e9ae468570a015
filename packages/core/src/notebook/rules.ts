import { type Files, type Metric, gain } from "@pawl/plugin";
import { diffLines } from "diff";
import type { ExperimentFinished } from "../events.ts";
import { errorClass } from "../experiment/answers.ts";
import { unsealed } from "../experiment/sealed.ts";

/** Code of the verdict on a candidate that is the same as one which was tried before. */
export const TRIED_BEFORE = "PAWL_TRIED_BEFORE";

/** Changed lines that a lesson quotes at most, and characters of each. */
const QUOTED = 3;
const QUOTE = 100;
/** A diff that takes more steps than this is only called large. */
const STEPS = 2_000;

/** What a lesson says: the idea, what was changed, and what came of it. */
export function lessonText(
  hypothesis: string,
  change: string,
  metric: Metric,
  from: number | null,
  to: number,
): string {
  const unit = metric.unit === undefined ? "" : ` ${metric.unit}`;
  const move =
    from === null
      ? `${shown(to)}${unit}`
      : `${shown(from)} → ${shown(to)}${unit}, ${shown(Math.abs(gain(metric, from, to)))} ${gain(metric, from, to) >= 0 ? "better" : "worse"}`;
  return `${oneLine(hypothesis)} – kept: ${metric.name} ${move}. Changed: ${change}`;
}

/** What a dead end says: the idea, and why it came to nothing. */
export function deadEndText(hypothesis: string, outcome: string, ifItFails: string | null): string {
  const learnt = ifItFails === null ? "" : ` Learnt, says the proposer: ${oneLine(ifItFails)}`;
  return `${oneLine(hypothesis)} – ${outcome}${learnt}`;
}

/**
 * Why an experiment came to nothing, in words that hold no case: a candidate that fails has seen validation cases, and
 * what it then says of itself is left out but for the class of its error.
 */
export function outcomeText(finished: ExperimentFinished): string {
  const { status, failure, verdicts, reason } = finished;
  if (status !== "failed") return `${status} (${codeOf(finished) ?? "no code"}): ${oneLine(unsealed(finished).reason)}`;
  const last = verdicts.at(-1)?.code;
  return `failed: ${failureText(failure, reason)}${last === undefined ? "" : ` (after ${last})`}`;
}

/** A failure without anything that the candidate says about it, but for the class of an error. */
export function failureText(failure: ExperimentFinished["failure"], reason: string): string {
  const kind = failure === "crashed" ? errorIn(reason) : undefined;
  return `${FAILURES[failure ?? "crashed"]}${kind === undefined ? "" : ` with ${kind}`}`;
}

const FAILURES: Readonly<Record<NonNullable<ExperimentFinished["failure"]>, string>> = {
  timeout: "it took too long",
  "out-of-memory": "it used too much memory",
  crashed: "it crashed",
  "output-limit": "it put out too much",
  violation: "it broke the rules of the sandbox",
  "invalid-proposal": "it could not be applied",
  "invalid-score": "its answers could not be scored",
  "out-of-budget": "the money was used up",
};

/** The first class of an error in a reason, such as that in `every input failed, the first with: TypeError: …`. */
function errorIn(reason: string): string | undefined {
  for (const part of reason.slice(0, 500).split(/[\s:]+/)) {
    const found = errorClass(part);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The code of the verdict that decided. */
export function codeOf({ verdicts }: Pick<ExperimentFinished, "verdicts">): string | undefined {
  return verdicts.findLast(({ decision, approved }) => decision !== "pass" && approved !== true)?.code;
}

/** What was changed, in a few words. */
export function changeText(before: Files, after: Files): string {
  const changes = Object.keys(after).flatMap((path) => {
    const [from, to] = [before[path] ?? "", after[path] ?? ""];
    if (from === to) return [];
    const parts = diffLines(from, to, { maxEditLength: STEPS });
    if (parts === undefined) return [`much of ${path}`];
    const count = (side: "added" | "removed"): number =>
      parts.reduce((sum, part) => sum + (part[side] ? part.count : 0), 0);
    const lines = parts.flatMap(({ added, value }) => (added ? value.split("\n") : []));
    const quoted = lines.map((line) => line.trim()).filter((line) => line !== "");
    const quote = quoted
      .slice(0, QUOTED)
      .map((line) => (line.length > QUOTE ? `${line.slice(0, QUOTE).toWellFormed()}…` : line));
    return [`${path} +${count("added")} −${count("removed")}${quote.length === 0 ? "" : ` (${quote.join(" ⏎ ")})`}`];
  });
  return changes.length === 0 ? "nothing" : changes.join("; ");
}

/** Notes with the same likeness are one: numbers make no difference, and neither do case and spaces. */
export function likenessOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/[-+−]?\d[\d.,]*(?:e[-+]?\d+)?/gu, "#")
    .replace(/\s+/gu, " ")
    .trim()
    .slice(0, 300);
}

const oneLine = (text: string): string => {
  const line = text.replace(/\s+/gu, " ").trim();
  return line.length > 400 ? `${line.slice(0, 399).toWellFormed()}…` : line;
};

const shown = (value: number): string => String(Number(value.toPrecision(5)));
