import { describe, expect, test } from "vitest";
import { type Limits, limitsSchema } from "@pawl/plugin";
import {
  answerOf,
  batchOf,
  childrenOf,
  executorOf,
  limitsOf,
  never,
  openSandbox,
  outputsOf,
  until,
} from "./test/sandbox.ts";

const forever = `export default () => { for (;;); }`;

describe("limits", () => {
  test("all of the usual ones are attested", async () => {
    await using sandbox = await openSandbox();
    const { limits } = await sandbox.run(`export default () => 1;`, [1], { limits: { cpuMs: 5_000, pids: 1 } });
    const asked = limitsSchema.parse({ cpuMs: 5_000, pids: 1 });
    expect(limits.map(({ limit }) => limit).toSorted()).toEqual(Object.keys(asked).toSorted());
    expect(limits).toContainEqual({ limit: "wallMs", value: 10_000, by: "isolate+sigkill" });
    expect(limits).toContainEqual({ limit: "outputBytes", value: 16_777_216, by: "host-count" });
    expect(limits.find(({ limit }) => limit === "network")).toMatchObject({ value: "none", by: /^no-api/ });
    expect(limits.find(({ limit }) => limit === "diskMb")).toMatchObject({ value: 0, by: /^no-api/ });
  });

  const refused: [keyof Limits, Partial<Limits>][] = [
    ["gpu", { gpu: { count: 1, memoryMb: 1_000, seconds: 1 } }],
    ["diskMb", { diskMb: 1 }],
  ];
  test.each(refused)("%s is refused before anything runs", async (limit, limits) => {
    const executor = await executorOf();
    const refusal = { code: "PAWL_SANDBOX_UNENFORCEABLE", path: `limits.${limit}`, remedy: expect.any(String) };
    await expect(
      executor.prepare!({ limits: limitsOf(limits), concurrency: 1, run: "t" }, never),
    ).rejects.toMatchObject(refusal);
    expect(childrenOf(process.pid)).toEqual([]);
    await using sandbox = await openSandbox();
    await expect(sandbox.run(`export default () => 1;`, [1], { limits })).rejects.toMatchObject(refusal);
    const checks = await executor.doctor!(limitsOf(limits));
    expect(checks.filter(({ ok }) => !ok)).toMatchObject([
      { detail: expect.stringContaining(limit), remedy: expect.any(String) },
    ]);
  });

  test("programs are refused", async () => {
    await using sandbox = await openSandbox();
    const job = {
      id: "1",
      files: {},
      entry: { kind: "exec", argv: ["true"] },
      inputs: batchOf([]),
      seed: 1,
      limits: limitsOf(),
    } as const;
    await expect(sandbox.executor.execute(job, never)).rejects.toMatchObject({
      code: "PAWL_SANDBOX_UNENFORCEABLE",
      path: "entry.kind",
    });
  });

  test("each job has its own", async () => {
    await using sandbox = await openSandbox();
    const hungry = `export default () => { const all = []; for (let i = 0; i < 100; i++) all.push(new Uint8Array(1048576).fill(1)); return all.length; };`;
    expect(outputsOf(await sandbox.run(hungry, [1], { limits: { memoryMb: 32 } }))).toMatchObject([
      { error: expect.stringContaining("RangeError") },
    ]);
    expect(outputsOf(await sandbox.run(hungry, [1], { limits: { memoryMb: 256 } }))).toEqual([{ value: 100 }]);
    expect(outputsOf(await sandbox.run(hungry, [1], { limits: { memoryMb: 32 } }))).toMatchObject([
      { error: expect.stringContaining("RangeError") },
    ]);
  });
});

test("doctor says what is in force", async () => {
  const executor = await executorOf();
  const checks = await executor.doctor!(limitsOf());
  expect(checks.map(({ ok }) => ok)).not.toContain(false);
  expect(checks.map(({ detail }) => detail).join("\n")).toMatch(/cgroup|RLIMIT_DATA/);
  expect(childrenOf(process.pid)).toEqual([]);
});

test("jobs beyond the concurrency wait, and all are served", async () => {
  await using sandbox = await openSandbox({}, {}, 2);
  const code = `export default (x: number) => { let s = 0; for (let i = 0; i < 2e7; i++) s += i % 3; return x; };`;
  let most = 0;
  const watch = setInterval(() => (most = Math.max(most, childrenOf(process.pid).length)), 5);
  const executions = await Promise.all(Array.from({ length: 12 }, (_, i) => sandbox.run(code, [i])));
  clearInterval(watch);
  expect(executions.map(outputsOf)).toEqual(Array.from({ length: 12 }, (_, i) => [{ value: i }]));
  expect(most).toBeLessThanOrEqual(3);
});

