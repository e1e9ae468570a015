import { createHash } from "node:crypto";
import type {
  Evaluation,
  Execution,
  Executor,
  ExperimentRecord,
  Files,
  GateTask,
  Json,
  Limits,
  Measured,
  Rerun,
  Score,
  Scorer,
  Trial,
} from "@pawl/plugin";
import { createRandom } from "@pawl/core";
import { isolate } from "@pawl/sandbox-isolate";

const LIMITS = { wallMs: 20_000, memoryMb: 256, outputBytes: 16_000_000, network: "none" } as const;

type Ok = Execution & { readonly outcome: "ok" };

/** Executions and scores of one surface, the real ones, for gates to look at. */
export interface Bench {
  readonly evaluation: Evaluation;
  readonly scorer: Scorer;
  readonly baseline: Measured;
  readonly task: GateTask;
  trial(files: Files, options?: TrialOptions): Promise<Trial>;
  measure(files: Files): Promise<{ readonly measured: Measured; readonly execution: Ok }>;
  close(): Promise<void>;
}

export interface TrialOptions {
  readonly history?: readonly ExperimentRecord[];
  readonly champion?: Measured;
  readonly experiment?: number;
}

export interface BenchOptions {
  readonly scorer: Scorer;
  readonly entry: string;
  readonly baseline: string;
  readonly seed?: number;
  readonly executor?: Executor;
  readonly second?: Executor;
}

/** Loads the cases and measures the baseline in a fresh isolate. */
export async function openBench(options: BenchOptions): Promise<Bench> {
  const { scorer, entry, baseline: text, seed: evaluationSeed = 1 } = options;
  const { signal } = new AbortController();
  const executor = options.executor ?? (await isolate().create(isolate().schema.parse({}) as never, { root: "." }));
  await executor.prepare?.({ limits: LIMITS as unknown as Limits, concurrency: 1, run: "test" }, signal);
  const evaluation = await loaded(scorer, "validation", evaluationSeed);
  const train = await scorer.load("train", evaluationSeed, signal);
  let jobs = 0;

  const execute = (files: Files, inputs: readonly Json[], seed: number, where: Executor = executor) =>
    where.execute(
      {
        id: `job-${(jobs += 1)}`,
        files,
        entry: { kind: "call", file: entry },
        inputs: { digest: createHash("sha256").update(JSON.stringify(inputs)).digest("hex"), items: inputs },
        seed,
        limits: LIMITS as unknown as Limits,
      },
      signal,
    );
  const measure = async (files: Files, experiment = 0) => {
    const execution = await execute(files, evaluation.inputs, evaluation.seed);
    if (execution.outcome !== "ok") throw new Error(`${execution.outcome}: ${execution.reason}`);
    const score = await scorer.score(execution.outputs, evaluation, signal);
    return { measured: { experiment, files, score } satisfies Measured, execution };
  };
  const { measured: baseline } = await measure({ [entry]: text });

  const trial = async (files: Files, { history = [], champion = baseline, experiment = 1 }: TrialOptions = {}) => {
    const { measured: candidate, execution } = await measure(files, experiment);
    const subjects = { candidate, champion, baseline };
    const made: Trial = {
      experiment,
      hypothesis: "a test",
      metric: scorer.metric,
      guardrails: scorer.guardrails ?? [],
      ...subjects,
      execution,
      evaluation,
      history: {
        length: history.length,
        recent: (count) => history.slice(-count),
        kept: () => history.filter(({ status }) => status === "kept"),
      },
      random: createRandom(`gate/${experiment}`),
      async rerun({ split = "validation", seed = evaluationSeed, transform, subject = "candidate" } = {}) {
        const plain =
          split === "validation" && seed === evaluationSeed ? evaluation : await loaded(scorer, split, seed);
        const used = transform?.(plain) ?? plain;
        const { files: own } = typeof subject === "string" ? subjects[subject] : { files: subject };
        const again = await execute(own, used.inputs, used.seed);
        if (again.outcome !== "ok") return { execution: again, evaluation: used };
        const score: Score = await scorer.score(again.outputs, used, signal);
        return { execution: again, evaluation: used, score } satisfies Rerun;
      },
      replay({
        inputs = evaluation.inputs,
        subject = "candidate",
        seed = evaluation.seed,
        executor: which,
        decoys,
      } = {}) {
        const { files: own } = typeof subject === "string" ? subjects[subject] : { files: subject };
        const where = which === "second" ? options.second : executor;
        if (where === undefined) throw new Error("there is no second executor");
        return execute({ ...decoys?.files, ...own }, inputs, seed, where);
      },
      inputs: async (split) => (split === "train" ? (train?.inputs ?? null) : evaluation.inputs),
      looks: async () => [],
    };
    return made;
  };
  return {
    evaluation,
    scorer,
    baseline,
    task: {
      metric: scorer.metric,
      guardrails: scorer.guardrails ?? [],
      relations: scorer.relations ?? [],
      ...(scorer.outputRange !== undefined && { outputRange: scorer.outputRange }),
      freshCases: scorer.freshCases ?? false,
      inputs: async (split) => (await scorer.load(split, evaluationSeed, signal))?.inputs ?? null,
      slices: false,
      secondExecutor: options.second !== undefined,
      experiments: 100,
      random: createRandom("gate"),
    },
    trial,
    measure,
    close: async () => executor.close?.(),
  };
}

async function loaded(scorer: Scorer, split: "train" | "validation" | "holdout" | "vault", seed: number) {
  const evaluation = await scorer.load(split, seed, new AbortController().signal);
  if (evaluation === null) throw new Error(`there is no ${split} split`);
  return evaluation;
}
