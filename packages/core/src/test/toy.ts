import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type Evaluation,
  type Execution,
  type Json,
  type PawlConfig,
  type ProposeContext,
  SPLITS,
  defineExecutor,
  defineGate,
  defineProposer,
  defineScorer,
  gain,
  hold,
  pass,
  reject,
} from "@pawl/plugin";
import { execa } from "execa";
import { z } from "zod";
import { openProject } from "../project.ts";
import { writeLock } from "../lock/write-lock.ts";

/** A whole set of plugins over the public contract, small and fast: the surface is a point, the goal is (3, −2). */

const FILE = "point.json";

/** Understands one language: a JSON object with x and y. Each input is a factor that both are multiplied with. */
export const arithmetic = defineExecutor({
  name: "toy-arithmetic",
  options: z.object({
    delayMs: z.number().default(0),
    gpuSeconds: z.number().optional(),
    forgets: z.array(z.string()).default([]),
  }),
  create: ({ delayMs, gpuSeconds, forgets }) => ({
    async execute({ files, inputs, limits, seed }, signal): Promise<Execution> {
      const started = performance.now();
      if (delayMs > 0) await sleep(Math.abs(Math.sin(hash(files[FILE] ?? "") + seed)) * delayMs, undefined, { signal });
      const attested = Object.entries(limits).flatMap(([limit, value]) =>
        value === undefined || forgets.includes(limit)
          ? []
          : [{ limit: limit as keyof typeof limits, value: String(value), by: "arithmetic" }],
      );
      const base = {
        usage: { wallMs: performance.now() - started, ...(gpuSeconds === undefined ? {} : { gpuSeconds }) },
        limits: attested,
        stdout: "",
        stderr: "",
      };
      const point = parse(files[FILE] ?? "");
      if (typeof point === "string") return { ...base, outcome: "crashed", reason: point };
      if (point["hang"] === true) return { ...base, outcome: "timeout", reason: "it hangs" };
      const { x, y } = point as { x: number; y: number };
      const outputs = inputs.items.map((factor) => ({ value: [x * Number(factor), y * Number(factor)] }));
      return { ...base, outcome: "ok", outputs };
    },
  }),
});

function parse(text: string): Record<string, Json> | string {
  try {
    return JSON.parse(text) as Record<string, Json>;
  } catch (error) {
    return String(error);
  }
}

const hash = (text: string): number => [...text].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) % 1_000_003, 7);

const slice = (whole: Evaluation<number[][]>, at: readonly number[]): Evaluation<number[][]> => ({
  ...whole,
  inputs: at.map((position) => whole.inputs[position] ?? null),
  reference: at.map((position) => whole.reference[position] ?? []),
});

/** Minus the distance to the goal, so that larger is better and no score is positive. */
export const nearness = defineScorer({
  name: "toy-nearness",
  version: "1.0.0",
  options: z.object({
    goal: z.tuple([z.number(), z.number()]).default([3, -2]),
    holdout: z.boolean().default(true),
    cases: z.int().default(3),
    slices: z.boolean().default(false),
    fresh: z.boolean().default(false),
    vault: z.boolean().default(true),
  }),
  create: ({ goal: [goalX, goalY], holdout, cases, slices, fresh, vault }) => ({
    metric: { name: "nearness", direction: "maximize" },
    guardrails: [{ name: "size", direction: "minimize" }],
    load: async (split, seed) => {
      if ((split === "holdout" && !holdout) || (split === "vault" && !vault)) return null;
      // Train and validation are alike here: nobody learns anything from inputs that are plain factors.
      const first = Math.max(0, SPLITS.indexOf(split) - 1) + (fresh ? seed / 2 ** 31 : 0);
      const inputs = Array.from({ length: cases }, (_, index) => ((index + first) % 11) + 1);
      return { split, seed, inputs, reference: inputs.map((factor) => [goalX * factor, goalY * factor]) };
    },
    ...(slices ? { slice } : {}),
    ...(fresh ? { freshCases: true } : {}),
    score: async (outputs, { reference }) => {
      const samples = outputs.map((output, index) => {
        const [x, y] = "value" in output ? (output.value as [number, number]) : [Number.NaN, Number.NaN];
        const [rightX = 0, rightY = 0] = reference[index] ?? [];
        return -Math.hypot(x - rightX, y - rightY);
      });
      const value = samples.reduce((sum, sample) => sum + sample, 0) / samples.length;
      return {
        value,
        samples,
        guardrails: { size: Math.abs(value) },
        feedback: samples.map((sample, index) => ({ case: index, cause: "off", weight: -sample })),
      };
    },
  }),
});

