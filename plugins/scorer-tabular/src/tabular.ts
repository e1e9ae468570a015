import { extname, resolve } from "node:path";
import { defineScorer, PawlError, type Scorer } from "@pawl/plugin";
import { judgeCanaries, plantCanaries, separate } from "./canaries.ts";
import { labelReader, loadSplit } from "./evaluation.ts";
import { worstCases } from "./feedback.ts";
import { tabularOptions, type TabularOptions } from "./options.ts";
import { makeScoring, type Reference } from "./scoring.ts";
import { canSlice, slice } from "./slice.ts";
import { fingerprint } from "./table/read.ts";
import type { Source } from "./table/row.ts";
import { scanTable, type Scan } from "./table/scan.ts";

const FORMATS: Readonly<Record<string, Source["format"]>> = {
  ".csv": "csv",
  ".tsv": "csv",
  ".jsonl": "jsonl",
  ".ndjson": "jsonl",
};

function sourceOf({ file, format, delimiter }: TabularOptions, root: string): Source {
  const extension = extname(file).toLowerCase();
  const known = format ?? FORMATS[extension];
  if (known === undefined) {
    throw new PawlError("PAWL_CONFIG_INVALID", `The format of ${file} cannot be told from its name.`, {
      path: "scorer.options.format",
      remedy: 'Set format to "csv" or "jsonl".',
    });
  }
  const usual = extension === ".tsv" ? "\t" : ",";
  return { name: file, path: resolve(root, file), format: known, delimiter: delimiter ?? usual };
}

function create(options: TabularOptions, root: string): Scorer<Reference> {
  const source = sourceOf(options, root);
  const scoring = makeScoring(options.metric, "metric");
  const guardrails = Object.entries(options.guardrails).map(([name, spec]) => {
    const guardrail = makeScoring(spec, `guardrails.${name}`);
    if (guardrail.labels !== scoring.labels) {
      throw new PawlError("PAWL_CONFIG_INVALID", `"${name}" needs other labels than ${scoring.metric.name}.`, {
        path: `scorer.options.guardrails.${name}`,
      });
    }
    return { name, scoring: guardrail };
  });
  const scorings = [scoring, ...guardrails.map((guardrail) => guardrail.scoring)];
  const readLabel = labelReader(source, options.label, scoring.labels);
  const missing = new Set(options.missing.map((text) => text.trim()));
  const isMissing = (text: string): boolean => {
    const trimmed = text.trim();
    return trimmed === "" || missing.has(trimmed);
  };

  // One scan serves all splits, for as long as the file stays the same.
  let last: { readonly state: string; readonly scan: Scan } | undefined;
  const scanOnce = async (signal: AbortSignal): Promise<Scan> => {
    const state = await fingerprint(source);
    if (last?.state !== state) {
      last = { state, scan: await scanTable(source, options, scorings, readLabel, isMissing, signal) };
    }
    return last.scan;
  };

  return {
    metric: scoring.metric,
    guardrails: guardrails.map(({ name, scoring: { metric } }) => Object.assign({}, metric, { name })),

    async load(split, seed, signal) {
      const scan = await scanOnce(signal);
      if (!scan.splitter.splits.has(split)) return null;
      const evaluation = await loadSplit(
        { source, options, scan, scorings, readLabel, isMissing },
        split,
        seed,
        signal,
      );
      if ((await fingerprint(source)) !== last?.state) {
        throw new PawlError("PAWL_DATA_INVALID", "The file changed while it was read.", {
          path: source.name,
          remedy: "Let whatever writes it finish, then try again.",
        });
      }
      const planted = split === "validation" ? options.canaries : 0;
      return planted === 0 ? evaluation : plantCanaries(evaluation, planted, scoring.labels);
    },

    // Planted rows have no samples, so a candidate with them runs whole.
    ...(canSlice(scorings) && options.canaries === 0 ? { slice } : {}),

    async score(outputs, { split, reference }) {
      const { real, planted } = separate(outputs, reference);
      const answers = scoring.answers(real);
      const { value, samples } = scoring.compute(answers, reference);
      const values = guardrails.map(({ name, scoring: guardrail }): [string, number] => {
        return [name, guardrail.compute(guardrail.answers(real), reference).value];
      });
      // Only train failures are ever shown, so the others are not even computed.
      const feedback =
        split === "train" ? worstCases(scoring, real, answers, samples, reference, options.feedback) : [];
      const score = { value, samples, guardrails: Object.fromEntries(values), feedback };
      if (planted.length === 0) return score;
      const canaries = judgeCanaries(scoring.answers(planted), answers, reference, scoring.labels);
      return { ...score, canaries };
    },
  };
}

/**
 * Scores a surface on a table with a label column. The surface gets one row at a time, without the label, and returns
 * a number: a score, a probability or a prediction. Anything else counts as the worst answer.
 *
 * @example
 * tabular({
 *   file: "transactions.csv",
 *   label: "is_fraud",
 *   metric: "pr-auc",
 *   split: { by: "time", column: "time", fractions: { train: 0.6, validation: 0.2, holdout: 0.2 } },
 * })
 *
 * Loading throws `PAWL_DATA_MISSING`, `PAWL_DATA_INVALID` (with `file:line`) or `PAWL_CONFIG_INVALID`.
 */
export const tabular = defineScorer({
  name: "@pawl/scorer-tabular",
  version: "0.1.0",
  options: tabularOptions,
  create: (options, { root }) => create(options, root),
});
