import { type GateVerdict, gain, unifiedDiff } from "@pawl/core";
import type { ExperimentDetails } from "../ledger/read-experiment.ts";
import { diffLines } from "./diff.ts";
import { evidenceLines } from "./evidence.ts";
import { earlyText, formatDuration, formatGain, formatNumber } from "./numbers.ts";
import type { Colors } from "./output.ts";
import { sanitise, sanitiseLines } from "./text.ts";

/** How many lines of what a candidate printed are shown. */
const PRINTED = 20;

/** One experiment for people: idea, verdicts with evidence, score, usage, limits, and the diff. */
export function formatExperiment(details: ExperimentDetails, colors: Colors): string[] {
  const { run, proposed, finished, commit, isChampion } = details;
  const { experiment, parent, hypothesis, rationale, cost, approves } = proposed.data;
  const status = finished === undefined ? "unfinished" : (finished.data.failure ?? finished.data.status);
  const heading = (text: string): string[] => ["", colors.bold(text)];
  return [
    `${colors.bold(`experiment ${experiment}`)} of ${sanitise(run)}: ${statusText(status, colors)}${isChampion ? ", the champion" : ""}`,
    `  hypothesis  ${sanitise(hypothesis)}`,
    `  parent      ${parent === null ? "none: it is a baseline" : `experiment ${parent}`}`,
    ...(approves === undefined ? [] : [`  approves    experiment ${approves}, whose content it tries again`]),
    ...(finished === undefined ? [] : [`  reason      ${sanitise(finished.data.reason)}`]),
    ...scoreLines(details),
    ...(commit === undefined ? [] : [`  commit      ${commit}`]),
    ...(cost === undefined ? [] : [`  cost        ${costText(cost)}`]),
    ...(rationale === undefined
      ? []
      : [...heading("Rationale"), ...sanitiseLines(rationale).map((line) => `  ${line}`)]),
    ...(finished === undefined || finished.data.verdicts.length === 0
      ? []
      : [...heading("Verdicts"), ...finished.data.verdicts.flatMap((verdict) => verdictLines(verdict, colors))]),
    ...usageLines(details, heading),
    ...printedLines(details, heading),
    ...diffSection(details, heading, colors),
  ];
}

function statusText(status: string, colors: Colors): string {
  if (status === "kept") return colors.green(status);
  if (status === "held") return colors.yellow(status);
  return status === "rejected" || status === "unfinished" ? status : colors.red(status);
}

function scoreLines({ finished, metric, championScore }: ExperimentDetails): string[] {
  const { score, champion, guardrails = {}, rejudged = 0, partial } = finished?.data ?? {};
  if (score === undefined) return [];
  const unit = metric.unit === undefined ? "" : ` ${metric.unit}`;
  const against =
    // The champion's score on all cases says nothing of these few.
    partial !== undefined
      ? `  (${earlyText(partial)})`
      : championScore === undefined || champion === null
        ? ""
        : `  (champion ${champion}: ${formatNumber(championScore)}; ${gain(metric, championScore, score) === 0 ? "no change" : formatGain(metric, championScore, score)})`;
  return [
    `  score       ${formatNumber(score)}${unit} ${sanitise(metric.name)}${against}`,
    ...Object.entries(guardrails).map(([name, value]) => `  guardrail   ${sanitise(name)}: ${formatNumber(value)}`),
    ...(rejudged > 0 ? [`  rejudged    ${rejudged}×, because the champion had changed meanwhile`] : []),
  ];
}

function costText({
  usd,
  inputTokens,
  outputTokens,
}: {
  usd?: number;
  inputTokens?: number;
  outputTokens?: number;
}): string {
  const parts = [
    ...(usd === undefined ? [] : [`$${formatNumber(usd)}`]),
    ...(inputTokens === undefined ? [] : [`${inputTokens.toLocaleString("en-US")} tokens in`]),
    ...(outputTokens === undefined ? [] : [`${outputTokens.toLocaleString("en-US")} tokens out`]),
  ];
  return parts.length === 0 ? "none" : parts.join(", ");
}

function verdictLines(verdict: GateVerdict, colors: Colors): string[] {
  const { decision, code, gate, step, reason, evidence, approved } = verdict;
  const paint = decision === "pass" ? colors.green : decision === "hold" ? colors.yellow : colors.red;
  return [
    `  ${paint(decision.padEnd(6))}  ${sanitise(gate)} (${step})  ${code}${approved ? "  (approved)" : ""}`,
    `          ${sanitise(reason)}`,
    ...(evidence === undefined ? [] : evidenceLines(evidence, "          ")),
  ];
}

function usageLines({ finished, limits }: ExperimentDetails, heading: (text: string) => string[]): string[] {
  const usage = finished?.data.measured?.usage;
  if (usage === undefined) return [];
  const parts = [
    `wall ${formatDuration(usage.wallMs)}`,
    ...(usage.cpuMs === undefined ? [] : [`cpu ${formatDuration(usage.cpuMs)}`]),
    ...(usage.peakMemoryMb === undefined ? [] : [`memory ${formatNumber(usage.peakMemoryMb)} MiB at most`]),
    ...(usage.gpuSeconds === undefined ? [] : [`gpu ${formatNumber(usage.gpuSeconds)} s`]),
    ...(usage.outputBytes === undefined ? [] : [`output ${usage.outputBytes.toLocaleString("en-US")} bytes`]),
  ];
  return [
    ...heading("Usage"),
    `  ${parts.join(" · ")}`,
    ...(limits.length === 0 ? [] : [...heading("Limits in force")]),
    ...limits.map(({ limit, value, by }) => `  ${limit.padEnd(11)} ${String(value)} (${sanitise(by)})`),
  ];
}

function printedLines({ printed }: ExperimentDetails, heading: (text: string) => string[]): string[] {
  if (printed === undefined) return [];
  const section = (name: string, text: string): string[] => {
    if (text === "") return [];
    const lines = sanitiseLines(text.replace(/\n$/, ""));
    const rest = lines.length - PRINTED;
    return [
      ...heading(name),
      ...lines.slice(0, PRINTED).map((line) => `  ${line}`),
      ...(rest > 0 ? [`  … and ${rest} more lines`] : []),
    ];
  };
  return [...section("Printed to stdout", printed.stdout), ...section("Printed to stderr", printed.stderr)];
}

function diffSection(
  { files, parentFiles, proposed }: ExperimentDetails,
  heading: (text: string) => string[],
  colors: Colors,
): string[] {
  const { parent, files: blobs } = proposed.data;
  if (parentFiles === undefined || parent === null) return [];
  if (blobs === undefined) return [...heading("Diff"), "  none: the proposal could not be applied"];
  const lines = diffLines(unifiedDiff(parentFiles, files), colors);
  return [...heading(`Diff against experiment ${parent}`), ...(lines.length === 0 ? ["  none"] : lines)];
}