/** Moves the champion a little. Every seventh idea is broken in one way or another. */
export const stroll = defineProposer({
  name: "toy-stroll",
  options: z.object({ step: z.number().default(1), faults: z.boolean().default(true), ideas: z.number().optional() }),
  create: ({ step, faults, ideas = Number.POSITIVE_INFINITY }) => ({
    async propose({ champion, random, experiment }: ProposeContext) {
      if (experiment > ideas) return null;
      const point = JSON.parse(champion.files[FILE] ?? "{}") as { x: number; y: number };
      const next = { x: point.x + step * random.normal(), y: point.y + step * random.normal() };
      const content = faults && experiment % 7 === 0 ? FAULTS[(experiment / 7) % FAULTS.length] : JSON.stringify(next);
      return {
        change: { kind: "files", files: { [FILE]: content ?? "" } },
        hypothesis: `(${next.x.toFixed(2)}, ${next.y.toFixed(2)}) is nearer`,
        memo: { experiment },
        cost: { usd: 0.01 },
      };
    },
  }),
});

const FAULTS = ["not json", '{"hang": true}', '{"x": 1e999, "y": 0}'];

export const better = defineGate({
  name: "toy-better",
  create: () => ({
    judge: async ({ metric, candidate, champion }) => {
      const by = gain(metric, champion.score.value, candidate.score.value);
      return by > 0
        ? pass("TOY_BETTER", `better by ${by}`, { by })
        : reject("TOY_NOT_BETTER", `not better: ${by}`, { by });
    },
  }),
});

export function toyConfig(changes: Partial<PawlConfig> = {}): PawlConfig {
  return {
    surface: FILE,
    proposer: stroll(),
    executor: arithmetic(),
    scorer: nearness(),
    gates: [better()],
    budget: { experiments: 40 },
    ...changes,
  };
}

/** Leaves whatever is better to a person. */
const doubtful = defineGate({
  name: "toy-doubtful",
  create: () => ({
    judge: async ({ metric, candidate, champion }) =>
      gain(metric, champion.score.value, candidate.score.value) > 0
        ? hold("TOY_DOUBTFUL", "is this really better?")
        : pass("TOY_CLEAR", "clearly not better"),
  }),
});

/** A short run of which nothing is kept before a person has approved it. */
export const doubtfulConfig = (): PawlConfig =>
  toyConfig({ proposer: stroll({ faults: false }), gates: [doubtful(), better()], budget: { experiments: 12 } });

/** A run that is long enough to be killed many times. */
export function longConfig(concurrency: number): PawlConfig {
  return toyConfig({
    concurrency,
    executor: arithmetic({ delayMs: 6 }),
    proposer: stroll({ step: 0.3 }),
    budget: { experiments: 1_200, consecutiveFailures: 1_200 },
  });
}

/** A scratch repository with one commit. Use with `await using`. */
export async function scratchRepo(
  files: Readonly<Record<string, string>> = { [FILE]: '{"x": 0, "y": 0}' },
  parent: string = tmpdir(),
) {
  const root = await mkdtemp(join(parent, "pawl-core-"));
  const git = (...args: string[]) =>
    execa("git", ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", ...args], { cwd: root });
  await git("init", "-q", "-b", "main");
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  await git("add", ".");
  await git("commit", "-qm", "start");
  return {
    root,
    git: async (...args: string[]) => (await git(...args)).stdout,
    lock: async (config: PawlConfig, options: { configFile?: string } = {}) =>
      writeLock(await openProject(config, { root, ...options }), { signal: new AbortController().signal }),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true, maxRetries: 3 }),
  };
}
