import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Execution, Job } from "@pawl/plugin";
import { fulfil, NEVER, settle } from "../support/settle.ts";
import { makeJob } from "./bench.ts";
import { assertServes, type LanguageTask } from "./check-behaviours.ts";
import type { SurfaceProgram } from "./programs.ts";

/** Time for a job to get under way, in milliseconds; a check is as good whether it has or not. */
const UNDER_WAY_MS = 250;

/** How soon an aborted job must be over: well before its wall limit, which would end it anyway. */
const share = (wallMs: number): number => Math.ceil(wallMs * 0.6);

/** Checks that an abort ends a job, and that one alone. */
export function checkCancellation(task: LanguageTask): void {
  const { bench, programs, limits, check } = task;
  const { echo, spin, wait } = programs.behaviours;
  const start = async (program: SurfaceProgram, signal: AbortSignal): Promise<Execution> => {
    const executor = await bench.at(limits);
    return executor.execute(makeJob(program, [1], limits), signal);
  };
  const assertRejected = async (work: Promise<Execution>, what: string): Promise<void> => {
    const settled = await settle(work, share(limits.wallMs), what);
    assert.ok("error" in settled, `${what} was answered with an execution; it must reject`);
  };

  check("a job whose signal has aborted already does not run", async () => {
    await bench.at(limits);
    await assertRejected(
      start(echo, AbortSignal.abort(new Error("too late"))),
      "a job that was aborted before its start",
    );
    await assertServes(task, limits);
  });
  check("a job that is busy ends when it is aborted", async () => {
    await bench.at(limits);
    const controller = new AbortController();
    const work = start(spin, controller.signal);
    await sleep(UNDER_WAY_MS);
    controller.abort(new Error("enough"));
    await assertRejected(work, "the aborted busy job");
    await assertServes(task, limits);
  });
  check("a job that waits ends when it is aborted", async () => {
    await bench.at(limits);
    const controller = new AbortController();
    const work = start(wait, controller.signal);
    const early = work.then(
      (execution) => execution.outcome,
      () => "rejected",
    );
    const before = await Promise.race([early, sleep(UNDER_WAY_MS, "under way")]);
    controller.abort(new Error("enough"));
    // A sandbox may know at once that what is waited for can never come.
    if (before !== "timeout") await assertRejected(work, "the aborted waiting job");
    await assertServes(task, limits);
  });
  check("a job that is aborted at once ends", async () => {
    await bench.at(limits);
    for (let i = 0; i < 5; i++) {
      const controller = new AbortController();
      const work = start(spin, controller.signal);
      controller.abort(new Error("changed my mind"));
      await assertRejected(work, "the job that was aborted at once");
    }
    await assertServes(task, limits);
  });
  check("an abort ends one job and leaves the others alone", async () => {
    await bench.at(limits);
    const [first, second] = [new AbortController(), new AbortController()];
    const aborted = start(spin, first.signal);
    let over = false;
    const beside = start(spin, second.signal).finally(() => (over = true));
    const waiting = Promise.all([1, 2, 3].map((i) => bench.values(echo, [i], limits)));
    for (const work of [aborted, beside, waiting]) work.catch(() => undefined);
    await sleep(UNDER_WAY_MS);
    first.abort(new Error("this one"));
    await assertRejected(aborted, "the aborted job");
    assert.deepEqual(await waiting, [[1], [2], [3]], "jobs that waited are not served");
    assert.equal(over, false, "the job beside the aborted one has ended as well");
    second.abort(new Error("now this one"));
    await assertRejected(beside, "the other job");
  });
  check("a job that waits for its turn ends when it is aborted", async () => {
    const executor = await bench.at(limits);
    const controllers = Array.from({ length: 4 }, () => new AbortController());
    const job: Job = makeJob(spin, [1], limits);
    const work = controllers.map(({ signal }) => executor.execute(job, signal));
    for (const each of work) each.catch(() => undefined);
    controllers[3]!.abort(new Error("never mind"));
    await assertRejected(work[3]!, "the job that waited for its turn");
    for (const controller of controllers) controller.abort(new Error("all of them"));
    for (const each of work) await assertRejected(each, "an aborted job");
    await assertServes(task, limits);
  });
  check("prepare ends when it is aborted", async () => {
    const executor = await bench.make();
    try {
      if (executor.prepare === undefined) return;
      const preparing = executor.prepare(
        { limits, concurrency: 1, run: "testkit" },
        AbortSignal.abort(new Error("no")),
      );
      const settled = await settle(preparing, limits.wallMs, "prepare() with an aborted signal");
      assert.ok("error" in settled, "prepare() goes on although its signal has aborted");
      // The refusal must not have spoilt it.
      const again = executor.prepare({ limits, concurrency: 1, run: "testkit" }, NEVER);
      await fulfil(again, 60_000, "prepare() after an aborted one");
      const execution = await executor.execute(makeJob(echo, [1], limits), NEVER);
      assert.equal(execution.outcome, "ok");
    } finally {
      await executor.close?.();
    }
  });
}
