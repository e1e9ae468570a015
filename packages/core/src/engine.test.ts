import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type PawlConfig, PawlError, defineGate, defineProposer, defineScorer, pass } from "@pawl/plugin";
import { describe, expect, test } from "vitest";
import { createEngine } from "./engine.ts";
import type { PawlEvent } from "./events.ts";
import { openGit } from "./git/git.ts";
import { verifyLedger } from "./ledger/verify.ts";
import { openLedger, openProject } from "./project.ts";
import { stable } from "./stable.ts";
import { arithmetic, better, scratchRepo, stroll, toyConfig } from "./test/toy.ts";

type Repo = Awaited<ReturnType<typeof scratchRepo>>;

async function collect(repo: Repo, config: PawlConfig, options = {}): Promise<PawlEvent[]> {
  const events: PawlEvent[] = [];
  for await (const event of createEngine(config, { root: repo.root }).run(options)) events.push(event);
  return events;
}

function only<T extends PawlEvent["type"]>(events: readonly PawlEvent[], type: T): PawlEvent<T>[] {
  return events.filter((event) => event.type === type) as PawlEvent<T>[];
}

describe("a run", () => {
  test("keeps what is better, commits each keep on its branch, and touches nothing else", async () => {
    await using repo = await scratchRepo();
    const config = toyConfig();
    await repo.lock(config);
    const before = await repo.git("status", "--porcelain");
    const events = await collect(repo, config);

    const finished = only(events, "experiment.finished").map(({ data }) => data);
    expect(finished).toHaveLength(41);
    const kept = finished.filter(({ status }) => status === "kept");
    expect(kept.length).toBeGreaterThan(3);
    const scores = kept.map(({ score }) => score ?? Number.NaN);
    expect(scores).toEqual(scores.toSorted((a, b) => a - b));
    expect(new Set(finished.map(({ failure }) => failure))).toEqual(
      new Set([undefined, "crashed", "timeout", "invalid-score"]),
    );

    const git = await openGit(repo.root);
    const log = await git.log("refs/heads/pawl/run-1", 100);
    const commits = log.filter(({ trailers }) => trailers !== null).toReversed();
    expect(commits.map(({ trailers }) => trailers?.experiment)).toEqual(
      kept.slice(1).map(({ experiment }) => experiment),
    );
    expect(commits.map(({ trailers }) => trailers?.score)).toEqual(scores.slice(1));
    expect(commits.map(({ trailers }) => trailers?.championScore)).toEqual(scores.slice(0, -1));
    const hashes = new Set(events.map(({ hash }) => hash));
    expect(commits.every(({ trailers }) => hashes.has(trailers?.ledgerHash ?? ""))).toBe(true);

    expect(await repo.git("status", "--porcelain")).toBe(before);
    expect(await repo.git("rev-parse", "--abbrev-ref", "HEAD")).toBe("main");
    expect(await readFile(join(repo.root, "point.json"), "utf8")).toBe('{"x": 0, "y": 0}');

    const ledger = await openLedger(git);
    await verifyLedger(ledger);
    await ledger.close();
  });

  test("tells the same by iteration, by emitter and by its result", async () => {
    await using repo = await scratchRepo();
    const config = toyConfig({ budget: { experiments: 5 } });
    await repo.lock(config);
    const engine = createEngine(config, { root: repo.root });
    const emitted: PawlEvent[] = [];
    const ended: number[] = [];
    engine.on("event", (event) => emitted.push(event));
    engine.on("experiment.finished", ({ data }) => ended.push(data.experiment));
    const run = engine.run();
    const iterated: PawlEvent[] = [];
    for await (const event of run) iterated.push(event);
    expect(iterated).toEqual(emitted);
    expect(ended).toEqual([0, 1, 2, 3, 4, 5]);
    expect(await run.result).toMatchObject({ status: "finished", endReason: "experiments", experiments: 5 });
  });

  test("writes the same ledger for the same seed, and another for another seed", async () => {
    const run = async (seed: number): Promise<unknown[]> => {
      await using repo = await scratchRepo();
      const config = toyConfig({ seed });
      await repo.lock(config);
      return (await collect(repo, config)).map((event) => stable(event));
    };
    const [first, again, other] = [await run(1), await run(1), await run(2)];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  test("with many in flight never keeps what does not beat the champion of that moment", async () => {
    await using repo = await scratchRepo();
    const config = toyConfig({
      concurrency: 8,
      executor: arithmetic({ delayMs: 15 }),
      budget: { experiments: 150, consecutiveFailures: 150 },
    });
    await repo.lock(config);
    const events = await collect(repo, config);
    const finished = only(events, "experiment.finished").map(({ data }) => data);
    expect(new Set(finished.map(({ experiment }) => experiment)).size).toBe(151);
    const kept = finished.filter(({ status }) => status === "kept");
    for (const [index, { score = Number.NaN, champion }] of kept.slice(1).entries()) {
      expect(score).toBeGreaterThan(kept[index]?.score ?? Number.NaN);
      expect(champion).toBe(kept[index]?.experiment);
    }
    // Otherwise nothing was in flight together, and the test would show nothing.
    expect(finished.some(({ rejudged }) => rejudged > 0)).toBe(true);
  });
});

describe("budgets", () => {
  const cases: [string, Partial<PawlConfig>][] = [
    ["experiments", { budget: { experiments: 4 } }],
    ["wall-time", { budget: { experiments: 1_000_000, wallMs: 300 }, proposer: stroll({ faults: false }) }],
    ["usd", { budget: { experiments: 1_000, usd: 0.05 } }],
    ["consecutive-failures", { budget: { experiments: 1_000, consecutiveFailures: 2 }, proposer: broken() }],
    ["patience", { budget: { experiments: 1_000, patience: 5 }, proposer: stroll({ step: 1_000 }) }],
    ["no-more-ideas", { proposer: stroll({ ideas: 3 }) }],
  ];
  test.each(cases)("a run ends by %s", async (reason, changes) => {
    await using repo = await scratchRepo();
    const config = toyConfig(changes);
    await repo.lock(config);
    const summary = await createEngine(config, { root: repo.root }).run().result;
    expect(summary.endReason).toBe(reason);
    if (reason === "usd") expect(summary.experiments).toBe(5);
    if (reason === "patience") expect(summary.experiments).toBe(5);
  });

  const gpu = { count: 1, memoryMb: 1_000, seconds: 60 };
  const twice = defineGate({
    name: "twice",
    create: () => ({
      async judge({ rerun }) {
        await rerun();
        return pass("TWICE", "run again");
      },
    }),
  });

  test("GPU time is counted over every execution, reruns included, and over a resume", async () => {
    await using repo = await scratchRepo();
    const config = toyConfig({
      executor: arithmetic({ gpuSeconds: 2 }),
      proposer: stroll({ faults: false }),
      gates: [twice()],
      limits: { gpu },
      budget: { experiments: 1_000, gpuSeconds: 15 },
    });
    await repo.lock(config);
    const engine = createEngine(config, { root: repo.root });
    engine.on("experiment.finished", ({ data }) => {
      if (data.experiment === 1) engine.drain();
    });
    await engine.run().result;
    const summary = await createEngine(config, { root: repo.root }).run({ resume: true }).result;
    // The baseline takes 2, and every experiment 4: the fourth goes over 15.
    expect(summary.endReason).toBe("gpu-seconds");
    expect(summary.experiments).toBe(4);
  });

  test("a budget of GPU time that nobody measures is refused", async () => {
    await using repo = await scratchRepo();
    const config = toyConfig({ limits: { gpu }, budget: { gpuSeconds: 15 } });
    await repo.lock(config);
    await expect(createEngine(config, { root: repo.root }).run().result).rejects.toMatchObject({
      code: "PAWL_SANDBOX_UNENFORCEABLE",
      path: "budget.gpuSeconds",
    });
  });

  function broken() {
    const propose = async () => ({
      change: { kind: "files" as const, files: { "elsewhere.json": "{}" } },
      hypothesis: "write beside the surface",
    });
    return defineProposer({ name: "toy-broken", create: () => ({ propose }) })();
  }
});

describe("stopping", () => {
  test("drain lets those in flight finish; resume goes on to the same end as an undisturbed run", async () => {
    const undisturbed = await (async () => {
      await using repo = await scratchRepo();
      const config = toyConfig();
      await repo.lock(config);
      return only(await collect(repo, config), "experiment.finished").map((event) => stable(event).data);
    })();

    await using repo = await scratchRepo();
    const config = toyConfig();
    await repo.lock(config);
    const engine = createEngine(config, { root: repo.root });
    engine.on("experiment.finished", ({ data }) => {
      if (data.experiment === 11) engine.drain();
    });
    const first: PawlEvent[] = [];
    for await (const event of engine.run()) first.push(event);
    expect(first.at(-1)).toMatchObject({ type: "run.paused", data: { reason: "interrupted" } });
    // The budget of the new config is not the run's: resume keeps the original options.
    const second = await collect(repo, toyConfig({ budget: { experiments: 3 }, seed: 99 }), { resume: true });
    const together = [...first, ...second];
    expect(only(together, "experiment.finished").map((event) => stable(event).data)).toEqual(undisturbed);
  });

  test("abort stops at once, and what was in flight is run again", async () => {
    await using repo = await scratchRepo();
    const config = toyConfig({ concurrency: 4, executor: arithmetic({ delayMs: 50 }) });
    await repo.lock(config);
    const stop = new AbortController();
    const engine = createEngine(config, { root: repo.root });
    let inFlight = 0;
    engine.on("experiment.finished", () => (inFlight -= 1));
    engine.on("experiment.proposed", ({ data }) => {
      inFlight += 1;
      if (data.experiment > 9 && inFlight > 2) stop.abort();
    });
    const summary = await engine.run({ signal: stop.signal }).result;
    expect(summary.status).toBe("paused");
    const events = await collect(repo, config, { resume: true });
    expect(only(events, "run.resumed")[0]?.data.inFlight.length).toBeGreaterThan(0);
    const last = events.at(-1);
    expect(last?.type).toBe("run.finished");
    await expect(createEngine(config, { root: repo.root }).run({ resume: true }).result).rejects.toMatchObject({
      code: "PAWL_RUN_FINISHED",
    });
  });

  test("a reader that leaves pauses the run", async () => {
    await using repo = await scratchRepo();
    const config = toyConfig();
    await repo.lock(config);
    const run = createEngine(config, { root: repo.root }).run();
    for await (const event of run) if (event.type === "experiment.finished") break;
    expect((await run.result).status).toBe("paused");
  });

  test("a second engine in the same repository is refused", async () => {
    await using repo = await scratchRepo();
    const config = toyConfig({ executor: arithmetic({ delayMs: 100 }) });
    await repo.lock(config);
    const first = createEngine(config, { root: repo.root });
    const run = first.run();
    await new Promise((resolve) => first.once("run.started", resolve));
    await expect(createEngine(config, { root: repo.root }).run().result).rejects.toMatchObject({
      code: "PAWL_REPO_BUSY",
    });
    first.drain();
    await run.result;
  });
});

describe("what goes wrong", () => {
  test("a gate that throws, or answers nonsense, rejects", async () => {
    await using repo = await scratchRepo();
    const bad = defineGate({
      name: "toy-bad",
      create: () => ({
        judge: async ({ experiment }) => {
          if (experiment % 2 === 0) throw new Error("gate is out of order");
          return "fine" as never;
        },
      }),
    });
    const config = toyConfig({ gates: [better(), bad()], budget: { experiments: 20 } });
    await repo.lock(config);
    const events = await collect(repo, config);
    const verdicts = only(events, "experiment.finished").flatMap(({ data }) => data.verdicts);
    expect(verdicts.filter(({ gate }) => gate === "toy-bad").length).toBeGreaterThan(0);
    expect(verdicts.filter(({ gate }) => gate === "toy-bad").every(({ code }) => code === "PAWL_GATE_ERROR")).toBe(
      true,
    );
    expect(only(events, "champion.committed")).toHaveLength(0);
  });

  test("a baseline that does not run stops the run with a code", async () => {
    await using repo = await scratchRepo({ "point.json": "nonsense" });
    const config = toyConfig();
    await repo.lock(config);
    await expect(createEngine(config, { root: repo.root }).run().result).rejects.toMatchObject({
      code: "PAWL_BASELINE_FAILED",
      path: "point.json",
    });
  });

  test("an uncommitted surface, a missing one and a repository without one are told apart", async () => {
    await using repo = await scratchRepo();
    const config = toyConfig();
    await repo.lock(config);
    await writeFile(join(repo.root, "point.json"), '{"x": 1, "y": 1}');
    const failure = await createEngine(config, { root: repo.root })
      .run()
      .result.catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(PawlError);
    expect(failure).toMatchObject({ code: "PAWL_SURFACE_DIRTY", path: "point.json" });
    const missing = toyConfig({ surface: "nowhere.json" });
    await expect(createEngine(missing, { root: repo.root }).run().result).rejects.toMatchObject({
      code: "PAWL_LOCK_VIOLATION",
    });
  });

  test("a branch that someone else moved stops the run, and resume refuses until it is back", async () => {
    await using repo = await scratchRepo();
    const config = toyConfig();
    await repo.lock(config);
    const engine = createEngine(config, { root: repo.root });
    let moved = false;
    engine.on("champion.committed", () => {
      if (moved) return;
      moved = true;
      // Synchronous, so that the branch has moved before the next commit is tried.
      void repo.git("update-ref", "refs/heads/pawl/run-1", "refs/heads/main");
    });
    await expect(engine.run().result).rejects.toMatchObject({ code: "PAWL_GIT_DIVERGED" });
    await expect(createEngine(config, { root: repo.root }).run({ resume: true }).result).rejects.toMatchObject({
      code: "PAWL_GIT_DIVERGED",
    });
  });

  test("a ledger that lost its last rows is noticed by what git remembers", async () => {
    await using repo = await scratchRepo();
    const config = toyConfig();
    await repo.lock(config);
    const ledgerFile = join(repo.root, ".pawl/ledger.sqlite");
    const engine = createEngine(config, { root: repo.root });
    engine.on("experiment.finished", ({ data }) => data.experiment === 3 && engine.drain());
    await engine.run().result;
    const earlier = await readFile(ledgerFile);
    const again = createEngine(config, { root: repo.root });
    again.on("champion.committed", () => again.drain());
    await again.run({ resume: true }).result;
    await writeFile(ledgerFile, earlier);
    await expect(createEngine(config, { root: repo.root }).run({ resume: true }).result).rejects.toMatchObject({
      code: "PAWL_GIT_DIVERGED",
    });
  });
});

test("a scorer that takes outputs for measurements is refused where the candidate itself would write them", async () => {
  await using repo = await scratchRepo();
  const measuring = defineScorer({
    name: "toy-measuring",
    create: () => ({
      metric: { name: "loss", direction: "minimize" },
      needsEvaluator: true,
      load: async (split, seed) => ({ split, seed, inputs: [1], reference: [1] }),
      score: async () => ({ value: 0 }),
    }),
  });
  const open = (entry?: PawlConfig["entry"]) =>
    openProject(toyConfig({ scorer: measuring(), ...(entry === undefined ? {} : { entry }) }), { root: repo.root });
  const refusal = { code: "PAWL_CONFIG_INVALID", path: "entry.evaluator" };
  await expect(open()).rejects.toMatchObject(refusal);
  await expect(open({ kind: "exec", argv: ["train"] })).rejects.toMatchObject(refusal);
  const evaluator = { argv: ["evaluate"] };
  await expect(open({ kind: "exec", argv: ["train"], evaluator })).resolves.toBeDefined();
});
