import { type Json, type Message, type MessagePart, type ModelExchange, conversationOf } from "@pawl/core";
import { formatDuration, formatNumber } from "./numbers.ts";
import type { Output } from "./output.ts";
import { sanitise, sanitiseLines, truncate, wrap } from "./text.ts";

const COLUMNS = 100;
/** Lines of one part that are shown where not everything is wanted. */
const LINES = 6;

type Look = Pick<Output, "colors" | "columns">;

/** One exchange with a model: what it took, then message by message. */
export function exchangeLines(title: string, exchange: ModelExchange, look: Look, whole: boolean): string[] {
  const { model, provider, status, at, wallMs, inputTokens, outputTokens, usd, retries, replayed } = exchange;
  const count = (value: number): string => value.toLocaleString("en-US");
  const facts = [
    `${sanitise(model)} at ${sanitise(provider)}`,
    `status ${status}`,
    `${count(inputTokens)} tokens in, ${count(outputTokens)} out`,
    ...(usd === undefined ? [] : [`$${formatNumber(usd)}`]),
    formatDuration(wallMs),
    ...(retries === undefined || retries === 0 ? [] : [`asked ${retries + 1} times`]),
    ...(replayed === true ? ["from a recording"] : []),
  ];
  const { input, output, finishReasons } = conversationOf(exchange);
  return [
    "",
    `${look.colors.bold(title)}${look.colors.dim(`  ${at}`)}`,
    `  ${facts.join(" · ")}`,
    ...input.flatMap((message) => messageLines(message, look, whole)),
    ...output.flatMap((message) => messageLines(message, look, whole)),
    ...(finishReasons.length === 0 ? [] : [look.colors.dim(`  stopped: ${finishReasons.map(sanitise).join(", ")}`)]),
  ];
}

function messageLines({ role, parts }: Message, look: Look, whole: boolean): string[] {
  return parts.flatMap((part) => [
    `  ${look.colors.cyan(`${sanitise(role)}${labelOf(part)}`)}`,
    ...short(sanitiseLines(textOf(part)), look, whole),
  ]);
}

function labelOf(part: MessagePart): string {
  if (part.kind === "tool-call") return `, calls ${sanitise(part.name)}`;
  if (part.kind === "tool-result") return ", answer of a tool";
  return part.kind === "reasoning" ? ", thinking" : "";
}

function textOf(part: MessagePart): string {
  const value = valueOf(part);
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

function valueOf(part: MessagePart): Json {
  switch (part.kind) {
    case "tool-call":
      return part.input;
    case "tool-result":
      return part.output;
    case "other":
      return part.value;
    default:
      return part.text;
  }
}

function short(lines: readonly string[], { columns = COLUMNS }: Look, whole: boolean): string[] {
  const wide = Math.max(40, columns);
  if (whole) return lines.flatMap((line) => wrap(`    ${line}`, wide));
  const rest = lines.length - LINES;
  return [
    ...lines.slice(0, LINES).map((line) => truncate(`    ${line}`, wide)),
    ...(rest > 0 ? [`    … and ${rest} more lines; --exchanges shows them`] : []),
  ];
}
