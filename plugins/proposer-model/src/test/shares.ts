import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEngine, createRandom, openProject, writeLock } from "@pawl/core";
import type { PawlConfig, PawlEvent, RunOptions, Summary } from "@pawl/core";
import { improvement } from "@pawl/gate-improvement";
import { metricLock } from "@pawl/metric-lock";
import { type Json, defineScorer } from "@pawl/plugin";
import { isolate } from "@pawl/sandbox-isolate";
import { execa } from "execa";

/** A whole project: what share of an amount each kind of customer gets. The right shares stand with the scorer alone. */
export const RIGHT = { a: 0.9, b: 0.7, c: 0.4, d: 0.25 } as const;
type Kind = keyof typeof RIGHT;

export const SURFACE_FILE = "shares.ts";
export const surfaceWith = (comment = "", output = "amount * SHARES[kind]"): string => `${comment}
const SHARES: Record<string, number> = { a: 0.5, b: 0.5, c: 0.5, d: 0.5 };
export default ({ kind, amount }: { kind: string; amount: number }): unknown => ${output};
`;

const shares = defineScorer({
  name: "shares",
  version: "1.0.0",
  create: () => ({
    metric: { name: "right", direction: "maximize", range: [0, 1], description: "share of amounts that are right" },
    load: async (split, seed) => {
      if (split === "vault") return null;
      const random = createRandom(`${split}/${seed}`);
      // Amounts of each split are its own, so that a test can tell where one has been seen.
      const base = { train: 1_000, validation: 20_000, holdout: 300_000 }[split];
      const kinds = Object.keys(RIGHT) as Kind[];
      const inputs = Array.from({ length: 120 }, (_, at) => ({
        kind: kinds[at % kinds.length] as Kind,
        amount: base + random.integer(0, base - 1),
      }));
      return { split, seed, inputs, reference: inputs.map(({ kind, amount }) => RIGHT[kind] * amount) };
    },
    score: async (outputs, { reference }) => {
      const samples = outputs.map((output, at) => (isRight(output, reference[at] as number) ? 1 : 0));
      return {
        value: samples.reduce((sum: number, each) => sum + each, 0) / samples.length,
        samples,
        feedback: samples.flatMap((sample, at) =>
          sample === 1 ? [] : [{ case: at, cause: "wrong amount", detail: `right is ${reference[at]}`, weight: 1 }],
        ),
      };
    },
  }),
});

function isRight(output: { readonly value: Json } | { readonly error: string }, right: number): boolean {
  return "value" in output && typeof output.value === "number" && Math.abs(output.value - right) < 0.01 * right;
}

/** A repository with the project in it, and runs of the engine on it. */
export async function openShares(surface: string, changes: Pick<PawlConfig, "proposer"> & Partial<PawlConfig>) {
  const root = await mkdtemp(join(tmpdir(), "pawl-model-"));
  const git = async (...args: string[]): Promise<string> =>
    (await execa("git", ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", ...args], { cwd: root })).stdout;
  await git("init", "-q", "-b", "main");
  await writeFile(join(root, SURFACE_FILE), surface);
  await git("add", ".");
  await git("commit", "-qm", "start");
  const config: PawlConfig = {
    goal: "Give every kind its right share.",
    surface: SURFACE_FILE,
    executor: isolate(),
    scorer: shares(),
    gates: [improvement(), metricLock()],
    limits: { wallMs: 20_000, memoryMb: 64 },
    budget: { experiments: 6 },
    ...changes,
  };
  await writeLock(await openProject(config, { root }), { signal: AbortSignal.timeout(60_000) });
  return {
    root,
    git,
    /** All events of a run, and how it ended: `error` where something stopped it. */
    run: async (options: RunOptions = {}): Promise<{ events: PawlEvent[]; summary?: Summary; error?: unknown }> => {
      const run = createEngine(config, { root }).run(options);
      const events: PawlEvent[] = [];
      try {
        for await (const event of run) events.push(event);
        return { events, summary: await run.result };
      } catch (error) {
        return { events, error };
      }
    },
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true, maxRetries: 3 }),
  };
}

/** Payloads of one type of event. */
export function dataOf<T extends PawlEvent["type"]>(events: readonly PawlEvent[], type: T) {
  return events.flatMap((event) =>
    event.type === type ? [event.data as Extract<PawlEvent, { type: T }>["data"]] : [],
  );
}
