import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findCgroup, MECHANISMS, type Mechanism, probeMemoryCap, processMemory } from "@pawl/sandbox-process";
import { answerOf, batchOf, childrenOf, limitsOf, never, executorOf, openSandbox, outputsOf } from "./test/sandbox.ts";

const works = async (mechanism: Mechanism): Promise<boolean> =>
  "cap" in (await probeMemoryCap(mechanism, async () => 0));
const working: Mechanism[] = [];
for (const mechanism of MECHANISMS) if (await works(mechanism)) working.push(mechanism);

const MIB = 1_048_576;
const v1 = findCgroup(1, readFileSync("/proc/self/cgroup", "utf8"), readFileSync("/proc/self/mountinfo", "utf8"));
const groups = (): string[] => readdirSync(v1!.own).filter((name) => name.startsWith("pawl-"));

test("at least one mechanism works here", () => {
  expect(working).not.toEqual([]);
});

describe.each(working)("%s", (memoryCap) => {
  const limits = { memoryMb: 64, wallMs: 20_000, outputBytes: 1_048_576 };

  test("is attested", async () => {
    await using sandbox = await openSandbox({ memoryCap }, limits);
    const { limits: attested } = await sandbox.run(`export default () => 1;`);
    const by = memoryCap === "rlimit" ? "isolate+rlimit-data" : `isolate+${memoryCap}`;
    expect(attested).toContainEqual({ limit: "memoryMb", value: 64, by });
  });

  test.each([
    ["arrays of arrays", `export default () => new Array(3e7).fill(0).map(() => new Array(1e7).fill(1.5));`],
    [
      "a huge JSON.parse",
      `export default () => { const all = []; for (;;) all.push(JSON.parse("[" + "[],".repeat(3e7) + "1]")); };`,
    ],
  ])("ends what the isolate's own limit does not, in bounds: %s", async (_, code) => {
    await using sandbox = await openSandbox({ memoryCap, spares: 0 }, limits);
    await answerOf(sandbox, `export default () => 1;`);
    const [pid] = childrenOf(process.pid);
    const base = processMemory(pid!, "VmRSS")!;
    let peak = base;
    const watch = setInterval(() => {
      try {
        peak = Math.max(peak, processMemory(pid!, "VmHWM") ?? 0);
      } catch {
        // Ended.
      }
    }, 5);
    const execution = await sandbox.run(code);
    clearInterval(watch);
    expect(execution).toMatchObject({ outcome: "out-of-memory" });
    expect(peak - base).toBeLessThan((64 + 128 + 2 + 8) * MIB);
    expect(await answerOf(sandbox, `export default () => 2;`)).toBe(2);
  });

  test("leaves an honest candidate the memory that it was promised", async () => {
    await using sandbox = await openSandbox({ memoryCap }, limits);
    // Fifty of the 64 MB, on the heap and then outside of it.
    const heap = `export default () => { const all = []; for (let i = 0; i < 50; i++) all.push(new Array(131072).fill(i + 0.5)); return all.length; };`;
    const buffers = `export default () => { const all = []; for (let i = 0; i < 50; i++) all.push(new Uint8Array(1048576).fill(1)); return all.length; };`;
    for (let i = 0; i < 5; i++) {
      expect(await answerOf(sandbox, heap)).toBe(50);
      expect(await answerOf(sandbox, buffers)).toBe(50);
    }
  });

  test("makes room for batches and outputs, job after job", async () => {
    await using sandbox = await openSandbox({ memoryCap }, { ...limits, outputBytes: 16_777_216 });
    for (let round = 0; round < 8; round++) {
      const batch = batchOf(Array.from({ length: 2_000 }, (_, i) => ({ i, round, text: "x".repeat(2_000) })));
      for (let again = 0; again < 2; again++) {
        const outputs = outputsOf(await sandbox.run(`export default (x: unknown) => x;`, batch));
        expect(outputs[1_999]).toEqual({ value: batch.items[1_999] });
      }
    }
  });
});

