import type { AttestedLimit, Execution, GatewaySession, Job, Json, Usage } from "@pawl/plugin";
import { blobsToForget } from "./batch.ts";
import type { Child, ChildEvent } from "./child.ts";
import { ModelCalls } from "./model-calls.ts";
import { readOutputs } from "./outputs.ts";
import { processCpuMs } from "./proc.ts";
import type { BlobKind } from "./protocol.ts";

/** Beyond `wallMs`, for the child to say so itself before it is killed, in milliseconds. */
const GRACE_MS = 100;
/** How often CPU time is looked at, where it is limited, in milliseconds; the kernel counts in steps of ten. */
const CPU_LOOK_MS = 10;
/** How long a child may take to store a blob, in milliseconds. No candidate has a part in it. */
const BLOB_MS = 30_000;
const MIB = 1_048_576;

/** What V8, isolated-vm and Node say when they give up for want of memory. */
const OUT_OF_MEMORY =
  /out of memory|out-of-memory|invalid (?:array|table|size)|allocation fail|cannot allocate|bad_alloc/i;

/** Hands a blob to a child that does not have it. False where the child does not answer as it should. */
export async function handOver(child: Child, kind: BlobKind, digest: string, bytes: Buffer): Promise<boolean> {
  const held = child.held[kind];
  const known = held.delete(digest);
  const forget = known ? [] : blobsToForget(kind, held, bytes.length);
  for (const each of forget) held.delete(each);
  held.set(digest, bytes.length);
  if (known) return true;
  child.send({ type: "keep", kind, digest, forget }, bytes, 0);
  const event = await child.next(BLOB_MS);
  return event?.kind === "response" && event.response.type === "kept" && event.response.digest === digest;
}

/** What a child needs to know of a job beside the job itself. */
export interface ChildWork {
  /** The file whose default export is called, or the name of a program. */
  readonly entry: string;
  /** What else this kind of sandbox needs to know. */
  readonly plan?: Json;
  /** The compiled program that runs, by its digest. */
  readonly module?: { readonly digest: string; readonly bytes: Buffer };
}

/** An execution, and whether the child may serve another job. */
export interface Ran {
  readonly execution: Execution;
  readonly reusable: boolean;
}

/**
 * Runs a job in a child that has its batch and is idle. Always ends: at the latest when the child has been killed.
 * Undefined where the child ended, or said something else, before it had the job: that is not this candidate's doing.
 */
export async function runJob(
  child: Child,
  job: Job,
  work: ChildWork,
  limits: AttestedLimit[],
  gateway?: GatewaySession,
): Promise<Ran | undefined> {
  const { wallMs, memoryMb, outputBytes, cpuMs } = job.limits;
  const calls = gateway === undefined ? undefined : new ModelCalls(child, gateway);
  const cpuBefore = processCpuMs(child.pid) ?? 0;
  child.slot.resetPeak();
  const started = performance.now();
  child.send(
    {
      type: "job",
      files: job.files,
      entry: work.entry,
      ...(work.plan === undefined ? {} : { plan: work.plan }),
      digest: job.inputs.digest,
      seed: job.seed,
      wallMs,
      memoryMb,
      outputBytes,
      models: calls !== undefined,
    },
    undefined,
    outputBytes,
  );
  let begun = false;
  let killedFor: string | undefined;
  let cpuUsed = 0;
  let event: ChildEvent | undefined;
  while (event === undefined) {
    const left = Math.max(0, started + wallMs + GRACE_MS - performance.now());
    event = await child.next(cpuMs === undefined ? left : Math.min(left, CPU_LOOK_MS));
    if (event?.kind === "response" && event.response.type === "started" && !begun) {
      begun = true;
      event = undefined;
      continue;
    }
    if (event?.kind === "response" && event.response.type === "ask" && begun && calls !== undefined) {
      calls.take(event.response, event.body);
      event = undefined;
      continue;
    }
    if (event !== undefined) break;
    cpuUsed = (processCpuMs(child.pid) ?? 0) - cpuBefore;
    const over =
      performance.now() - started >= wallMs + GRACE_MS
        ? `not done after ${wallMs} ms`
        : cpuMs !== undefined && cpuUsed > cpuMs
          ? `more than ${cpuMs} ms of CPU time`
          : undefined;
    if (over === undefined) continue;
    killedFor = over;
    child.kill();
    await child.gone;
    event = { kind: "exit", code: null, signal: "SIGKILL" };
  }
  calls?.end();
  if (!begun && killedFor === undefined) return undefined;
  const elapsed = performance.now() - started;
  const peak = child.slot.peakBytes();
  cpuUsed = Math.max(cpuUsed, (processCpuMs(child.pid) ?? 0) - cpuBefore);
  const usage = (outputs: number, reported?: { cpuMs: number; heapMb: number }): Usage => {
    // The isolate's own clock is finer; the kernel's is all there is where the isolate did not live to tell.
    const cpu = reported?.cpuMs || cpuUsed;
    const memory = peak === undefined ? reported?.heapMb || undefined : peak / MIB;
    return {
      wallMs: elapsed,
      ...(cpu > 0 ? { cpuMs: cpu } : {}),
      ...(memory === undefined ? {} : { peakMemoryMb: memory }),
      outputBytes: outputs,
    };
  };
  const failed = (outcome: Exclude<Execution["outcome"], "ok">, reason: string): Ran => ({
    execution: { outcome, reason, usage: usage(0), limits, stdout: "", stderr: "" },
    reusable: false,
  });

  if (event.kind === "flood") return failed("output-limit", `the answers are larger than ${outputBytes} bytes`);
  if (event.kind === "breach") return failed("violation", `the sandbox process broke its protocol: ${event.reason}`);
  if (event.kind === "exit") {
    if (killedFor !== undefined) return failed("timeout", killedFor);
    await child.gone;
    if (child.slot.exceeded() || OUT_OF_MEMORY.test(child.lastWords)) {
      return failed("out-of-memory", `more than ${memoryMb} MB of memory: the sandbox process was ended`);
    }
    return failed("crashed", `the sandbox process ended: ${child.epitaph(event)}`);
  }
  const { response, body } = event;
  if (response.type !== "result") return failed("violation", "the sandbox process broke its protocol: no result");
  const { outcome, reason, reusable, stdout, stderr } = response;
  const base = { usage: usage(body.length, response), limits, stdout, stderr };
  if (outcome !== "ok") {
    return { execution: { ...base, outcome, reason: reason === "" ? outcome : reason }, reusable };
  }
  const outputs = readOutputs(body, job.inputs.items.length);
  if (typeof outputs === "string") return failed("violation", `the sandbox process broke its protocol: ${outputs}`);
  return { execution: { ...base, outcome, outputs }, reusable };
}
