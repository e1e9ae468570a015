import type { Execution, Executor, Job } from "@pawl/plugin";
import { isolate } from "@pawl/sandbox-isolate";

export const never: AbortSignal = new AbortController().signal;

/** A way to be wrong: each part replaces one of an executor that is right. */
export interface Fault {
  readonly before?: (job: Job) => Job;
  readonly after?: (execution: Execution, job: Job) => Execution;
  readonly execute?: (inner: Executor, job: Job, signal: AbortSignal) => Promise<Execution>;
  readonly prepare?: (inner: Executor, ...task: Parameters<NonNullable<Executor["prepare"]>>) => Promise<void>;
  readonly close?: (inner: Executor) => Promise<void>;
  readonly doctor?: Executor["doctor"];
  /** Whether the executor must be closed and prepared for real. */
  readonly ownLife?: boolean;
}

type Task = Parameters<NonNullable<Executor["prepare"]>>[0];

async function makeIsolate(): Promise<Executor> {
  const configured = isolate({ spares: 0 });
  return (await configured.create(configured.schema.parse(configured.options) as never, { root: "/" })) as Executor;
}

/** Starting processes takes most of the time, so faults that do not touch it share one executor that stays prepared. */
let shared: { readonly key: string; readonly inner: Executor } | undefined;

async function share(task: Task): Promise<void> {
  const key = JSON.stringify([task.limits, task.concurrency]);
  if (shared?.key === key) return;
  await shared?.inner.close!();
  shared = { key, inner: await makeIsolate() };
  await shared.inner.prepare!(task, never);
}

/** The isolate sandbox with a fault. */
export async function faultyExecutor(fault: Fault): Promise<Executor> {
  const own =
    fault.ownLife === true || fault.prepare !== undefined || fault.close !== undefined
      ? await makeIsolate()
      : undefined;
  const inner = (): Executor => own ?? shared!.inner;
  return {
    doctor: fault.doctor ?? (async (limits) => (own ?? (await makeIsolate())).doctor!(limits)),
    prepare: async (task, signal) => {
      if (fault.prepare !== undefined) return fault.prepare(inner(), task, signal);
      if (own !== undefined) return own.prepare!(task, signal);
      signal.throwIfAborted();
      await share(task);
    },
    execute: async (job, signal) => {
      const given = fault.before?.(job) ?? job;
      const execution = await (fault.execute?.(inner(), given, signal) ?? inner().execute(given, signal));
      return fault.after?.(execution, job) ?? execution;
    },
    close: async () => {
      if (own === undefined) return;
      await (fault.close?.(own) ?? own.close!());
    },
  };
}

const leftRunning: Executor[] = [];

/** Leaves an executor running, until {@link cleanUp}. */
export const leave = (executor: Executor): void => void leftRunning.push(executor);

/** Ends what a fault has left running. */
export async function cleanUp(): Promise<void> {
  for (const executor of leftRunning.splice(0)) await executor.close?.();
  await shared?.inner.close!();
  shared = undefined;
}
