import type { Execution } from "@pawl/plugin";
import { attested, cachedBy, ifOk, pretend, remembering, serially, without, withLimits } from "./fault-parts.ts";
import { type Fault, leave, never } from "./faulty-executor.ts";

/** Faults by name: the check that must find it, and the fault. */
export const EXECUTOR_FAULTS: Readonly<Record<string, readonly [check: string, fault: () => Fault]>> = {
  "outputs in the wrong order": [
    "order of the inputs",
    () => ({ after: ifOk((ok) => ({ ...ok, outputs: ok.outputs.toReversed() })) }),
  ],
  "an output too few": [
    "order of the inputs",
    () => ({ after: ifOk((ok) => ({ ...ok, outputs: ok.outputs.slice(1) })) }),
  ],
  "numbers that are rounded": [
    "any JSON value",
    () => ({
      after: ifOk((ok) => ({
        ...ok,
        outputs: ok.outputs.map((output) =>
          "value" in output && typeof output.value === "number" ? { value: Math.round(output.value) } : output,
        ),
      })),
    }),
  ],
  "garbage that becomes null": [
    "no JSON data",
    () => ({
      after: ifOk((ok) => ({
        ...ok,
        outputs: ok.outputs.map((output) => ("error" in output ? { value: null } : output)),
      })),
    }),
  ],
  "one error that fails the job": [
    "does not touch the others",
    () => ({
      after: ifOk((ok) =>
        ok.outputs.some((output) => "error" in output) ? { ...ok, outcome: "crashed", reason: "an input failed" } : ok,
      ),
    }),
  ],
  "a limit that is not attested": [
    "any JSON value",
    () => ({ after: attested((limits) => limits.filter(({ limit }) => limit !== "memoryMb")) }),
  ],
  "a limit attested with more than was asked": [
    "any JSON value",
    () => ({
      after: attested((limits) => limits.map((each) => (each.limit === "wallMs" ? { ...each, value: 99_999 } : each))),
    }),
  ],
  "a limit attested by nothing": [
    "any JSON value",
    () => ({ after: attested((limits) => limits.map((each) => ({ ...each, by: "" }))) }),
  ],
  "an attestation only where it is ok": [
    "breaks at the start",
    () => ({ after: (execution) => (execution.outcome === "ok" ? execution : { ...execution, limits: [] }) }),
  ],
  "a crash that is told as an answer": [
    "breaks at the start",
    () => ({
      after: (execution, job) =>
        execution.outcome === "crashed"
          ? { ...execution, outcome: "ok", outputs: job.inputs.items.map(() => ({ error: "crashed" })) }
          : execution,
    }),
  ],
  "a failure without a reason": [
    "breaks at the start",
    () => ({ after: (execution) => (execution.outcome === "ok" ? execution : { ...execution, reason: "" }) }),
  ],
  "a timeout that is told as a crash": [
    "busy for ever",
    () => ({
      after: (execution) => (execution.outcome === "timeout" ? { ...execution, outcome: "crashed" } : execution),
    }),
  ],
  "a wall limit that is not enforced": [
    "busy for ever",
    () => ({ before: withLimits({ wallMs: 5_000 }), after: pretend }),
  ],
  "a wall limit that is not enforced, and time that is told wrongly": [
    "busy for ever",
    () => ({
      before: withLimits({ wallMs: 5_000 }),
      after: (execution, job) => pretend({ ...execution, usage: { wallMs: 10 } }, job),
    }),
  ],
  "a wall limit for each input": [
    "for all inputs together",
    () => ({
      execute: async (inner, job, signal) => {
        let wallMs = 0;
        let last: Execution | undefined;
        for (const item of job.inputs.items.slice(0, 4)) {
          last = await inner.execute({ ...job, inputs: { digest: JSON.stringify(item), items: [item] } }, signal);
          wallMs += last.usage.wallMs;
        }
        return { ...last!, usage: { wallMs } };
      },
    }),
  ],
  "a memory limit that is not enforced": [
    "takes ever more memory",
    () => ({
      before: withLimits({ memoryMb: 1_024 }),
      after: (execution, job) =>
        pretend(execution.outcome === "out-of-memory" ? { ...execution, outcome: "timeout" } : execution, job),
    }),
  ],
  "an output limit that is not enforced": [
    "more output than allowed is cut off",
    () => ({ before: withLimits({ outputBytes: 16_777_216 }), after: pretend }),
  ],
  "a limit on CPU time that is only attested": [
    "a limit on CPU time",
    () => ({
      before: (job) => ({ ...job, limits: { ...without(job.limits, "cpuMs"), wallMs: 21_000 } }),
      after: pretend,
    }),
  ],
  "a demand that is waved through": [
    "the limit gpu",
    () => ({
      prepare: (inner, task, signal) => {
        return inner.prepare!({ ...task, limits: without(task.limits, "gpu") }, signal);
      },
      before: (job) => ({ ...job, limits: without(job.limits, "gpu") }),
    }),
  ],
  "a refusal without a code": [
    "the limit gpu",
    () => ({
      prepare: async (inner, task, signal) => {
        if (task.limits.gpu) throw new Error("no GPU");
        await inner.prepare!(task, signal);
      },
    }),
  ],
  "state that is carried": ["no state is carried", () => ({ before: remembering() })],
  "answers from a cache without inputs": [
    "batches of inputs",
    () => ({ execute: cachedBy((job) => JSON.stringify(job.files)) }),
  ],
  "batches that are kept by their size": [
    "batches of inputs",
    () => ({ execute: cachedBy((job) => JSON.stringify([job.files, job.inputs.items.length])) }),
  ],
  "a seed that is ignored": ["random numbers", () => ({ before: (job) => ({ ...job, seed: 1 }) })],
  "luck that is not seeded": [
    "random numbers",
    () => ({ before: (job) => ({ ...job, seed: Math.floor(Math.random() * 1e9) }) }),
  ],
  "print that is lost": [
    "is told, and is no answer",
    () => ({ after: (execution) => ({ ...execution, stdout: "", stderr: "" }) }),
  ],
  "print that is not capped": [
    "is capped",
    () => ({ after: (execution) => ({ ...execution, stdout: "x".repeat(20_000_000) }) }),
  ],
  "a path of the host in a reason": [
    "breaks at the start",
    () => ({
      after: (execution) =>
        execution.outcome === "ok" ? execution : { ...execution, reason: `at ${process.cwd()}/child.js` },
    }),
  ],
  "an abort that is ignored": [
    "busy ends when it is aborted",
    () => ({ execute: (inner, job) => inner.execute(job, never) }),
  ],
  "an abort that is only looked at in the beginning": [
    "busy ends when it is aborted",
    () => ({
      execute: (inner, job, signal) => {
        signal.throwIfAborted();
        return inner.execute(job, never);
      },
    }),
  ],
  "an abort that comes too late is overlooked": [
    "aborted already",
    () => ({ execute: (inner, job, signal) => inner.execute(job, signal.aborted ? never : signal) }),
  ],
  "an abort that ends all jobs": [
    "leaves the others alone",
    () => {
      const all = new AbortController();
      return {
        execute: (inner, job, signal) => {
          signal.addEventListener("abort", () => all.abort());
          return inner.execute(job, AbortSignal.any([signal, all.signal]));
        },
      };
    },
  ],
  "prepare that does not end": ["prepare ends", () => ({ prepare: (inner, task) => inner.prepare!(task, never) })],
  "one job at a time": ["does not hold up", () => ({ execute: serially() })],
  "answers that are swapped": [
    "many jobs at once",
    () => {
      let held: Execution | undefined;
      return {
        after: (execution) => {
          const other = held ?? execution;
          held = execution;
          return other;
        },
      };
    },
  ],
  "jobs that see each other": [
    "cannot see each other",
    () => {
      let mark = 0;
      return {
        before: (job) => {
          mark += 1;
          return {
            ...job,
            files: Object.fromEntries(
              Object.entries(job.files).map(([path, text]) => [path, `globalThis.pawlMark = "job ${mark}";\n${text}`]),
            ),
          };
        },
      };
    },
  ],
  "a job that is changed": [
    "any JSON value",
    () => ({
      before: (job) => {
        (job.inputs.items as unknown[]).push("more");
        return job;
      },
    }),
  ],
  "an entry that is not understood": [
    "does not understand",
    () => ({
      execute: (inner, job, signal) => {
        if (job.entry.kind !== "call") throw new TypeError("entry.file is undefined");
        return inner.execute(job, signal);
      },
    }),
  ],
  "a doctor that throws": [
    "doctor",
    () => ({
      doctor: async () => {
        throw new Error("ill");
      },
    }),
  ],
  "a doctor without a remedy": [
    "doctor",
    () => ({ doctor: async () => [{ name: "memory", ok: false, detail: "no cgroup" }] }),
  ],
  "processes that are left": ["close ends everything", () => ({ close: async (inner) => leave(inner) })],
  "a second close that throws": [
    "called twice",
    () => {
      let closed = false;
      return {
        close: async (inner) => {
          if (closed) throw new Error("closed already");
          closed = true;
          await inner.close!();
        },
      };
    },
  ],
};
