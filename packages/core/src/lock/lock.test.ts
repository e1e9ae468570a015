import { readFile, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { PawlConfig } from "@pawl/plugin";
import { expect, test } from "vitest";
import { createEngine } from "../engine.ts";
import type { PawlEvent } from "../events.ts";
import { arithmetic, nearness, scratchRepo, toyConfig } from "../test/toy.ts";
import { localImports } from "./imports.ts";
import { writeLock } from "./write-lock.ts";
import { openProject } from "../project.ts";

const signal = new AbortController().signal;

/** A config in a file of its own, which imports another file. */
const FILES = {
  "point.json": '{"x": 0, "y": 0}',
  "pawl.config.js": 'import "./goal.js";\nexport default {};\n',
  "goal.js": "export const goal = 1;\n",
};

const run = (root: string, config: PawlConfig, options = {}) =>
  createEngine(config, { root, configFile: join(root, "pawl.config.js") }).run(options).result;

test("a lock is readable, sorted and the same every time", async () => {
  await using repo = await scratchRepo(FILES);
  const config = toyConfig();
  const first = await repo.lock(config, { configFile: join(repo.root, "pawl.config.js") });
  expect(first.status).toBe("written");
  const text = await readFile(join(repo.root, "pawl.lock.json"), "utf8");
  const lock = JSON.parse(text) as { content: Record<string, unknown> };
  expect(Object.keys(lock.content)).toEqual(Object.keys(lock.content).toSorted());
  expect(Object.keys(lock.content["files"] as object)).toEqual(["goal.js", "pawl.config.js"]);
  expect(lock.content).toMatchObject({
    scorer: { name: "toy-nearness", version: "1.0.0", options: { goal: [3, -2] } },
    limits: { wallMs: 5_000, memoryMb: 128 },
    evaluation: { validation: { cases: 3 }, holdout: { cases: 3 }, train: { cases: 3 } },
  });
  const again = await repo.lock(config, { configFile: join(repo.root, "pawl.config.js") });
  expect(again.status).toBe("unchanged");
  expect(await readFile(join(repo.root, "pawl.lock.json"), "utf8")).toBe(text);
});

test("without a lock, or with one that was edited by hand, nothing runs", async () => {
  await using repo = await scratchRepo(FILES);
  await expect(run(repo.root, toyConfig())).rejects.toMatchObject({ code: "PAWL_LOCK_MISSING" });
  await repo.lock(toyConfig(), { configFile: join(repo.root, "pawl.config.js") });
  const path = join(repo.root, "pawl.lock.json");
  await writeFile(path, (await readFile(path, "utf8")).replace('"memoryMb": 128', '"memoryMb": 999'));
  await expect(run(repo.root, toyConfig())).rejects.toMatchObject({ code: "PAWL_LOCK_INVALID" });
  await writeFile(path, "{");
  await expect(run(repo.root, toyConfig())).rejects.toMatchObject({ code: "PAWL_LOCK_INVALID" });
});

const changes: [string, Partial<PawlConfig>, RegExp][] = [
  ["a limit", { limits: { wallMs: 9_000 } }, /^limits\.wallMs: 5000 → 9000$/],
  ["a scorer option", { scorer: nearness({ goal: [0, 0] }) }, /^scorer\.options\.goal\[0\]: 3 → 0$/],
  ["the gates", { gates: [...toyConfig().gates, ...toyConfig().gates] }, /^gates\[1\]\.name: added/],
  ["the first block", { firstBlock: 20 }, /^firstBlock: added \(20\)$/],
  ["the seed of the cases", { evaluationSeed: 5 }, /^evaluationSeed: 1 → 5$/],
];
test.each(changes)("%s cannot change behind the lock", async (_name, change, line) => {
  await using repo = await scratchRepo(FILES);
  await repo.lock(toyConfig(), { configFile: join(repo.root, "pawl.config.js") });
  const failure = await run(repo.root, toyConfig(change)).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: "PAWL_LOCK_VIOLATION", exitCode: 4 });
  expect((failure as { details: string[] }).details).toContainEqual(expect.stringMatching(line));
});

