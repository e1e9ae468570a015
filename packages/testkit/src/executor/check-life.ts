import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { type GatewaySession, type Job, type Limits, PawlError, limitsSchema } from "@pawl/plugin";
import { assertExecution } from "../support/execution-schema.ts";
import { descendants } from "../support/processes.ts";
import { fulfil, NEVER, settle } from "../support/settle.ts";
import { makeJob } from "./bench.ts";
import { assertServes, type LanguageTask } from "./check-behaviours.ts";

/** How long something may take to be gone after close(), in milliseconds. */
const GONE_MS = 20_000;

/** Limits that not every executor can enforce: each must be enforced and attested, or refused. */
const DEMANDS: readonly [name: string, limits: Partial<Limits>][] = [
  ["cpuMs", { cpuMs: 5_000 }],
  ["pids", { pids: 1 }],
  ["diskMb", { diskMb: 8 }],
  ["network: gateway", { network: "gateway" }],
  ["gpu", { gpu: { count: 1, memoryMb: 1_024, seconds: 1 } }],
];

/** The other end of model calls that nobody makes. */
const SILENT: GatewaySession = {
  exchange: () => Promise.reject(new Error("nobody should have asked")),
  close: async () => ({ exchanges: [], models: {}, refused: 0 }),
};

const isRefusal = (error: unknown): boolean =>
  error instanceof PawlError && error.code === "PAWL_SANDBOX_UNENFORCEABLE";

/** What the executor suite adds where the author can tell what is left on the machine. */
export interface LifeTask extends LanguageTask {
  leftovers(): Promise<readonly string[]>;
}

/** Checks what an executor promises before, after and beside its jobs. */
export function checkLife(task: LifeTask): void {
  const { bench, programs, limits, short, check, leftovers } = task;
  const { echo, spin, wait } = programs.behaviours;
  const prepared = async (at: Limits = limits, concurrency = 1) => {
    const executor = await bench.make();
    await fulfil(
      executor.prepare?.({ limits: at, concurrency, run: "testkit" }, NEVER) ?? Promise.resolve(),
      60_000,
      "prepare()",
    );
    return executor;
  };

  for (const [name, demand] of DEMANDS) {
    check(`the limit ${name} is enforced and attested, or refused`, async () => {
      const at = limitsSchema.parse({ ...limits, ...demand });
      const executor = await bench.make();
      const job = makeJob(echo, [1], at);
      const work = async () => {
        await executor.prepare?.({ limits: at, concurrency: 1, run: "testkit" }, NEVER);
        return executor.execute(job, NEVER, at.network === "gateway" ? SILENT : undefined);
      };
      const settled = await settle(work(), 60_000, `a job with ${name}`);
      await executor.close?.();
      if ("error" in settled) {
        assert.ok(
          isRefusal(settled.error),
          `refused, but not with PAWL_SANDBOX_UNENFORCEABLE: ${String(settled.error)}`,
        );
      } else {
        assertExecution(settled.value, job);
      }
    });
  }
  check("a limit on CPU time ends a busy candidate long before the wall limit, or is refused", async () => {
    const at = limitsSchema.parse({ ...limits, wallMs: 30_000, cpuMs: 300 });
    const executor = await bench.make();
    const work = async () => {
      await executor.prepare?.({ limits: at, concurrency: 1, run: "testkit" }, NEVER);
      return executor.execute(makeJob(spin, [1], at), NEVER);
    };
    const settled = await settle(work(), 60_000, "the busy job");
    await executor.close?.();
    if ("error" in settled) return assert.ok(isRefusal(settled.error), String(settled.error));
    assert.equal(settled.value.outcome, "timeout");
    assert.ok(
      settled.value.usage.wallMs < 20_000,
      `300 ms of CPU time were not up after ${settled.value.usage.wallMs} ms`,
    );
  });
  check("an entry that it does not understand is refused with a coded error", async () => {
    const executor = await bench.at(limits);
    const { kind } = echo.entry;
    const entry: Job["entry"] = kind === "call" ? { kind: "exec", argv: ["true"] } : { kind: "call", file: "main.js" };
    const other = { files: { "main.js": "export default (input) => input;" }, entry };
    const settled = await settle(executor.execute(makeJob(other, [1], limits), NEVER), 60_000, "a job of another kind");
    if ("error" in settled) {
      assert.ok(settled.error instanceof PawlError, `it must be a PawlError: ${String(settled.error)}`);
    } else {
      assertExecution(settled.value, makeJob(other, [1], limits));
    }
    await assertServes(task, limits);
  });
  check("a file that is not there is a failure of the candidate", async () => {
    const { entry } = echo;
    if (entry.kind !== "call") return;
    const execution = await bench.run({ files: { "other.js": "" }, entry }, [1], limits);
    assert.ok(["crashed", "violation"].includes(execution.outcome), `it ended as ${execution.outcome}`);
  });
  check("doctor throws nothing and tells a remedy for whatever is not ok", async () => {
    const executor = await bench.make();
    for (const [, demand] of [["", {}], ...DEMANDS] as typeof DEMANDS) {
      const checks = (await executor.doctor?.(limitsSchema.parse({ ...limits, ...demand }))) ?? [];
      for (const each of checks) {
        assert.match(each.name, /\S/);
        assert.match(each.detail, /\S/);
        if (!each.ok) assert.match(each.remedy ?? "", /\S/, `"${each.name}" is not ok and has no remedy`);
      }
    }
    await executor.close?.();
  });
  check("close ends everything, and can be called twice", async () => {
    await bench.close();
    const before = new Set(descendants());
    const executor = await prepared(short, 2);
    const jobs = [spin, wait, echo].map((program) => executor.execute(makeJob(program, [1], short), NEVER));
    for (const job of jobs) job.catch(() => undefined);
    await sleep(250);
    await fulfil(executor.close?.() ?? Promise.resolve(), 60_000, "close() with jobs under way");
    for (const job of jobs) await settle(job, short.wallMs + GONE_MS, "a job at close()");
    await fulfil(executor.close?.() ?? Promise.resolve(), 60_000, "the second close()");
    const left = async () => [...descendants().filter((each) => !before.has(each)), ...(await leftovers())];
    const started = performance.now();
    while ((await left()).length > 0 && performance.now() - started < GONE_MS) await sleep(50);
    assert.deepEqual(await left(), [], "something is left after close()");
  });
  check("it serves again when it is prepared again", async () => {
    const executor = await prepared();
    await fulfil(
      executor.prepare?.({ limits: short, concurrency: 2, run: "testkit-2" }, NEVER) ?? Promise.resolve(),
      60_000,
      "the second prepare()",
    );
    const job = makeJob(echo, [1], short);
    assertExecution(await executor.execute(job, NEVER), job);
    await executor.close?.();
  });
}
