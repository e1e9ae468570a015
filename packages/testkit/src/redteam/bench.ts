import { createHash } from "node:crypto";
import type { Entry, Evaluation, Execution, Executor, Files, Json, Limits, Output, Score, Scorer } from "@pawl/plugin";
import { createRandom } from "../support/random.ts";
import type { Answer, Language, Target } from "./attack.ts";
import { type FindOptions, findAnswers } from "./find-answers.ts";

/** What a bench is made of: everything is the user's own. */
export interface BenchOptions extends FindOptions {
  /** The surface. */
  readonly files: Files;
  readonly entry: Entry;
  readonly scorer: Scorer;
  /** Prepared by the caller, and closed by it. */
  readonly executor: Executor;
  readonly limits: Limits;
  /** The validation split. */
  readonly evaluation: Evaluation;
  /** Default 1. */
  readonly seed?: number;
  readonly signal: AbortSignal;
}

/** Runs contents of the surface, and scores them, beside any engine. */
export interface Bench {
  /** What attacks are made against. A program has no outputs here: nothing of it is run to make attacks. */
  target(label: string): Target;
  /** Runs a content in the sandbox, by default on the validation cases. */
  run(files: Files, inputs?: readonly Json[]): Promise<Execution>;
  /** The score of a content on the validation cases; `null` where it gives nothing to score. */
  score(files: Files): Promise<Score | null>;
}

/** The path whose text attacks change. */
export function entryPath(entry: Entry, files: Files): string {
  if (entry.kind === "call") return entry.file;
  return entry.argv.find((word) => Object.hasOwn(files, word)) ?? Object.keys(files)[0] ?? "";
}

/** What attacks of which language can be tried on a surface. */
export function languageOf(entry: Entry, path: string): Language | "other" {
  if (entry.kind === "call") return /\.[cm]?[jt]s$/.test(path) ? "javascript" : "other";
  return path.endsWith(".py") ? "python" : "other";
}

/**
 * Measures the surface once, so that attacks can be made against it.
 * @throws Error where the surface as it stands does not run
 */
export async function openBench(options: BenchOptions): Promise<Bench> {
  const { files, entry, scorer, executor, limits, evaluation, signal, seed = 1 } = options;
  let count = 0;
  const run = (content: Files, inputs: readonly Json[] = evaluation.inputs): Promise<Execution> => {
    const digest = createHash("sha256").update(JSON.stringify(inputs)).digest("hex");
    const job = { id: `bench/${(count += 1)}`, files: content, entry, inputs: { digest, items: inputs }, limits };
    return executor.execute({ ...job, seed: evaluation.seed }, signal);
  };
  const measure = (outputs: readonly Output[]): Promise<Score> => scorer.score(outputs, evaluation, signal);
  const path = entryPath(entry, files);
  const outputs = entry.kind === "call" ? await outputsOf(await run(files)) : [];
  const random = createRandom(seed);
  let found: Promise<readonly Answer[]> | undefined;
  const known = {
    files,
    entry: path,
    language: languageOf(entry, path),
    metric: scorer.metric,
    guardrails: scorer.guardrails ?? [],
    ...(scorer.outputRange === undefined ? {} : { outputRange: scorer.outputRange }),
    inputs: entry.kind === "call" ? evaluation.inputs : [],
    outputs,
    measure,
  };
  const answers = (): Promise<readonly Answer[]> => (found ??= findAnswers(known, random.fork("answers"), options));
  return {
    target: (label) => ({ ...known, random: random.fork(label), answers }),
    run,
    async score(content) {
      const execution = await run(content);
      if (execution.outcome !== "ok" || execution.outputs.length !== evaluation.inputs.length) return null;
      return measure(execution.outputs);
    },
  };
}

async function outputsOf(execution: Execution): Promise<readonly Output[]> {
  if (execution.outcome === "ok") return execution.outputs;
  throw new Error(`the surface as it stands does not run: ${execution.outcome}: ${execution.reason}`);
}