test("what decides only what is tried may change", async () => {
  await using repo = await scratchRepo(FILES);
  await repo.lock(toyConfig(), { configFile: join(repo.root, "pawl.config.js") });
  const summary = await run(repo.root, toyConfig({ budget: { experiments: 2 }, seed: 7, concurrency: 2 }));
  expect(summary.status).toBe("finished");
});

test("a locked file that changes in mid-run stops the run before the next experiment and before any commit", async () => {
  await using repo = await scratchRepo(FILES);
  const config = toyConfig();
  const configFile = join(repo.root, "pawl.config.js");
  await repo.lock(config, { configFile });
  const engine = createEngine(config, { root: repo.root, configFile });
  const events: PawlEvent[] = [];
  engine.on("event", (event) => events.push(event));
  let changed = false;
  engine.on("experiment.proposed", async ({ data }) => {
    if (data.experiment !== 5) return;
    changed = true;
    await writeFile(join(repo.root, "goal.js"), "export const goal = 2;\n");
  });
  await expect(engine.run().result).rejects.toMatchObject({
    code: "PAWL_LOCK_VIOLATION",
    details: [expect.stringContaining("goal.js")],
  });
  expect(changed).toBe(true);
  expect(events.at(-1)).toMatchObject({ type: "run.paused", data: { code: "PAWL_LOCK_VIOLATION" } });
  const last = events.findLast((event) => event.type === "experiment.proposed");
  expect(last?.data).toMatchObject({ experiment: expect.toSatisfy((number: number) => number < 9) as number });
});

test("a file that is gone is a violation too, and so is a lock that is exchanged", async () => {
  await using repo = await scratchRepo(FILES);
  const config = toyConfig();
  const configFile = join(repo.root, "pawl.config.js");
  await repo.lock(config, { configFile });
  for (const file of ["goal.js", "pawl.lock.json"]) {
    const before = await readFile(join(repo.root, file), "utf8");
    const engine = createEngine(config, { root: repo.root, configFile });
    engine.once("experiment.finished", () => void unlink(join(repo.root, file)));
    await expect(engine.run().result).rejects.toMatchObject({ code: "PAWL_LOCK_VIOLATION" });
    await writeFile(join(repo.root, file), before);
  }
});

test("accepting a change is a recorded human act, and opens an epoch with a new baseline", async () => {
  await using repo = await scratchRepo(FILES);
  const configFile = join(repo.root, "pawl.config.js");
  await repo.lock(toyConfig(), { configFile });
  const engine = createEngine(toyConfig(), { root: repo.root, configFile });
  engine.on("experiment.finished", ({ data }) => data.experiment === 10 && engine.drain());
  const paused = await engine.run().result;

  const moved = toyConfig({ scorer: nearness({ goal: [-3, 2] }) });
  const project = await openProject(moved, { root: repo.root, configFile });
  await expect(writeLock(project, { signal })).rejects.toMatchObject({ code: "PAWL_LOCK_VIOLATION" });
  await repo.git("config", "user.name", "Grace Hopper");
  const result = await writeLock(project, { accept: { reason: "the goal has moved" }, signal });
  expect(result.lock).toMatchObject({
    epoch: 2,
    accepted: [{ epoch: 2, by: expect.stringContaining("Grace Hopper"), reason: "the goal has moved" }],
  });

  const again = createEngine(moved, { root: repo.root, configFile });
  const events: PawlEvent[] = [];
  for await (const event of again.run({ resume: true })) events.push(event);
  const epoch = events.find(({ type }) => type === "run.epoch");
  expect(epoch?.data).toMatchObject({ lock: { epoch: 2 }, reason: "the goal has moved" });
  const baseline = events.find(({ type }) => type === "experiment.proposed") as PawlEvent<"experiment.proposed">;
  expect(baseline.data).toMatchObject({ parent: null, experiment: 11 });
  const measured = events.find(({ type }) => type === "experiment.finished") as PawlEvent<"experiment.finished">;
  // The same content means something else under the new goal.
  expect(measured.data.score).not.toBe(paused.champion?.validation);
  const summary = await again.run({ resume: true }).result.catch((error: unknown) => error);
  expect(summary).toMatchObject({ code: "PAWL_RUN_FINISHED" });
});

