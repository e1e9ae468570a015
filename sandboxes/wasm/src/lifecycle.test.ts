import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Limits, limitsSchema } from "@pawl/plugin";
import { findTool, processMemory } from "@pawl/sandbox-process";
import type { WasmExecutor } from "./executor.ts";
import { answer, childrenOf, executorOf, limitsOf, never, openSandbox, outputsOf, valuesOf } from "./test/sandbox.ts";

const FOREVER = `export default () => { for (;;); }`;
const assemblyscript = { language: "assemblyscript", source: "main.ts", optimize: 1 } as const;

describe("limits", () => {
  test("all of the usual ones are attested", async () => {
    await using sandbox = await openSandbox();
    const { limits } = await sandbox.run(`export default () => 1;`, [1], { limits: { cpuMs: 5_000, pids: 1 } });
    const asked = limitsSchema.parse({ cpuMs: 5_000, pids: 1 });
    expect(limits.map(({ limit }) => limit).toSorted()).toEqual(Object.keys(asked).toSorted());
    expect(limits).toContainEqual({ limit: "wallMs", value: 10_000, by: "worker-termination+sigkill" });
    expect(limits.find(({ limit }) => limit === "memoryMb")?.by).toMatch(/^memory-section\+/);
  });

  const refused: [keyof Limits, Partial<Limits>][] = [
    ["gpu", { gpu: { count: 1, memoryMb: 1_000, seconds: 1 } }],
    ["network", { network: "gateway" }],
    ["diskMb", { diskMb: 1 }],
    ["memoryMb", { memoryMb: 5_000 }],
  ];
  test.each(refused)("%s is refused before anything runs", async (limit, limits) => {
    const executor = await executorOf();
    const refusal = { code: "PAWL_SANDBOX_UNENFORCEABLE", path: `limits.${limit}`, remedy: expect.any(String) };
    const task = { limits: limitsOf(limits), concurrency: 1, run: "t" };
    await expect(executor.prepare!(task, never)).rejects.toMatchObject(refusal);
    expect(childrenOf(process.pid)).toEqual([]);
    await using sandbox = await openSandbox();
    await expect(sandbox.run(`export default () => 1;`, [1], { limits })).rejects.toMatchObject(refusal);
    expect((await executor.doctor!(limitsOf({ memoryMb: 64, ...limits }))).filter(({ ok }) => !ok)).toMatchObject([
      { detail: expect.stringContaining(limit), remedy: expect.any(String) },
    ]);
  });

  test("CPU time is one of them", async () => {
    await using sandbox = await openSandbox();
    const execution = await sandbox.run(FOREVER, [1], { limits: { cpuMs: 200 } });
    expect(execution).toMatchObject({ outcome: "timeout", reason: expect.stringContaining("CPU") });
  });

  test("each job has its own memory", async () => {
    await using sandbox = await openSandbox();
    const hungry = `export default () => { const all = []; for (let i = 0; i < 100; i++) all.push(new Uint8Array(1048576).fill(1)); return all.length; };`;
    expect(await sandbox.run(hungry)).toMatchObject({ outcome: "out-of-memory" });
    expect(valuesOf(await sandbox.run(hungry, [1], { limits: { memoryMb: 256 } }))).toEqual([100]);
    expect(await sandbox.run(hungry)).toMatchObject({ outcome: "out-of-memory" });
  });

  test("what cannot be stopped from within is stopped from without", async () => {
    // A module's loop asks nobody, so the thread is terminated; a child that is stopped altogether is killed.
    await using sandbox = await openSandbox({ spares: 0 });
    expect(valuesOf(await sandbox.run(`export default () => 1;`))).toEqual([1]);
    const [pid] = childrenOf(process.pid);
    const running = sandbox.run(FOREVER, [1], { limits: { wallMs: 600 } });
    setTimeout(() => process.kill(pid!, "SIGSTOP"), 200);
    expect(await running).toMatchObject({ outcome: "timeout" });
    expect((await running).usage.wallMs).toBeLessThan(1_200);
    expect(valuesOf(await sandbox.run(`export default () => 2;`))).toEqual([2]);
  });
});

test("doctor says what is in force", async () => {
  for (const build of [undefined, assemblyscript]) {
    const executor = await executorOf(build === undefined ? {} : { build });
    const checks = await executor.doctor!(limitsOf());
    expect(checks.map(({ ok }) => ok)).not.toContain(false);
    expect(checks.some(({ name }) => name.startsWith("wasm build"))).toBe(build !== undefined);
    expect(childrenOf(process.pid)).toEqual([]);
  }
});

test("the fingerprint names the engine and the compiler", async () => {
  const fingerprint = async (options: Parameters<typeof executorOf>[0]) =>
    ((await executorOf(options)) as WasmExecutor).fingerprint();
  expect(await fingerprint({})).toEqual({ quickjs: expect.stringMatching(/^\d/) });
  expect(await fingerprint({ build: assemblyscript })).toMatchObject({
    compiler: expect.stringMatching(/^assemblyscript \d/),
  });
});

