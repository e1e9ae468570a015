import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { startModelServer } from "@pawl/testkit/models";
import { languageModel } from "./index.ts";
import { engineer, promptOf } from "./test/engineer.ts";
import { patient, QUICK, serve } from "./test/open.ts";
import { dataOf, openShares, SURFACE_FILE, surfaceWith } from "./test/shares.ts";

afterEach(() => vi.unstubAllEnvs());

const price = { inputUsdPerMillion: 1, outputUsdPerMillion: 1 };
const modelAt = (url: string, more: object = {}) =>
  languageModel({
    model: { provider: "openai-compatible", model: "scripted-model", url, price },
    ...QUICK,
    ...more,
  });

test("a run climbs by what the failures show, tells what it cost, and never shows a case that it is judged by", async () => {
  const server = await serve(({ body }) => engineer(promptOf(body)));
  await using project = await openShares(surfaceWith(), { proposer: modelAt(server.url), budget: { experiments: 3 } });
  const { events, summary } = await project.run();
  const ends = dataOf(events, "experiment.finished");
  expect(ends.map(({ status, score }) => [status, score])).toEqual([
    ["kept", 0],
    ["kept", 0.25],
    ["kept", 0.5],
    ["kept", 0.75],
  ]);
  expect(summary).toMatchObject({ champion: { experiment: 3, validation: 0.75 } });
  for (const { cost, exchanges, trace } of dataOf(events, "experiment.proposed").slice(1)) {
    expect(cost?.models?.["scripted-model"]).toMatchObject({ calls: 1 });
    expect(cost?.usd).toBeGreaterThan(0);
    expect([exchanges, trace]).toEqual([expect.any(String), expect.any(String)]);
  }
  expect(dataOf(events, "run.started")[0]?.models).toMatchObject([{ name: "scripted-model", role: "meta" }]);
  // Amounts of the train split have four digits.
  const asked = server.requests.map(({ body }) => promptOf(body)).join("\n");
  expect(asked).toMatch(/"amount":\d{4}\}/);
  expect(asked).not.toMatch(/"amount":\d{5,6}\}/);
});

test("a recorded run is repeated in another clone, without a provider, for nothing, and comes out the same", async () => {
  const folder = mkdtempSync(join(tmpdir(), "pawl-recording-"));
  try {
    const server = await startModelServer({ answer: ({ body }) => engineer(promptOf(body)) });
    const proposer = modelAt(server.url, { recording: { file: join(folder, "night.jsonl.zst"), mode: "record" } });
    const run = async () => {
      await using project = await openShares(surfaceWith(), { proposer, budget: { experiments: 3 } });
      const { events } = await project.run();
      const ideas = dataOf(events, "experiment.proposed").map(({ hypothesis, files, cost }) => ({
        hypothesis,
        files,
        cost,
      }));
      const ends = dataOf(events, "experiment.finished").map(({ status, score }) => ({ status, score }));
      return { ideas, ends };
    };
    const live = await run();
    await server.close();
    vi.stubEnv("PAWL_MODELS", "replay");
    expect(await run()).toEqual(live);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a provider that dies pauses the run without burning an experiment; resumed, it goes on", async () => {
  let dead = true;
  const server = await serve(({ body }) => (dead ? { fault: "status", status: 503 } : engineer(promptOf(body))));
  const proposer = modelAt(server.url, patient(500));
  await using project = await openShares(surfaceWith(), { proposer, budget: { experiments: 1 } });
  const first = await project.run();
  expect(dataOf(first.events, "experiment.proposed")).toHaveLength(1);
  expect(dataOf(first.events, "run.paused")).toMatchObject([{ reason: "unavailable" }]);
  expect(first.error).toMatchObject({ code: "PAWL_MODEL_UNAVAILABLE" });
  expect(dataOf(first.events, "run.noticed")).toMatchObject([{ kind: "waiting" }]);
  dead = false;
  const second = await project.run({ resume: true });
  expect(dataOf(second.events, "experiment.finished").map(({ status }) => status)).toEqual(["kept"]);
  expect(dataOf(second.events, "run.finished")).toMatchObject([{ reason: "experiments" }]);
});

test("a run's USD budget ends it before the request that might exceed it", async () => {
  // Never better, so that the run goes on for as long as there is money.
  const server = await serve((_request, n) => ({
    content: JSON.stringify({
      hypothesis: "another share",
      edits: [{ path: SURFACE_FILE, search: "a: 0.5", replace: `a: 0.${501 + n}` }],
    }),
    usage: { inputTokens: 20_000, outputTokens: 0 },
  }));
  await using project = await openShares(surfaceWith(), {
    proposer: modelAt(server.url),
    budget: { experiments: 50, usd: 0.1 },
  });
  const { events } = await project.run();
  expect(dataOf(events, "run.finished")).toMatchObject([{ reason: "usd" }]);
  const paid = dataOf(events, "experiment.proposed").reduce((sum, { cost }) => sum + (cost?.usd ?? 0), 0);
  expect(paid).toBeCloseTo(0.02 * server.requests.length, 9);
  expect(paid).toBeLessThanOrEqual(0.1);
  expect(server.requests.length).toBeGreaterThanOrEqual(3);
});

test("a dead end that is proposed again in other clothes goes back with what came of it, and is not run twice", async () => {
  const wrong = (comment: string) => ({
    hypothesis: "everyone gets all",
    edits: [{ path: SURFACE_FILE, search: "amount * SHARES[kind]", replace: `amount * 1 ${comment}` }],
  });
  const server = await serve(({ body }) => {
    const sentBack = body.messages.length > 2;
    if (sentBack) return engineer(promptOf(body));
    return JSON.stringify(wrong(promptOf(body).includes("becomes experiment 1.") ? "" : "/* this time for sure */"));
  });
  await using project = await openShares(surfaceWith(), { proposer: modelAt(server.url), budget: { experiments: 2 } });
  const { events } = await project.run();
  expect(server.requests).toHaveLength(3);
  const told = String(server.requests[2]?.body.messages.at(-1)?.content);
  expect(told).toContain("experiment 1, of this run or an earlier one, tried the same");
  expect(told).toContain("everyone gets all");
  expect(dataOf(events, "experiment.finished").map(({ status }) => status)).toEqual(["kept", "rejected", "kept"]);
  // What it has learnt is told in the next prompt.
  expect(promptOf(server.requests[1]!.body)).toMatch(/# Notebook\n[\s\S]*dead-end: .*everyone gets all/);
});
