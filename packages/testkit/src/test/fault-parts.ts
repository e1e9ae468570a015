import { type Execution, type Job, limitsSchema } from "@pawl/plugin";
import type { Fault } from "./faulty-executor.ts";

/** What faults are put together from. */

type Ok = Execution & { outcome: "ok" };

/** Changes what is ok and leaves the rest. */
export const ifOk =
  (change: (execution: Ok, job: Job) => Execution): NonNullable<Fault["after"]> =>
  (execution, job) =>
    execution.outcome === "ok" ? change(execution, job) : execution;

export const attested =
  (change: (limits: Execution["limits"]) => Execution["limits"]): NonNullable<Fault["after"]> =>
  (execution) => ({
    ...execution,
    limits: change(execution.limits),
  });

/** Attests what was asked for, whatever was enforced. */
export const pretend: NonNullable<Fault["after"]> = (execution, job) => ({
  ...execution,
  limits: Object.entries(job.limits).flatMap(([limit, value]) =>
    value === undefined
      ? []
      : [{ limit: limit as keyof Job["limits"], value: typeof value === "object" ? "gpu" : value, by: "hope" }],
  ),
});

export const withLimits =
  (limits: Partial<Job["limits"]>): NonNullable<Fault["before"]> =>
  (job) => ({ ...job, limits: limitsSchema.parse({ ...job.limits, ...limits }) });

export const without = (limits: Job["limits"], name: "cpuMs" | "gpu"): Job["limits"] => {
  const others = { ...limits };
  delete others[name];
  return others;
};

export function serially(): NonNullable<Fault["execute"]> {
  let last: Promise<unknown> = Promise.resolve();
  return (inner, job, signal) => {
    const work = last.then(() => inner.execute(job, signal));
    last = work.catch(() => undefined);
    return work;
  };
}

export function cachedBy(key: (job: Job) => string): NonNullable<Fault["execute"]> {
  const cache = new Map<string, Execution>();
  return async (inner, job, signal) => {
    const found = cache.get(key(job)) ?? (await inner.execute(job, signal));
    cache.set(key(job), found);
    return found;
  };
}

/** Leaves something for later jobs by changing their code, as a realm that is used again would. */
export function remembering(): NonNullable<Fault["before"]> {
  let jobs = 0;
  return (job) => {
    const mark = `Object.prototype.pawlMark = ${jobs};\n`;
    jobs += 1;
    if (jobs === 1) return job;
    return { ...job, files: Object.fromEntries(Object.entries(job.files).map(([path, text]) => [path, mark + text])) };
  };
}
