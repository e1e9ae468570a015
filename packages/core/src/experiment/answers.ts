import type { Execution } from "@pawl/plugin";
import type { AnswerCounts } from "../events.ts";

/** Names of errors that every language has. Others are the candidate's own, and could spell out a case. */
const ERRORS =
  /^(?:uncaught )?((?:Aggregate|Eval|Range|Reference|Syntax|Type|URI|Arithmetic|Assertion|Attribute|Import|Index|Key|Lookup|Name|Overflow|Recursion|Runtime|Timeout|Unicode|Value|ZeroDivision|Memory|Internal)?Error)\b/i;

/**
 * The class of an error, and nothing that a candidate could write into it: it has seen cases that nobody may be shown.
 */
export function errorClass(message: string): string | undefined {
  return ERRORS.exec(message.trimStart().slice(0, 80))?.[1];
}

/** What kinds of answers an execution gave. */
export function countAnswers(execution: Execution | undefined): AnswerCounts | undefined {
  if (execution?.outcome !== "ok") return undefined;
  const counts: Record<string, number> = {};
  for (const output of execution.outputs) {
    const kind = "error" in output ? (errorClass(output.error) ?? "other error") : typeOf(output.value);
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "list" : typeof value;
}
