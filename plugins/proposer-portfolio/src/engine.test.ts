import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type PawlConfig, type PawlEvent, createEngine, openProject, writeLock } from "@pawl/core";
import { defineGate, defineScorer, gain, pass, reject } from "@pawl/plugin";
import { isolate } from "@pawl/sandbox-isolate";
import { startModelServer } from "@pawl/testkit/models";
import { execa } from "execa";
import { afterEach, beforeEach, expect, test } from "vitest";

const FILE = "factor.js";
const scorer = defineScorer({
  name: "nearness",
  create: () => ({
    metric: { name: "nearness", direction: "maximize" },
    load: async (split, seed) =>
      split === "vault" ? null : { split, seed, inputs: [1, 2, 3], reference: [7, 14, 21] },
    score: async (outputs, { reference }) => {
      const samples = outputs.map(
        (output, at) => -Math.abs(("value" in output ? Number(output.value) : 0) - reference[at]!),
      );
      return { value: samples.reduce((sum, each) => sum + each, 0) / samples.length, samples };
    },
  }),
});
const better = defineGate({
  name: "better",
  create: () => ({
    judge: async ({ metric, candidate, champion }) =>
      gain(metric, champion.score.value, candidate.score.value) > 0
        ? pass("BETTER", "better")
        : reject("NOT_BETTER", "not"),
  }),
});

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "pawl-portfolio-"));
  const git = (...args: string[]) =>
    execa("git", ["-c", "user.name=Ada", "-c", "user.email=a@example.org", ...args], { cwd: root });
  await git("init", "-q");
  await writeFile(join(root, FILE), "const FACTOR = 1; // @tune 0..10\nexport default (x) => x * FACTOR;\n");
  await git("add", ".");
  await git("commit", "-qm", "start");
});
afterEach(() => rm(root, { recursive: true, force: true, maxRetries: 3 }));

const configWith = (proposers: unknown[]): PawlConfig => ({
  surface: FILE,
  // As in a config in JSON.
  proposer: { use: "portfolio", options: { proposers } as never },
  executor: isolate(),
  scorer: scorer(),
  gates: [better()],
  limits: { wallMs: 20_000, memoryMb: 64 },
  budget: { experiments: 20, usd: 1 },
});

async function run(config: PawlConfig): Promise<PawlEvent[]> {
  await writeLock(await openProject(config, { root }), { signal: AbortSignal.timeout(60_000) });
  const events: PawlEvent[] = [];
  const engine = createEngine(config, { root });
  engine.on("event", (event) => events.push(event));
  await engine.run().result.catch((error: unknown) => {
    // A run that pauses tells so by an error, too.
    if ((error as { code?: string }).code !== "PAWL_MODEL_UNAVAILABLE") throw error;
  });
  return events;
}

const modelAt = (url: string, more: object = {}) => ({
  use: "model",
  options: {
    model: {
      provider: "openai-compatible",
      model: "scripted-model",
      url,
      price: { inputUsdPerMillion: 1, outputUsdPerMillion: 1 },
    },
    patience: { patienceMs: 20, firstWaitMs: 1, longestWaitMs: 5 },
    ...more,
  },
});
const armsOf = (events: readonly PawlEvent[]): string[] =>
  events.flatMap(({ type, data }) =>
    type === "experiment.proposed" && data.experiment > 0 ? [(data.memo as { arm: string }).arm] : [],
  );

test("a search and a model share a run by name, and a model that dies does not end it", async () => {
  const server = await startModelServer({
    answer: (_request, n) => {
      if (n > 4) return { fault: "status", status: 503 };
      const edits = [{ path: FILE, search: "@tune 0..10", replace: `@tune 0..${11 + n}` }];
      return JSON.stringify({ hypothesis: `a wider range, ${n}`, edits });
    },
  });
  try {
    const events = await run(configWith([{ use: "search" }, modelAt(server.url)]));
    const arms = armsOf(events);
    expect(arms).toHaveLength(20);
    expect([...new Set(arms)].toSorted()).toEqual(["model", "search"]);
    const ends = events.flatMap(({ type, data }) => (type === "run.finished" ? [data.reason] : []));
    expect(ends).toEqual(["experiments"]);
    const started = events.find((event) => event.type === "run.started");
    expect(started?.data.models).toMatchObject([{ name: "scripted-model", role: "meta" }]);
  } finally {
    await server.close();
  }
});

test("an option of a proposer in it that is wrong is named by its whole path", async () => {
  const opening = openProject(configWith([{ use: "search" }, modelAt("http://127.0.0.1:9/v1", { similarity: 3 })]), {
    root,
  });
  await expect(opening).rejects.toMatchObject({
    code: "PAWL_CONFIG_INVALID",
    path: "proposer.options.proposers[1].options.similarity",
  });
  await expect(openProject(configWith([{ use: "oracle" }]), { root })).rejects.toMatchObject({
    code: "PAWL_PLUGIN_UNKNOWN",
    path: "proposer.options.proposers[0].use",
  });
});

test("where all of it stands still, the run pauses", async () => {
  const events = await run(configWith([modelAt("http://127.0.0.1:9/v1")]));
  expect(events.find((event) => event.type === "run.paused")?.data.reason).toBe("unavailable");
});
