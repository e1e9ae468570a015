import { type TrainFailure, cleanText } from "@pawl/plugin";
import { transcript } from "./transcript.ts";

/** Examples that are shown of each cause at most. */
const EXAMPLES = 4;

/** Failures of one cause, the worst first. */
interface Cause {
  readonly name: string;
  readonly failures: readonly TrainFailure[];
  readonly weight: number;
}

/**
 * What the champion gets wrong on the train split: all causes with their counts, then the worst example of each cause in
 * turn, then the second ones.
 * @param room what one example may take, in characters
 */
export function failureItems(failures: readonly TrainFailure[], room: number): readonly string[] {
  if (failures.length === 0) return [];
  const causes = byCause(failures);
  const overview = causes.map(({ name, failures: each, weight }) => {
    const cost = weight === 0 ? "" : `, weight ${round(weight)}`;
    return `${name}: ${each.length} ${each.length === 1 ? "case" : "cases"}${cost}`;
  });
  const examples = Array.from({ length: EXAMPLES }, (_, rank) =>
    causes.flatMap(({ failures: each }) => each[rank] ?? []),
  ).flat();
  return [`Causes:\n${overview.join("\n")}`, ...examples.map((failure) => example(failure, room))];
}

/** Words of the current failures, to look notes up by. */
export function failureWords(failures: readonly TrainFailure[]): string {
  return byCause(failures)
    .slice(0, 5)
    .map(({ name, failures: [worst] }) => `${name} ${cleanText(worst?.detail ?? "", { maxCharacters: 200 })}`)
    .join(" ");
}

function byCause(failures: readonly TrainFailure[]): Cause[] {
  return [...Map.groupBy(failures, ({ cause }) => cleanText(cause, { maxCharacters: 200 }))]
    .map(([name, each]) => ({
      name,
      failures: each.toSorted((a, b) => (b.weight ?? 0) - (a.weight ?? 0) || a.case - b.case),
      weight: each.reduce((sum, { weight = 0 }) => sum + weight, 0),
    }))
    .toSorted((a, b) => b.weight - a.weight || b.failures.length - a.failures.length || (a.name < b.name ? -1 : 1));
}

function example({ case: at, cause, detail, input, output, exchanges = [] }: TrainFailure, room: number): string {
  const part = (label: string, text: string, share: number): string =>
    `${label}: ${cleanText(text, { maxCharacters: Math.floor(room * share) })}`;
  const seen = exchanges.length === 0 ? "" : transcript(exchanges, Math.floor(room * 0.45));
  return [
    `Case ${at}, ${cleanText(cause, { maxCharacters: 200 })}`,
    ...(detail === undefined ? [] : [part("what went wrong", detail, 0.15)]),
    part("input", JSON.stringify(input), 0.2),
    part("output", output === undefined ? "none" : JSON.stringify(output), 0.2),
    ...(seen === "" ? [] : [`what it asked of its model, and was answered:\n${seen}`]),
  ].join("\n");
}

/** Sums of weights end in noise. */
const round = (value: number): string => String(Number(value.toPrecision(4)));
