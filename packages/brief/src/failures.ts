import type { TrainFailure } from "@pawl/plugin";
import { dataBlock, oneLine } from "./fence.ts";
import { jsonText } from "./json-text.ts";

/** Characters of an input or output, and of one exchange with a model, that are shown. */
const VALUE_CHARACTERS = 4_000;
const EXCHANGE_CHARACTERS = 8_000;

/** Failures with the same cause, the worst first. */
export interface FailureGroup {
  readonly cause: string;
  readonly failures: readonly TrainFailure[];
  /** The weights of all of them together, where the scorer gives any. */
  readonly weight: number | undefined;
}

/** Groups failures by cause: those that cost most first, or else the most frequent. */
export function groupFailures(failures: readonly TrainFailure[]): readonly FailureGroup[] {
  const groups = new Map<string, TrainFailure[]>();
  for (const failure of failures) {
    const group = groups.get(failure.cause);
    if (group === undefined) groups.set(failure.cause, [failure]);
    else group.push(failure);
  }
  return [...groups]
    .map(([cause, members]) => ({ cause, failures: members, weight: weightOf(members) }))
    .toSorted((a, b) => (b.weight ?? 0) - (a.weight ?? 0) || b.failures.length - a.failures.length);
}

function weightOf(failures: readonly TrainFailure[]): number | undefined {
  const weights = failures.flatMap(({ weight }) => (weight === undefined ? [] : [weight]));
  return weights.length === 0 ? undefined : weights.reduce((sum, weight) => sum + weight, 0);
}

/** One line a cause: how often, and what it costs. */
export function causesText(groups: readonly FailureGroup[]): string {
  return groups
    .map(({ cause, failures, weight }) => {
      const cost = weight === undefined ? "" : `, weight ${round(weight)}`;
      return `${failures.length} × ${oneLine(cause)}${cost}`;
    })
    .join("\n");
}

/** One failure in full: input, output, what is wrong, and what was asked of models. */
export function failureText(failure: TrainFailure): string {
  const { input, output, detail, weight, exchanges = [] } = failure;
  const parts = [`### Case ${failure.case}${weight === undefined ? "" : ` (weight ${round(weight)})`}`];
  if (detail !== undefined) parts.push(`What went wrong:\n\n${dataBlock(detail, VALUE_CHARACTERS)}`);
  parts.push(`Input:\n\n${dataBlock(jsonText(input, VALUE_CHARACTERS))}`);
  parts.push(`Output:\n\n${dataBlock(jsonText(output, VALUE_CHARACTERS))}`);
  exchanges.forEach(({ model, request, response, status }, index) => {
    const text = jsonText({ model, status, request, response }, EXCHANGE_CHARACTERS);
    parts.push(`Exchange ${index + 1} of ${exchanges.length} with a model:\n\n${dataBlock(text)}`);
  });
  return parts.join("\n\n");
}

/** Six digits are enough for a reader. */
export function round(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(6))) : String(value);
}
