import { copyFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { zstdDecompressSync } from "node:zlib";
import { type ModelExchange, type PawlConfig, PawlError } from "@pawl/plugin";
import { type ModelServer, startModelServer } from "@pawl/testkit/models";
import { afterEach, expect, test, vi } from "vitest";
import { createEngine } from "../engine.ts";
import type { PawlEvent } from "../events.ts";
import { openGit } from "../git/git.ts";
import { openLedger } from "../project.ts";
import { stable } from "../stable.ts";
import { scratchRepo } from "../test/toy.ts";
import { CALL_USD, CASES, clerk, FILE, surface, triageConfig } from "../test/triage.ts";

/** The gateway on the whole way: a real engine, real isolates, a real wire, and a script where the model would be. */
const START = { [FILE]: surface([]) };
const servers: ModelServer[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serve(answer = clerk, port?: number): Promise<ModelServer> {
  const server = await startModelServer({
    answer,
    models: ["scripted-clerk"],
    ...(port === undefined ? {} : { port }),
  });
  servers.push(server);
  return server;
}

type Repo = Awaited<ReturnType<typeof scratchRepo>>;

/** Runs to the end, or to what stops it. */
async function collect({ root }: Repo, config: PawlConfig, options = {}) {
  const events: PawlEvent[] = [];
  let stopped: PawlError | undefined;
  try {
    for await (const event of createEngine(config, { root }).run(options)) events.push(event);
  } catch (error) {
    if (!(error instanceof PawlError)) throw error;
    stopped = error;
  }
  return { events, stopped };
}

function only<T extends PawlEvent["type"]>(events: readonly PawlEvent[], type: T): PawlEvent<T>["data"][] {
  return events.filter((event) => event.type === type).map(({ data }) => data as PawlEvent<T>["data"]);
}

async function exchangesOf({ root }: Repo, digest: string): Promise<ModelExchange[]> {
  const ledger = await openLedger(await openGit(root));
  try {
    return JSON.parse(zstdDecompressSync((await ledger.blob(digest))!).toString("utf8")) as ModelExchange[];
  } finally {
    await ledger.close();
  }
}

test("a candidate's use is metered by case, recorded by execution, and paid once", async () => {
  const server = await serve();
  await using repo = await scratchRepo(START);
  const config = triageConfig(server.url);
  await repo.lock(config);
  const { events } = await collect(repo, config);
  const finished = only(events, "experiment.finished");
  expect(finished.map(({ status }) => status)).toEqual([
    "kept",
    "rejected",
    "kept",
    "rejected",
    "kept",
    "rejected",
    "rejected",
  ]);
  // Each case has made one call, whatever its number: the guardrail is its price.
  for (const { guardrails } of finished) expect(guardrails?.["usd"]).toBeCloseTo(CALL_USD, 12);

  const used = only(events, "gateway.used");
  const byJob = (purpose: RegExp) => used.filter(({ job }) => purpose.test(job));
  const whole = {
    "scripted-clerk": { calls: CASES, inputTokens: 800, outputTokens: 16, usd: expect.closeTo(CASES * CALL_USD, 12) },
  };
  for (const { models, refused } of byJob(/\/validation$/))
    expect({ models, refused }).toEqual({ models: whole, refused: 0 });
  expect(byJob(/\/validation$/)).toHaveLength(7);
  // What the gate ran again was answered from memory.
  const again = used.filter(({ job }) => !/\/(?:validation|train|exam)$/.test(job));
  expect(again).toHaveLength(6);
  for (const { models } of again) expect(models).toEqual({});
  expect(server.requests).toHaveLength(
    used.flatMap(({ models }) => Object.values(models)).reduce((sum, { calls }) => sum + calls, 0),
  );

  const exchanges = await exchangesOf(repo, byJob(/^2\/validation$/)[0]!.exchanges!);
  expect(exchanges.map((exchange) => exchange.case)).toEqual(Array.from({ length: CASES }, (_, at) => at));
  expect(exchanges[0]).toMatchObject({
    model: "scripted-clerk",
    status: 200,
    usd: CALL_USD,
    response: { object: "chat.completion" },
  });
  // The proposer was shown what the model was asked on the train case that went worst.
  expect(
    only(events, "experiment.proposed")
      .slice(1)
      .map(({ memo }) => memo),
  ).toContainEqual({ shown: 1 });
  expect(events.at(-1)).toMatchObject({ type: "run.finished", data: { reason: "experiments" } });
});

test.each([
  ["in a candidate", 4.1, ["kept", "failed"]],
  // The second candidate is kept; neither the look at the train split nor the exam at the end can be paid any more.
  ["in between", 5.6, ["kept", "rejected", "kept"]],
])("a budget ends the run before the call that would exceed it, %s", async (_, rounds, statuses) => {
  const server = await serve();
  await using repo = await scratchRepo(START);
  const usd = rounds * CASES * CALL_USD;
  const config = triageConfig(server.url, { budget: { experiments: 6, usd } });
  await repo.lock(config);
  const { events, stopped } = await collect(repo, config);
  expect(stopped).toBeUndefined();
  expect(events.at(-1)).toMatchObject({ type: "run.finished", data: { reason: "usd" } });
  const spent = only(events, "gateway.used")
    .flatMap(({ models }) => Object.values(models))
    .reduce((sum, model) => sum + (model.usd ?? 0), 0);
  // What the provider was asked is what was paid, and one more call might have been too much.
  expect(spent).toBeCloseTo(server.requests.length * CALL_USD, 12);
  expect(spent).toBeLessThanOrEqual(usd);
  // A call may cost a token for each byte, what providers add to it, and all that its answer may have.
  expect(usd - spent).toBeLessThan(CALL_USD + (2_048 + 8 * 10) / 1e6);
  const finished = only(events, "experiment.finished");
  expect(finished.map(({ status }) => status)).toEqual(statuses);
  expect(finished.flatMap(({ failure }) => failure ?? [])).toEqual(
    statuses.includes("failed") ? ["out-of-budget"] : [],
  );
});

test("a provider that is down pauses the run, burns no experiment, and resuming goes on", async () => {
  const server = await serve((request, n) => (n >= 3.5 * CASES ? { fault: "status", status: 503 } : clerk(request, n)));
  await using repo = await scratchRepo(START);
  const config = triageConfig(server.url, {}, 1_500);
  await repo.lock(config);
  const { events, stopped } = await collect(repo, config);
  expect(stopped).toMatchObject({ code: "PAWL_MODEL_UNAVAILABLE", path: "gateway" });
  expect(events.at(-1)).toMatchObject({ type: "run.paused", data: { code: "PAWL_MODEL_UNAVAILABLE" } });
  const before = only(events, "experiment.finished");
  expect(before.every(({ status }) => status !== "failed")).toBe(true);
  expect(only(events, "run.noticed").map(({ kind }) => kind)).toContain("waiting");
  expect(only(events, "gateway.used").at(-1)).toMatchObject({ trouble: { kind: "unavailable" } });

  await server.close();
  servers.length = 0;
  await serve(clerk, server.port);
  const rest = await collect(repo, config, { resume: true });
  expect(rest.stopped).toBeUndefined();
  const all = [...before, ...only(rest.events, "experiment.finished")];
  expect(all.map(({ experiment, status }) => [experiment, status])).toEqual(
    ["kept", "rejected", "kept", "rejected", "kept", "rejected", "rejected"].map((status, at) => [at, status]),
  );
});

test("a provider that is down at dawn does not spoil the exam: it is taken when the run goes on", async () => {
  const healthy = await serve();
  await using first = await scratchRepo(START);
  const whole = triageConfig(healthy.url);
  await first.lock(whole);
  const used = only((await collect(first, whole)).events, "gateway.used");
  const before = used
    .filter(({ job }) => !job.endsWith("/exam"))
    .flatMap(({ models }) => Object.values(models))
    .reduce((sum, { calls }) => sum + calls, 0);
  expect(before).toBeLessThan(healthy.requests.length);

  // The second of the exam's two executions finds nobody.
  const down = before + CASES;
  const server = await serve((request, n) => (n >= down ? { fault: "status", status: 503 } : clerk(request, n)));
  await using repo = await scratchRepo(START);
  const config = triageConfig(server.url, {}, 1_500);
  await repo.lock(config);
  const { events, stopped } = await collect(repo, config);
  expect(stopped).toMatchObject({ code: "PAWL_MODEL_UNAVAILABLE", path: "gateway" });
  expect(only(events, "experiment.finished")).toHaveLength(7);
  expect(only(events, "exam.taken")).toEqual([]);

  await server.close();
  servers.length = 0;
  await serve(clerk, server.port);
  const rest = await collect(repo, config, { resume: true });
  expect(rest.stopped).toBeUndefined();
  expect(only(rest.events, "experiment.finished")).toEqual([]);
  expect(only(rest.events, "exam.taken")).toEqual([
    expect.objectContaining({
      baseline: expect.objectContaining({ score: expect.any(Number) }),
      champion: expect.objectContaining({ score: expect.any(Number) }),
    }),
  ]);
  expect(rest.events.at(-1)).toMatchObject({ type: "run.finished", data: { reason: "experiments" } });
});

test("a recorded run, replayed with the provider off, writes the same ledger", async () => {
  const server = await serve();
  await using repo = await scratchRepo(START);
  await using other = await scratchRepo(START);
  const config = triageConfig(server.url);
  await repo.lock(config);
  await other.lock(config);
  vi.stubEnv("PAWL_MODELS", "record");
  const recorded = await collect(repo, config);
  const asked = server.requests.length;
  expect(asked).toBeGreaterThan(0);
  await server.close();
  servers.length = 0;

  await copyFile(join(repo.root, "models.recording"), join(other.root, "models.recording"));
  expect((await readFile(join(other.root, "models.recording"))).length).toBeLessThan(100 * asked);
  vi.stubEnv("PAWL_MODELS", "replay");
  const replayed = await collect(other, config);
  expect(replayed.stopped).toBeUndefined();
  const withoutSeal = (events: readonly PawlEvent[]) => events.map((event) => stable(event));
  expect(withoutSeal(replayed.events)).toEqual(withoutSeal(recorded.events));
  expect(only(replayed.events, "gateway.used").length).toBeGreaterThan(7);
});

test("a replay that lacks an exchange stops the run and says so", async () => {
  const server = await serve();
  await using repo = await scratchRepo(START);
  const config = triageConfig(server.url, { budget: { experiments: 1 } });
  await repo.lock(config);
  vi.stubEnv("PAWL_MODELS", "record");
  await collect(repo, config);
  vi.stubEnv("PAWL_MODELS", "replay");
  const asked = server.requests.length;
  const more = triageConfig(server.url, { budget: { experiments: 3 } });
  await using other = await scratchRepo(START);
  await other.lock(more);
  await copyFile(join(repo.root, "models.recording"), join(other.root, "models.recording"));
  const { events, stopped } = await collect(other, more);
  expect(stopped).toMatchObject({ code: "PAWL_MODEL_NOT_RECORDED" });
  expect(only(events, "experiment.finished").every(({ status }) => status !== "failed")).toBe(true);
  expect(server.requests).toHaveLength(asked);
});