describe("abort", () => {
  test("ends a job that is under way with the signal's reason, and its process", async () => {
    await using sandbox = await openSandbox({ spares: 0 });
    await answerOf(sandbox, `export default () => 1;`);
    const [pid] = childrenOf(process.pid);
    const controller = new AbortController();
    const running = sandbox.run(forever, [1], { signal: controller.signal });
    setTimeout(() => controller.abort(new Error("enough")), 200);
    await expect(running).rejects.toThrow("enough");
    await until(() => !childrenOf(process.pid).includes(pid!));
    expect(await answerOf(sandbox, `export default () => 2;`)).toBe(2);
  });

  test("ends jobs that wait, and leaves the others alone", async () => {
    await using sandbox = await openSandbox();
    const controller = new AbortController();
    const first = sandbox.run(
      `export default () => { let s = 0; for (let i = 0; i < 3e8; i++) s += i % 3; return 1; };`,
    );
    const second = sandbox.run(`export default () => 2;`, [1], { signal: controller.signal });
    const third = sandbox.run(`export default () => 3;`);
    controller.abort(new Error("not needed"));
    await expect(second).rejects.toThrow("not needed");
    expect(outputsOf(await first)).toEqual([{ value: 1 }]);
    expect(outputsOf(await third)).toEqual([{ value: 3 }]);
  });

  test("before the start nothing starts", async () => {
    await using sandbox = await openSandbox();
    await expect(sandbox.run(forever, [1], { signal: AbortSignal.abort(new Error("too late")) })).rejects.toThrow(
      "too late",
    );
    const executor = await executorOf();
    const prepared = executor.prepare!(
      { limits: limitsOf(), concurrency: 1, run: "t" },
      AbortSignal.abort(new Error("no")),
    );
    await expect(prepared).rejects.toThrow("no");
  });
});

describe("close", () => {
  test("ends every process and every job, and may be called again", async () => {
    const sandbox = await openSandbox({}, {}, 2);
    const jobs = [sandbox.run(forever), sandbox.run(forever), sandbox.run(forever)];
    const ends = Promise.allSettled(jobs);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await sandbox.executor.close!();
    expect(childrenOf(process.pid)).toEqual([]);
    for (const end of await ends)
      expect(end).toMatchObject({ status: "rejected", reason: { code: "PAWL_SANDBOX_FAILED" } });
    await sandbox.executor.close!();
    await expect(sandbox.run(forever)).rejects.toMatchObject({ code: "PAWL_INTERNAL" });
  });

  test("at once after the start leaves nothing", async () => {
    const executor = await executorOf({ spares: 3 });
    await executor.prepare!({ limits: limitsOf(), concurrency: 1, run: "t" }, never);
    await executor.close!();
    expect(childrenOf(process.pid)).toEqual([]);
  });
});

test("a child that dies while it is idle is replaced without anybody noticing", async () => {
  await using sandbox = await openSandbox();
  for (let i = 0; i < 3; i++) {
    for (const pid of childrenOf(process.pid)) process.kill(pid, "SIGKILL");
    expect(await answerOf(sandbox, `export default () => 1;`)).toBe(1);
  }
});

test("a child is replaced after its number of jobs", async () => {
  await using sandbox = await openSandbox({ spares: 0, jobsPerChild: 2 });
  const seen = new Set<number>();
  for (let i = 0; i < 6; i++) {
    expect(await answerOf(sandbox, `export default () => 1;`)).toBe(1);
    if (i % 2 === 0) for (const pid of childrenOf(process.pid)) seen.add(pid);
  }
  expect(seen.size).toBeGreaterThanOrEqual(3);
});

test("inputs cross into a child once, and again into a fresh one", async () => {
  await using sandbox = await openSandbox({ spares: 0 });
  const batches = Array.from({ length: 7 }, (_, round) => batchOf([round, "x".repeat(1_000)]));
  const code = `export default (x: unknown) => x;`;
  for (const batch of [...batches, ...batches.toReversed()]) {
    expect(outputsOf(await sandbox.run(code, batch))[0]).toEqual({ value: batch.items[0] });
  }
  await sandbox.run(forever, [1], { limits: { wallMs: 100 } });
  for (const batch of batches) expect(outputsOf(await sandbox.run(code, batch))[0]).toEqual({ value: batch.items[0] });
});
