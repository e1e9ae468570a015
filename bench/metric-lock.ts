import { type ConfiguredPlugin, type Gate, type Scorer, createEngine, openProject, writeLock } from "@pawl/core";
import { metricLock } from "@pawl/metric-lock";
import { withExample } from "./example.ts";

/**
 * What the metric lock costs, on three examples as they are: one experiment at a time, and a clock
 * around each step of the lock and around scoring. Both ratios come from the same run, so that a busy machine slows
 * down both sides of them.
 */
const EXPERIMENTS = 300;

export async function benchMetricLock(): Promise<void> {
  for (const example of ["fraud", "pricing", "packing"]) await benchExample(example, {});
  // Whose candidates all have new words, such as those of a model, is better described by this, and seldom as fast.
  await benchExample("packing", { static: { readFirst: "all" } });
}

/** Milliseconds, since the last experiment ended. */
interface Clock {
  scoringMs: number;
  /** Steps that every candidate goes through. */
  lookingMs: number;
  /** The step of would-be champions. */
  beforeCommitMs: number;
}

async function benchExample(example: string, options: Parameters<typeof metricLock>[0]): Promise<void> {
  const named = options?.static === undefined ? example : `${example}, every text read before it runs`;
  await withExample(example, async ({ root, config: plain }) => {
    const clock: Clock = { scoringMs: 0, lookingMs: 0, beforeCommitMs: 0 };
    const config = {
      ...plain,
      scorer: timedScorer(plain.scorer as ConfiguredPlugin<"scorer">, clock),
      gates: [
        ...(plain.gates ?? []).filter((gate) => !("name" in gate && gate.name === "@pawl/metric-lock")),
        timedGate(metricLock(options), clock),
      ],
      budget: { experiments: EXPERIMENTS, consecutiveFailures: EXPERIMENTS },
      concurrency: 1,
    };
    await writeLock(await openProject(config, { root }), { signal: new AbortController().signal });

    const engine = createEngine(config, { root });
    const other = { experimentMs: 0, lookingMs: 0, count: 0 };
    const kept = { lockMs: 0, evaluationMs: 0, ratios: [] as number[] };
    let since = performance.now();
    engine.on("experiment.finished", ({ data }) => {
      const now = performance.now();
      const evaluationMs = (data.measured?.usage.wallMs ?? Number.NaN) + clock.scoringMs;
      if (data.experiment > 0 && clock.beforeCommitMs > 0) {
        if (data.status === "kept") {
          const lockMs = clock.lookingMs + clock.beforeCommitMs;
          kept.lockMs += lockMs;
          kept.evaluationMs += evaluationMs;
          kept.ratios.push(lockMs / evaluationMs);
        }
      } else if (data.experiment > 0 && data.status !== "failed") {
        other.experimentMs += now - since;
        other.lookingMs += clock.lookingMs;
        other.count += 1;
      }
      since = now;
      Object.assign(clock, { scoringMs: 0, lookingMs: 0, beforeCommitMs: 0 });
    });
    await engine.run().result;

    const row = (name: string, value: string, target: string): void =>
      console.log(`${named}: ${name}`.padEnd(110) + value.padStart(8) + `  ${target}`);
    const added = other.lookingMs / (other.experimentMs - other.lookingMs);
    row(
      `what the lock adds to ${other.count} experiments that were not kept`,
      `${(100 * added).toFixed(2)} %`,
      named === example ? "at most 5 %" : "",
    );
    const { ratios, lockMs, evaluationMs } = kept;
    const median = ratios.toSorted((a, b) => a - b)[ratios.length >> 1] ?? Number.NaN;
    row(`evaluations that the lock takes for ${ratios.length} that were kept: median`, median.toFixed(2), "at most 4");
    row("the same: all of them together", (lockMs / evaluationMs).toFixed(2), "at most 4");
  });
}

function timedScorer(plugin: ConfiguredPlugin<"scorer">, clock: Clock): ConfiguredPlugin<"scorer"> {
  return {
    ...plugin,
    create: async (options, context) => {
      const scorer: Scorer = await plugin.create(options, context);
      return {
        ...scorer,
        score: async (...args) => {
          const started = performance.now();
          const score = await scorer.score(...args);
          clock.scoringMs += performance.now() - started;
          return score;
        },
      };
    },
  };
}

function timedGate(plugin: ConfiguredPlugin<"gate">, clock: Clock): ConfiguredPlugin<"gate"> {
  const timed = async <T>(key: "lookingMs" | "beforeCommitMs", step: () => T | Promise<T>): Promise<T> => {
    const started = performance.now();
    try {
      return await step();
    } finally {
      clock[key] += performance.now() - started;
    }
  };
  return {
    ...plugin,
    create: async (options, context) => {
      const gate: Gate = await plugin.create(options, context);
      return {
        ...gate,
        inspect: (...args) => timed("lookingMs", () => gate.inspect!(...args)),
        judge: (...args) => timed("lookingMs", () => gate.judge!(...args)),
        beforeCommit: (...args) => timed("beforeCommitMs", () => gate.beforeCommit!(...args)),
      };
    },
  };
}

if (import.meta.main) await benchMetricLock();