test("a plugin that the config names by a path is locked, with what it imports", async () => {
  const plugin = `import { defineGate, pass } from ${JSON.stringify(import.meta.resolve("@pawl/plugin"))};
    import "./gate-helper.js";
    export default defineGate({ name: "toy-open", create: () => ({ judge: async () => pass("OPEN", "open") }) });`;
  await using repo = await scratchRepo({ ...FILES, "gate.js": plugin, "gate-helper.js": "export {};" });
  const configFile = join(repo.root, "pawl.config.js");
  const config = toyConfig({ gates: [{ use: "./gate.js" }] });
  const { lock } = await repo.lock(config, { configFile });
  expect(Object.keys(lock.content["files"] as object)).toEqual(expect.arrayContaining(["gate-helper.js", "gate.js"]));
  await writeFile(join(repo.root, "gate-helper.js"), "export const x = 1;");
  await expect(run(repo.root, config)).rejects.toMatchObject({
    code: "PAWL_LOCK_VIOLATION",
    details: [expect.stringContaining("files.gate-helper.js")],
  });
});

test("what an executor says of itself, such as an image's digest, is locked", async () => {
  await using repo = await scratchRepo();
  const machine = (image: string) => {
    const { create, ...rest } = arithmetic();
    return {
      ...rest,
      create: (...args: Parameters<typeof create>) => ({ ...create(...args), fingerprint: async () => ({ image }) }),
    };
  };
  await repo.lock(toyConfig({ executor: machine("sha256:1") as never }));
  await expect(repo.lock(toyConfig({ executor: machine("sha256:2") as never }))).rejects.toMatchObject({
    code: "PAWL_LOCK_VIOLATION",
    details: ['executor.fingerprint.image: "sha256:1" → "sha256:2"'],
  });
});

test("deleting the lock file does not unlock: the ledger remembers", async () => {
  await using repo = await scratchRepo(FILES);
  const configFile = join(repo.root, "pawl.config.js");
  await repo.lock(toyConfig(), { configFile });
  const path = join(repo.root, "pawl.lock.json");
  const before = await readFile(path, "utf8");
  await unlink(path);
  await expect(repo.lock(toyConfig({ limits: { wallMs: 9_000 } }), { configFile })).rejects.toMatchObject({
    code: "PAWL_LOCK_VIOLATION",
    details: ["limits.wallMs: 5000 → 9000"],
  });
  await repo.lock(toyConfig(), { configFile });
  expect(await readFile(path, "utf8")).toBe(before);
});

test("everything local that a config imports is found, and nothing else", async () => {
  await using repo = await scratchRepo({
    "a.ts":
      'import "./b.ts";\nimport type { C } from "./c.ts";\nimport "node:fs";\nimport "zod";\nexport * from "./d/e.js";\n',
    "b.ts": 'const x = await import("./f.ts");\nimport "./a.ts";\nexport { x };\n',
    "c.ts": "export type C = 1;\n",
    "d/e.js": 'import data from "../g.json" with { type: "json" };\nexport default data;\n',
    "f.ts": 'import "./h.ts";\n',
    "g.json": "{}",
    "h.ts": "export {};\n",
    "unused.ts": "export {};\n",
  });
  const found = localImports(join(repo.root, "a.ts")).map((file) => file.slice(repo.root.length + 1));
  expect(found.toSorted()).toEqual(["a.ts", "b.ts", "c.ts", "d/e.js", "f.ts", "g.json", "h.ts"]);
});
