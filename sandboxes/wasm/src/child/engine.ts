import { Worker } from "node:worker_threads";
import type { ChildEngine, JobRequest, JobResult } from "@pawl/sandbox-process/child";
import { KEPT_BYTES } from "../plan.ts";
import type { ThreadRequest, ThreadResult } from "./thread-protocol.ts";

const MIB = 1_048_576;
/** Beyond `wallMs`, for the thread to end a script by itself and stay of use, in milliseconds. */
const GRACE_MS = 30;
/** What a batch may take, as a multiple of its size, and the same of a module, compiled code included. */
const WEIGHT = { batch: 3, module: 24 };

/**
 * Starts the thread that deals with candidates, and takes it through a first job.
 * @param file the thread's program
 */
export async function startEngine(file: URL, first: FirstJob): Promise<ChildEngine> {
  const thread = new Worker(file, { name: "candidate", env: {} });
  const held = { batch: new Map<string, number>(), module: new Map<string, number>() };
  let settle: ((result: ThreadResult) => void) | undefined;
  let fail: ((error: Error) => void) | undefined;
  thread.on("message", (result: ThreadResult) => settle?.(result));
  thread.on("error", (error) => {
    // Outside of a job it is the end of this process; the engine starts another.
    if (fail === undefined) throw error;
    fail(error);
  });
  const ask = (request: ThreadRequest): void => thread.postMessage(request);

  const run = async (job: JobRequest): Promise<JobResult> => {
    const cpu = process.cpuUsage();
    let timer: NodeJS.Timeout | undefined;
    const ended = new Promise<ThreadResult>((resolve, reject) => {
      settle = resolve;
      fail = reject;
      timer = setTimeout(() => {
        void thread.terminate();
        resolve(failure("timeout", `not done after ${job.wallMs} ms`));
      }, job.wallMs + GRACE_MS);
    });
    ask({ type: "run", job });
    const result = await ended.catch((error: Error) => endOfThread(error, job));
    clearTimeout(timer);
    settle = fail = undefined;
    const { user, system } = process.cpuUsage(cpu);
    const { outcome, reason, stdout, stderr, outputs, memoryBytes, atRest } = result;
    return {
      response: {
        type: "result",
        outcome,
        reason: reason.slice(0, 1_000),
        stdout,
        stderr,
        cpuMs: (user + system) / 1_000,
        heapMb: memoryBytes / MIB,
      },
      outputs: Buffer.from(outputs.buffer, outputs.byteOffset, outputs.byteLength),
      atRest,
    };
  };

  const { response } = await run({ ...FIRST, ...first });
  if (response.outcome !== "ok") throw new Error(`the first trip ended as ${response.outcome}: ${response.reason}`);
  return {
    keep(kind, digest, bytes) {
      held[kind].set(digest, bytes.length);
      // A copy of its own: the buffer may be a part of a larger one.
      ask({ type: "keep", kind, digest, bytes: Uint8Array.from(bytes) });
    },
    forget(kind, digest) {
      held[kind].delete(digest);
      ask({ type: "forget", kind, digest });
    },
    heldBytes() {
      const weightOf = (kind: "batch" | "module"): number => {
        let total = 0;
        for (const bytes of held[kind].values()) total += bytes;
        return WEIGHT[kind] * total;
      };
      // No more than there is room for: modules that were run before must not take the memory of the next.
      return weightOf("batch") + Math.min(weightOf("module"), KEPT_BYTES);
    },
    run,
  };
}

/** The job that warms a thread up: what is run, and with how much memory. */
export type FirstJob = Pick<JobRequest, "files" | "entry" | "plan" | "memoryMb">;

const FIRST = { type: "job", digest: "", seed: 0, wallMs: 60_000, outputBytes: 1_048_576, models: false } as const;

function failure(outcome: ThreadResult["outcome"], reason: string): ThreadResult {
  return { outcome, reason, stdout: "", stderr: "", outputs: new Uint8Array(), memoryBytes: 0, atRest: false };
}

function endOfThread(error: Error, { memoryMb }: JobRequest): ThreadResult {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ERR_WORKER_OUT_OF_MEMORY"
    ? failure("out-of-memory", `more than ${memoryMb} MB of memory`)
    : failure("crashed", `the thread of the candidate ended: ${error.message}`);
}
