import { PawlError, type Evaluation, type Json, type Split } from "@pawl/plugin";
import type { TabularOptions } from "./options.ts";
import type { Reference, Scoring } from "./scoring.ts";
import { splitCode, unitHash } from "./split.ts";
import { converter } from "./table/column-types.ts";
import { readTable } from "./table/read.ts";
import { badRow, quote, type Source } from "./table/row.ts";
import { countRows, type Scan } from "./table/scan.ts";
import { binaryLabelOf, numberOf } from "./table/values.ts";

/** Reads a label. @throws PawlError `PAWL_DATA_INVALID` with `file:line`. */
export type ReadLabel = (value: Json | undefined, line: number) => number;

export function labelReader(source: Source, label: string, kind: Scoring["labels"]): ReadLabel {
  const [read, wanted] = kind === "binary" ? [binaryLabelOf, "0 or 1"] : [numberOf, "a number"];
  return (value, line) => {
    const answer = read(value);
    if (answer !== undefined) return answer;
    const found = value === undefined || value === null || value === "" ? "is missing" : `is ${quote(value)}`;
    throw badRow(source, line, `The label in column "${label}" ${found}; it must be ${wanted}.`, {
      remedy: "Correct the row, or remove it.",
    });
  };
}

/** Marks the rows of a split that are taken: all, or a sample that the evaluation seed draws. */
function chooseRows(scan: Scan, split: Split, seed: number, sample: number | undefined): Uint8Array {
  const code = splitCode(split);
  const count = countRows(scan, code);
  const chosen = scan.splits.map((other) => (other === code ? 1 : 0));
  if (sample === undefined || sample >= count) return chosen;
  // Every row draws a number from its place in the file; the smallest are taken.
  const draw = (row: number): number => unitHash(`${split}\n${seed}\n${row}`);
  const drawn = new Float64Array(count);
  let next = 0;
  for (const [row, is] of chosen.entries()) if (is === 1) drawn[next++] = draw(row);
  const limit = drawn.toSorted()[sample - 1]!;
  next = 0;
  for (const [row, is] of chosen.entries()) if (is === 1 && drawn[next++]! > limit) chosen[row] = 0;
  return chosen;
}

/** What {@link loadSplit} needs to know. */
export interface LoadTask {
  readonly source: Source;
  readonly options: TabularOptions;
  readonly scan: Scan;
  readonly scorings: readonly Scoring[];
  readonly readLabel: ReadLabel;
  readonly isMissing: (text: string) => boolean;
}

/**
 * Streams the table once more and keeps the rows of one split.
 *
 * @throws PawlError `PAWL_DATA_INVALID` on a value of the wrong type, an empty split, or one with a single class.
 */
export async function loadSplit(
  { source, options, scan, scorings, readLabel, isMissing }: LoadTask,
  split: Split,
  seed: number,
  signal: AbortSignal,
): Promise<Evaluation<Reference>> {
  const sample = typeof options.sample === "number" ? options.sample : options.sample?.[split];
  const chosen = chooseRows(scan, split, seed, sample);
  const at = (column: string): number => scan.columns.indexOf(column);
  const labelAt = at(options.label);
  const inputColumns = scan.inputs.map(({ column, type }) => ({
    column,
    index: at(column),
    convert: converter(source, column, type, isMissing),
  }));
  const amountColumns = [...new Set(scorings.flatMap(({ amount }) => amount?.column ?? []))];

  const inputs: Json[] = [];
  const labels: number[] = [];
  const amounts = Object.fromEntries(amountColumns.map((column) => [column, [] as number[]]));
  let row = 0;
  await readTable(
    source,
    (values, line) => {
      if (chosen[row++] !== 1) return;
      const input: Record<string, Json> = {};
      for (const { column, index, convert } of inputColumns) input[column] = convert(values[index], line);
      inputs.push(input);
      labels.push(readLabel(values[labelAt], line));
      for (const column of amountColumns) amounts[column]!.push(readAmount(source, column, values[at(column)], line));
    },
    signal,
  );
  checkCases(source, scan, scorings, split, labels);
  return { split, seed, inputs, reference: { labels, amounts } };
}

function readAmount(source: Source, column: string, value: Json | undefined, line: number): number {
  const amount = numberOf(value);
  if (amount !== undefined) return amount;
  throw badRow(source, line, `Column "${column}" is the amount of a cost and must be a number, not ${quote(value)}.`);
}

function checkCases(
  source: Source,
  { splitter }: Scan,
  scorings: readonly Scoring[],
  split: Split,
  labels: readonly number[],
): void {
  const fail = (message: string): never => {
    const details = splitter.explain === undefined ? undefined : [splitter.explain()];
    throw new PawlError("PAWL_DATA_INVALID", message, {
      path: source.name,
      remedy: "Change scorer.options.split or scorer.options.sample, or add rows.",
      details,
    });
  };
  if (labels.length === 0) fail(`The ${split} split is empty.`);
  if (scorings.some((scoring) => scoring.labels === "binary")) {
    const positives = labels.reduce((sum, label) => sum + label, 0);
    if (positives === 0) fail(`None of the ${labels.length} rows of the ${split} split is positive.`);
    if (positives === labels.length) fail(`All ${labels.length} rows of the ${split} split are positive.`);
  }
  for (const { checkCases: check, metric } of scorings) {
    try {
      check?.(labels.length);
    } catch (error) {
      fail(`${metric.name} on the ${split} split: ${(error as Error).message}`);
    }
  }
}