test("a child has no environment, no rights, and only pipes", async () => {
  await using sandbox = await openSandbox({ spares: 0, build: assemblyscript });
  expect(valuesOf(await sandbox.run(answer(`return input;`)))).toEqual([1]);
  const children = childrenOf(process.pid);
  expect(children).toHaveLength(2);
  for (const pid of children) {
    expect(readFileSync(`/proc/${pid}/environ`, "utf8")).toBe("");
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    expect(status).toMatch(/^CapEff:\s+0+$/m);
    if (process.getuid?.() === 0) expect(status).toMatch(/^Uid:\s+65534\s+65534\s+65534\s+65534$/m);
    if (findTool("setpriv") !== undefined) expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
  }
});

test("abort ends the job that is under way, the one that waits and the build, and no other", async () => {
  await using sandbox = await openSandbox();
  const controller = new AbortController();
  const running = sandbox.run(FOREVER, [1], { signal: controller.signal });
  const waiting = sandbox.run(`export default () => 2;`, [1], { signal: controller.signal });
  const other = sandbox.run(`export default () => 3;`);
  setTimeout(() => controller.abort(new Error("enough")), 200);
  await expect(running).rejects.toThrow("enough");
  await expect(waiting).rejects.toThrow("enough");
  expect(valuesOf(await other)).toEqual([3]);

  await using building = await openSandbox({ build: assemblyscript });
  const built = building.run(answer(`return input;`), [1], { signal: AbortSignal.timeout(50) });
  await expect(built).rejects.toThrow("timeout");
  expect(valuesOf(await building.run(answer(`return input;`)))).toEqual([1]);
});

test("close ends every process and every job, and may be called again", async () => {
  const sandbox = await openSandbox({ build: assemblyscript }, {}, 2);
  const call = { entry: { kind: "call", file: "main.ts" } } as const;
  const jobs = [sandbox.run(FOREVER, [1], call), sandbox.run(FOREVER, [1], call), sandbox.run(answer(`return input;`))];
  const ends = Promise.allSettled(jobs);
  await new Promise((resolve) => setTimeout(resolve, 200));
  await sandbox.executor.close!();
  expect(childrenOf(process.pid)).toEqual([]);
  for (const end of await ends)
    expect(end).toMatchObject({ status: "rejected", reason: { code: "PAWL_SANDBOX_FAILED" } });
  await sandbox.executor.close!();
  await expect(sandbox.run(FOREVER, [1], call)).rejects.toMatchObject({ code: "PAWL_INTERNAL" });
});

test("a child does not grow, job after job", async () => {
  await using sandbox = await openSandbox({ spares: 0, build: assemblyscript });
  const code = answer(
    `const all = new StaticArray<u8>(8000000); memory.fill(changetype<usize>(all), 1, 8000000); return all.length.toString();`,
  );
  const used = async (jobs: number): Promise<{ pids: number[]; bytes: number }> => {
    for (let i = 0; i < jobs; i++) expect(outputsOf(await sandbox.run(code))).toEqual([{ value: 8_000_000 }]);
    const pids = childrenOf(process.pid);
    return { pids, bytes: Math.max(...pids.map((pid) => processMemory(pid, "VmRSS")!)) };
  };
  const early = await used(10);
  const late = await used(100);
  expect(late.pids).toEqual(early.pids);
  // The memories of these jobs alone are 800 MB.
  expect(late.bytes - early.bytes).toBeLessThan(60 * 1_048_576);
});

test("when the engine is killed, its children end by themselves, also while they are stuck", async () => {
  const dist = new URL("../dist/index.js", import.meta.url).href;
  const script = `
    import { createHash } from "node:crypto";
    const { wasm } = await import(${JSON.stringify(dist)});
    const configured = wasm();
    const executor = await configured.create(configured.schema.parse({}), { root: "/" });
    const limits = { wallMs: 60_000, memoryMb: 64, diskMb: 0, outputBytes: 1_048_576, network: "none" };
    const { signal } = new AbortController();
    await executor.prepare({ limits, concurrency: 1, run: "test" }, signal);
    const inputs = { items: [1], digest: createHash("sha256").update("[1]").digest("hex") };
    executor.execute({ id: "1", files: { "a.js": ${JSON.stringify(FOREVER)} }, entry: { kind: "call", file: "a.js" }, inputs, seed: 1, limits }, signal);
    console.log("running");`;
  const parent = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise((resolve) => parent.stdout.once("data", resolve));
  await expect.poll(() => childrenOf(parent.pid!).length, { timeout: 20_000 }).toBe(2);
  const children = childrenOf(parent.pid!);
  parent.kill("SIGKILL");
  await expect.poll(() => children.filter(alive), { timeout: 5_000 }).toEqual([]);
});

function alive(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
}
