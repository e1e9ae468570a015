import type { CaseTrace, ExperimentTrace, Json, ModelUse } from "@pawl/core";
import { diffLines } from "./diff.ts";
import { evidenceLines } from "./evidence.ts";
import { exchangeLines } from "./format-exchange.ts";
import { useText } from "./format-models.ts";
import { earlyText, formatDuration, formatNumber, plural } from "./numbers.ts";
import type { Output } from "./output.ts";
import { sanitise, sanitiseLines, truncate, wrap } from "./text.ts";

/** Train cases that are shown; --json has all of them. */
const CASES = 30;
/** The same where nothing was wrong. */
const FINE = 3;
const COLUMNS = 100;

type Look = Pick<Output, "colors" | "columns">;

/** A trace for people, in the order in which things happened. */
export function formatTrace(trace: ExperimentTrace, look: Look, whole: boolean): string[] {
  const { run, experiment, outcome, usd } = trace;
  const { colors } = look;
  const status = outcome === null ? "unfinished" : (outcome.failure ?? outcome.status);
  return [
    `${colors.bold(`experiment ${experiment}`)} of ${sanitise(run)}: ${status}${usd > 0 ? `, $${formatNumber(usd)}` : ""}`,
    ...proposalLines(trace, look, whole),
    ...trainLines(trace, look, whole),
    ...validationLines(trace, look),
    ...verdictLines(trace, look),
    ...outcomeLines(trace, look),
  ];
}

const heading = (text: string, at: string | undefined, { colors }: Look): string[] => [
  "",
  `${colors.bold(text)}${at === undefined ? "" : colors.dim(`  ${at}`)}`,
];

/** A text of several lines, indented and wrapped. */
function paragraph(text: string, { columns = COLUMNS }: Look, indent = "  "): string[] {
  return sanitiseLines(text.trimEnd()).flatMap((line) => wrap(`${indent}${line}`, Math.max(40, columns)));
}

function proposalLines({ proposal, goal }: ExperimentTrace, look: Look, whole: boolean): string[] {
  const { at, parent, hypothesis, rationale, ifItFails, ideas = [], trace, exchanges, diff } = proposal;
  const labelled = (label: string, text: string): string[] => {
    const [first = "", ...rest] = paragraph(text, look, " ".repeat(14));
    return [`  ${label.padEnd(12)}${first.trimStart()}`, ...rest];
  };
  return [
    ...heading("Proposal", at, look),
    ...(goal === null ? [] : labelled("goal", goal)),
    ...labelled("parent", parent === null ? "none: it is a baseline" : `experiment ${parent}`),
    ...labelled("hypothesis", hypothesis),
    ...(rationale === undefined ? [] : labelled("rationale", rationale)),
    ...(ifItFails === undefined ? [] : labelled("if it fails", ifItFails)),
    ...ideas.flatMap((idea) => labelled("idea", idea)),
    ...(trace === undefined
      ? []
      : [...heading("What the proposer wrote down", undefined, look), ...evidenceLines(trace, "  ")]),
    ...exchanges.flatMap((exchange, index) =>
      exchangeLines(`Exchange ${index + 1} of ${exchanges.length}`, exchange, look, whole),
    ),
    ...(diff === null
      ? parent === null
        ? []
        : [...heading("Edits", undefined, look), "  none: the proposal could not be applied"]
      : [...heading("Edits", undefined, look), ...diffLines(diff, look.colors).map((line) => `  ${line}`)]),
  ];
}

function trainLines({ train }: ExperimentTrace, look: Look, whole: boolean): string[] {
  if (train === null) return [];
  const { at, outcome, reason, score, guardrails = {}, cases, exchanges, models, printed, usage } = train;
  const failed = cases.filter(({ feedback, error }) => feedback.length > 0 || error !== undefined);
  const causes = Map.groupBy(failed, ({ feedback, error }) => feedback[0]?.cause ?? error ?? "");
  const left = failed.length - Math.min(CASES, failed.length);
  return [
    ...heading("Train split", at, look),
    `  ${plural(cases.length, "case")}: ${outcome}${reason === undefined ? "" : `: ${sanitise(reason)}`}, ${formatDuration(usage.wallMs)}`,
    ...(score === undefined ? [] : [`  score ${formatNumber(score)}`]),
    ...guardrailLines(guardrails),
    ...useLines(models),
    ...[...causes].map(([cause, each]) => `  ${plural(each.length, "case")}: ${sanitise(cause)}`),
    ...(failed.length === 0 ? cases.slice(0, FINE) : failed.slice(0, CASES)).flatMap((each) =>
      caseLines(each, look, whole),
    ),
    ...(left > 0 ? [`  … and ${plural(left, "more case")}; --json has all of them`] : []),
    ...exchanges.flatMap((exchange, index) =>
      exchangeLines(`Exchange ${index + 1} of no known case`, exchange, look, whole),
    ),
    ...(printed === undefined || printed.stdout === ""
      ? []
      : [...heading("Printed to stdout", undefined, look), ...paragraph(printed.stdout, look)]),
    ...(printed === undefined || printed.stderr === ""
      ? []
      : [...heading("Printed to stderr", undefined, look), ...paragraph(printed.stderr, look)]),
  ];
}

