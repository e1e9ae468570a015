import type { Metric, ProposeContext, RemainingBudget } from "@pawl/plugin";
import { experimentLine, noteLine } from "./experiments.ts";
import { causesText, groupFailures, round } from "./failures.ts";
import { DATA_RULE, block, dataBlock } from "./fence.ts";

/** What goes into a brief beside what every brief says. */
export interface BriefOptions {
  /** The last section: how an answer is given. Markdown. */
  readonly answer: string;
  /** Put the surface's content in; else its files are only named. */
  readonly surface?: boolean;
  /** Put the causes of train failures in. Asking for them may run the champion once. Default: true. */
  readonly failures?: boolean;
  /** Finished experiments that are listed at most. Default: 20. */
  readonly experiments?: number;
  /** Notes that are listed at most. Default: 20. */
  readonly notes?: number;
}

/** What a proposer may know, as Markdown. Everything that a hostile source may have written stands in blocks of data. */
export async function writeBrief(context: ProposeContext, options: BriefOptions): Promise<string> {
  const { experiment, goal, champion, metric, guardrails, budget } = context;
  const sections = [
    `# Brief for experiment ${experiment}`,
    "Change the surface so that the metric gets better. Your proposal is run in a sandbox on cases that you do not see, " +
      "scored outside of it, compared with the champion case by case, and kept only where it is truly better and no " +
      "guardrail gets worse.",
    DATA_RULE,
    section("Goal", goal ?? "(The config states none beside the metric.)"),
    section("Metric", metricText(metric, champion.score, champion.experiment)),
    ...(guardrails.length === 0 ? [] : [section("Guardrails", guardrails.map(guardrailLine).join("\n"))]),
    section("Surface", surfaceText(context, options.surface === true)),
    section("Rules", RULES),
    section("Budget left", budgetText(budget)),
    section("Last experiments", experimentsText(context, options.experiments ?? 20)),
    section("Notebook", notesText(context, options.notes ?? 20)),
  ];
  if (options.failures !== false)
    sections.push(section("What the champion gets wrong on train cases", await causes(context)));
  sections.push(section("How to answer", options.answer));
  return `${sections.join("\n\n")}\n`;
}

const section = (title: string, body: string): string => `## ${title}\n\n${body}`;

const RULES = [
  "- Only the files of the surface count. Whatever else is changed is thrown away.",
  "- A candidate never sees an answer and never computes its own score; nothing that it prints is read as one.",
  "- Learning single cases by heart, looking for the harness, or reporting a score of one's own is found out and " +
    "rejected.",
  "- One idea an experiment teaches more than five at once.",
].join("\n");

const better = ({ direction }: Metric): string => (direction === "maximize" ? "higher is better" : "lower is better");

function metricText(metric: Metric, score: number, experiment: number): string {
  const { name, unit, description, range } = metric;
  return [
    `- Name: ${name}${unit === undefined ? "" : ` (${unit})`}, ${better(metric)}`,
    ...(description === undefined ? [] : [`- What it is: ${description}`]),
    ...(range === undefined ? [] : [`- Values lie between ${range[0]} and ${range[1]}`]),
    `- The champion, experiment ${experiment}, has ${round(score)}`,
  ].join("\n");
}

function guardrailLine(metric: Metric): string {
  const { name, unit, description } = metric;
  const what = description === undefined ? "" : `: ${description}`;
  return `- ${name}${unit === undefined ? "" : ` (${unit})`}, ${better(metric)}${what}`;
}

function surfaceText({ champion }: ProposeContext, content: boolean): string {
  const files = Object.entries(champion.files);
  if (!content) return files.map(([path, text]) => `- \`${path}\`, ${text.split("\n").length} lines`).join("\n");
  return files.map(([path, text]) => `\`${path}\`:\n\n${block("", text)}`).join("\n\n");
}

function budgetText({ experiments, wallMs, usd, gpuSeconds }: RemainingBudget): string {
  const lines = [
    ...(experiments === undefined ? [] : [`- experiments: ${experiments}`]),
    ...(wallMs === undefined ? [] : [`- time: ${round(Math.max(0, wallMs) / 60_000)} minutes`]),
    ...(usd === undefined ? [] : [`- money: ${round(usd)} US dollars`]),
    ...(gpuSeconds === undefined ? [] : [`- GPU time: ${round(gpuSeconds)} seconds`]),
  ];
  return lines.length === 0 ? "No limit." : lines.join("\n");
}

function experimentsText({ history }: ProposeContext, count: number): string {
  const recent = history.recent(count);
  if (recent.length === 0) return "None yet.";
  const more = history.length > recent.length ? `The last ${recent.length} of ${history.length}.\n\n` : "";
  return more + dataBlock(recent.map(experimentLine).join("\n"));
}

function notesText({ notebook }: ProposeContext, count: number): string {
  const notes = notebook.notes(count);
  return notes.length === 0 ? "Nothing is written in it yet." : dataBlock(notes.map(noteLine).join("\n"));
}

async function causes({ train }: ProposeContext): Promise<string> {
  const groups = groupFailures(await train.failures());
  if (groups.length === 0) return "Nothing is known of any: the scorer names none.";
  return dataBlock(causesText(groups));
}
