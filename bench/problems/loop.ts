import {
  createRandom,
  type ExperimentRecord,
  type Files,
  gain,
  type Json,
  type Metric,
  type Proposer,
} from "@pawl/core";
import { search } from "@pawl/proposer-search";
import { EMPTY_NOTEBOOK, UNLIMITED_PURSE } from "@pawl/testkit";

/** A problem that needs neither a sandbox nor a model: a surface, and what it is worth. */
export interface Problem {
  readonly metric: Metric;
  readonly files: Files;
  score(files: Files): number;
  readonly solved: (score: number) => boolean;
  /** Train inputs that the proposer may see. */
  readonly inputs?: readonly Json[];
}

type Options = Parameters<typeof search>[0];

/** A fresh search proposer. */
export async function createSearch(options: Options = {}): Promise<Proposer> {
  const configured = search(options);
  return configured.create(configured.schema.parse(configured.options) as never, { root: process.cwd() });
}

/**
 * Lets a proposer work on a problem as the engine would, keeping what is better.
 *
 * @returns the number of evaluations until it is solved, the baseline's included, or `undefined`
 */
export async function evaluationsToSolve(
  problem: Problem,
  proposer: Proposer,
  seed: number,
  most: number,
): Promise<number | undefined> {
  const { metric, files } = problem;
  const { signal } = new AbortController();
  const random = createRandom(seed);
  const first = problem.score(files);
  if (problem.solved(first)) return 1;
  let champion = { experiment: 0, files, score: first };
  const records: ExperimentRecord[] = [baseline(champion)];
  const kept: ExperimentRecord[] = [...records];
  for (let number = 1; number < most; number += 1) {
    const proposal = await proposer.propose(
      {
        experiment: number,
        goal: undefined,
        metric,
        guardrails: [],
        champion,
        history: { length: records.length, recent: (count) => records.slice(-count), kept: () => kept },
        train: { inputs: problem.inputs ?? [], failures: async () => [] },
        budget: { experiments: most - number },
        purse: UNLIMITED_PURSE,
        notebook: EMPTY_NOTEBOOK,
        random: random.fork(String(number)),
      },
      signal,
    );
    if (proposal === null || "standstill" in proposal) return undefined;
    if (proposal.change.kind !== "files") throw new Error("unexpected kind of change");
    const candidate = { ...champion.files, ...proposal.change.files };
    const score = problem.score(candidate);
    if (problem.solved(score)) return number + 1;
    const better = gain(metric, champion.score, score) > 0;
    const record: ExperimentRecord = {
      number,
      parent: champion.experiment,
      status: better ? "kept" : "rejected",
      reason: better ? "better" : "not better",
      hypothesis: proposal.hypothesis,
      ...(proposal.memo === undefined ? {} : { memo: proposal.memo }),
      files: candidate,
      score,
      verdicts: [
        { gate: "better", step: "judge", decision: better ? "pass" : "reject", code: "BENCH", reason: "score" },
      ],
    };
    records.push(record);
    if (better) {
      champion = { experiment: number, files: candidate, score };
      kept.push(record);
    }
    await proposer.observe?.(record);
  }
  return undefined;
}

function baseline({ files, score }: { files: Files; score: number }): ExperimentRecord {
  const empty = { reason: "baseline", hypothesis: "baseline", verdicts: [] };
  return { number: 0, parent: null, status: "kept", files, score, ...empty };
}

/** Runs the default export of a surface, which is our own text and known to be harmless. */
export function run(source: string): unknown {
  const body = source.replaceAll(/export default/g, "return");
  return new Function(body)();
}
