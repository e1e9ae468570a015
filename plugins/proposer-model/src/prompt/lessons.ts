import type { ExperimentRecord, Note, Notebook, ProposeContext } from "@pawl/plugin";

/** Notes that are shown at most: the most useful ones, and those that speak of what goes wrong now. */
const USEFUL = 12;
const MATCHING = 8;
/** Experiments that are told of, the last ones first. */
const RECENT = 40;

/** What the notebook has to say. */
export function noteItems(notebook: Notebook, words: string): readonly string[] {
  const found = words.trim() === "" ? [] : notebook.search(words, MATCHING);
  const notes = [...new Map([...found, ...notebook.notes(USEFUL)].map((note) => [note.id, note])).values()];
  return notes.map(tellNote);
}

/** A note with what it rests on. */
export function tellNote({ kind, text, effect, evidence }: Note): string {
  const interval =
    effect === undefined
      ? ""
      : ` Effect for a case: ${number(effect.mean)} [${number(effect.low)}, ${number(effect.high)}].`;
  const from = evidence.length === 0 ? "" : ` (experiments ${evidence.map((each) => each.experiment).join(", ")})`;
  return `${kind}: ${text}${interval}${from}`;
}

/** The last experiments with their outcomes, the newest first. */
export function experimentItems({ history, metric }: Pick<ProposeContext, "history" | "metric">): readonly string[] {
  return history
    .recent(RECENT)
    .filter((record) => record.number > 0)
    .toReversed()
    .map((record) => tellExperiment(record, metric.name));
}

function tellExperiment(record: ExperimentRecord, metric: string): string {
  const { number: at, parent, status, failure, hypothesis, reason, score, partial } = record;
  const how = failure === undefined ? status : `${status}, ${failure}`;
  const part = partial === undefined ? "" : ` on ${partial.cases} of ${partial.of} cases`;
  const scored = score === undefined ? "" : ` ${metric} ${number(score)}${part}.`;
  return `Experiment ${at}, a change of ${parent ?? 0}: ${how}.${scored}\n  tried: ${short(hypothesis)}\n  because: ${short(reason)}`;
}

const short = (text: string): string => (text.length <= 400 ? text : `${text.slice(0, 400)}…`);
const number = (value: number | null): string => (value === null ? "open" : String(Number(value.toPrecision(4))));