function caseLines(each: CaseTrace, look: Look, whole: boolean): string[] {
  const { input, output, error, feedback, exchanges } = each;
  const { columns = COLUMNS } = look;
  const line = (label: string, text: string): string =>
    truncate(`    ${label.padEnd(8)}${text}`, Math.max(40, columns));
  return [
    `  ${look.colors.cyan(`case ${each.case}`)}`,
    line("input", json(input)),
    ...(output === undefined ? [] : [line("output", json(output))]),
    ...(error === undefined ? [] : [line("error", sanitise(error))]),
    ...feedback.map(({ cause, detail }) =>
      line("wrong", sanitise(detail === undefined ? cause : `${cause}: ${detail}`)),
    ),
    ...exchanges.flatMap((exchange, index) =>
      exchangeLines(`Exchange ${index + 1} of case ${each.case}`, exchange, look, whole),
    ),
  ];
}

const json = (value: Json): string => sanitise(JSON.stringify(value));

function validationLines({ validation, metric }: ExperimentTrace, look: Look): string[] {
  if (validation === null) return [];
  const { score, guardrails = {}, effect, partial, answers, executions } = validation;
  const unit = metric.unit === undefined ? "" : ` ${metric.unit}`;
  return [
    ...heading("Validation, in numbers", undefined, look),
    ...(score === undefined
      ? []
      : [
          `  score ${formatNumber(score)}${unit} ${sanitise(metric.name)}${partial === undefined ? "" : `  (${earlyText(partial)})`}`,
        ]),
    ...(effect === undefined
      ? []
      : [
          `  mean gain of a case ${formatNumber(effect.mean)}${effect.low === null || effect.high === null ? "" : `, ${effect.confidence * 100} % interval ${formatNumber(effect.low)} to ${formatNumber(effect.high)}`}, ${plural(effect.pairs, "pair")}`,
        ]),
    ...guardrailLines(guardrails),
    ...(answers === undefined
      ? []
      : [
          `  answers: ${Object.entries(answers)
            .map(([kind, count]) => `${count.toLocaleString("en-US")} ${sanitise(kind)}`)
            .join(" · ")}`,
        ]),
    ...executions.flatMap(({ job, models, refused, trouble }) => [
      `  ${sanitise(job)}${refused > 0 ? `, ${plural(refused, "call")} refused` : ""}${trouble === undefined ? "" : `, ${trouble.kind}: ${sanitise(trouble.reason)}`}`,
      ...useLines(models).map((line) => `  ${line}`),
    ]),
  ];
}

const guardrailLines = (guardrails: Readonly<Record<string, number>>): string[] =>
  Object.entries(guardrails).map(([name, value]) => `  guardrail ${sanitise(name)}: ${formatNumber(value)}`);

function useLines(models: Readonly<Record<string, ModelUse>>): string[] {
  return Object.entries(models).map(([name, use]) => `  ${sanitise(name)}: ${useText(use)}`);
}

function verdictLines({ verdicts }: ExperimentTrace, look: Look): string[] {
  if (verdicts.length === 0) return [];
  return [
    ...heading("Gates", undefined, look),
    ...verdicts.flatMap(({ decision, gate, step, code, reason, evidence, approved }) => [
      `  ${decision.padEnd(6)}  ${sanitise(gate)} (${step})  ${code}${approved === true ? "  (approved)" : ""}`,
      ...paragraph(sanitise(reason), look, "          "),
      ...(evidence === undefined ? [] : evidenceLines(evidence, "          ")),
    ]),
  ];
}

function outcomeLines({ outcome }: ExperimentTrace, look: Look): string[] {
  if (outcome === null) return [];
  const { at, status, failure, reason, champion, usage, commit } = outcome;
  return [
    ...heading("Verdict", at, look),
    `  ${status}${failure === undefined ? "" : ` (${failure})`}${champion === null ? "" : `, against experiment ${champion}`}`,
    ...paragraph(sanitise(reason), look),
    ...(usage === undefined ? [] : [`  ${formatDuration(usage.wallMs)} in the sandbox`]),
    ...(commit === undefined ? [] : [`  commit ${commit}`]),
  ];
}
