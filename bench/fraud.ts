import { createEngine, openProject, writeLock } from "@pawl/core";
import { withExample } from "./example.ts";

/**
 * The fraud example as it is: 900 experiments on some 11,000 validation transactions each. For a ratio, the same
 * evaluation of the unchanged rules in this process, without sandbox, ledger, gates or git.
 */
const EXPERIMENTS = 900;

export async function benchFraud(): Promise<void> {
  await withExample("fraud", async ({ root, config: plain, load }) => {
    const config = { ...plain, budget: { experiments: EXPERIMENTS, consecutiveFailures: EXPERIMENTS } };
    const { signal } = new AbortController();
    const project = await openProject(config, { root });
    await writeLock(project, { signal });

    const bareMs = await bare(project, load);
    const started = performance.now();
    const summary = await createEngine(config, { root }).run().result;
    const seconds = (performance.now() - started) / 1_000;
    const row = (name: string, value: string, target: string): void =>
      console.log(`${name.padEnd(66)}${value.padStart(10)}  ${target}`);
    row(`${EXPERIMENTS} fraud experiments, 2 in flight`, `${seconds.toFixed(1)} s`, "under 90 s");
    row(
      "one experiment, as a multiple of bare evaluation in one process",
      ((seconds * 1_000) / EXPERIMENTS / bareMs).toFixed(2),
      "",
    );
    row("validation, baseline", (summary.baseline?.validation ?? Number.NaN).toFixed(4), "");
    row("validation, champion", (summary.champion?.validation ?? Number.NaN).toFixed(4), "");
    row("fresh cases, baseline", (summary.exam?.baseline.score ?? Number.NaN).toFixed(4), "");
    row("fresh cases, champion", (summary.exam?.champion.score ?? Number.NaN).toFixed(4), "");
  });
}

type Project = Awaited<ReturnType<typeof openProject>>;

/** Median milliseconds of: parse the inputs, call the rules, score. */
async function bare({ plugins }: Project, load: <T>(file: string) => Promise<T>): Promise<number> {
  const scorer = plugins.scorer.instance;
  const { signal } = new AbortController();
  const evaluation = await scorer.load("validation", 1, signal);
  if (evaluation === null) throw new Error("the fraud example has no validation split");
  const text = JSON.stringify(evaluation.inputs);
  const { default: rules } = await load<{ default: (transaction: unknown) => number }>("rules.ts");
  const times: number[] = [];
  for (let round = 0; round < 15; round += 1) {
    const started = performance.now();
    const outputs = (JSON.parse(text) as unknown[]).map((transaction) => ({ value: rules(transaction) }));
    await scorer.score(outputs, evaluation, signal);
    times.push(performance.now() - started);
  }
  return times.toSorted((a, b) => a - b)[7] ?? Number.NaN;
}

if (import.meta.main) await benchFraud();