test("a child does not grow, job after job", async () => {
  await using sandbox = await openSandbox({ spares: 0 });
  const batch = batchOf(Array.from({ length: 2_000 }, (_, i) => ({ i, text: "x".repeat(2_000) })));
  const used = async (jobs: number): Promise<{ pid: number; bytes: number }> => {
    for (let i = 0; i < jobs; i++) outputsOf(await sandbox.run(`export default (x: unknown) => x;`, batch));
    const [pid] = childrenOf(process.pid);
    return { pid: pid!, bytes: processMemory(pid!, "VmRSS")! };
  };
  const early = await used(10);
  const late = await used(40);
  expect(late.pid).toBe(early.pid);
  // The outputs of these jobs alone are 160 MB.
  expect(late.bytes - early.bytes).toBeLessThan(40 * MIB);
});

test.runIf(working.includes("rlimit"))(
  "rlimit is a hard limit of the process, not only of what was asked",
  async () => {
    await using sandbox = await openSandbox({ memoryCap: "rlimit", spares: 0 });
    await answerOf(sandbox, `export default () => 1;`);
    const [pid] = childrenOf(process.pid);
    const line = /^Max data size\s+(\S+)\s+(\S+)/m.exec(readFileSync(`/proc/${pid}/limits`, "utf8"))!;
    expect(line[1]).toBe(line[2]);
    expect(Number(line[2])).toBeGreaterThan(0);
  },
);

describe.runIf(working.includes("cgroup-v1"))("cgroup-v1 groups", () => {
  test("hold one child each, with the limit, and go away with it", async () => {
    await using sandbox = await openSandbox({ memoryCap: "cgroup-v1", spares: 0 });
    await answerOf(sandbox, `export default () => 1;`);
    const [pid] = childrenOf(process.pid);
    const mine = groups().filter((name) => name.startsWith(`pawl-${process.pid}-`));
    expect(mine).toHaveLength(1);
    const group = join(v1!.own, mine[0]!);
    expect(readFileSync(join(group, "cgroup.procs"), "utf8").trim()).toBe(String(pid));
    expect(Number(readFileSync(join(group, "memory.limit_in_bytes"), "utf8"))).toBeLessThan(1_024 * MIB);
    expect(readFileSync(join(group, "memory.swappiness"), "utf8").trim()).toBe("0");
    await sandbox.executor.close!();
    expect(existsSync(group)).toBe(false);
  });

  test("of engines that are gone are removed, those of the living are not", async () => {
    const dead = join(v1!.own, "pawl-4194303-123-0");
    const alive = join(v1!.own, `pawl-${process.ppid}-${startOf(process.ppid)}-0`);
    mkdirSync(dead);
    mkdirSync(alive);
    const executor = await executorOf({ memoryCap: "cgroup-v1" });
    await executor.prepare!({ limits: limitsOf(), concurrency: 1, run: "test" }, never);
    await executor.close!();
    expect(existsSync(dead)).toBe(false);
    expect(existsSync(alive)).toBe(true);
    const { rmdirSync } = await import("node:fs");
    rmdirSync(alive);
  });
});

function startOf(pid: number): string {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]!;
}

test("a mechanism that does not work here is refused with the reason, and nothing is run", async () => {
  const missing = MECHANISMS.find((each) => !working.includes(each));
  if (missing === undefined) return;
  const executor = await executorOf({ memoryCap: missing });
  const prepared = executor.prepare!({ limits: limitsOf(), concurrency: 1, run: "test" }, never);
  await expect(prepared).rejects.toMatchObject({
    code: "PAWL_SANDBOX_UNENFORCEABLE",
    path: "limits.memoryMb",
    details: [expect.stringContaining(missing.replace("-", " "))],
  });
  expect(childrenOf(process.pid)).toEqual([]);
  expect(await executor.doctor!(limitsOf())).toContainEqual(
    expect.objectContaining({ name: "isolate: memory cap", ok: false }),
  );
});
