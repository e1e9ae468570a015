import { readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import type ivm from "isolated-vm";
import { PRINTED_CHARACTERS, type JobRequest, type ResultResponse } from "../protocol.ts";
import { CandidateFault } from "./fault.ts";
import { harnessSource, type Harness, type HarnessReport } from "./harness.ts";
import { link } from "./modules.ts";
import type { StripTypes } from "./strip.ts";

/** A result and the bytes of the outputs. */
export interface JobResult {
  readonly response: ResultResponse;
  readonly outputs: Buffer;
}

export interface JobTools {
  readonly ivm: typeof ivm;
  readonly stripTypes: StripTypes;
}

/** Runs one job in a fresh isolate and answers at the latest when its wall time is over. */
export async function runJob({ ivm, stripTypes }: JobTools, job: JobRequest, inputs: ivm.ExternalCopy<string>): Promise<JobResult> {
  const started = performance.now();
  const left = (): number => Math.max(1, Math.ceil(job.wallMs - (performance.now() - started)));
  let catastrophe: ((fault: CandidateFault) => void) | undefined;
  let timer: NodeJS.Timeout | undefined;
  const cutOff = new Promise<never>((_, reject) => {
    catastrophe = reject;
    timer = globalThis.setTimeout(() => reject(new CandidateFault("timeout", `not done after ${job.wallMs} ms`, false)), job.wallMs);
  });
  cutOff.catch(() => undefined);
  const rest = dataPages();
  const isolate = new ivm.Isolate({
    memoryLimit: Math.max(8, job.memoryMb),
    onCatastrophicError: (message) => catastrophe?.(new CandidateFault("out-of-memory", message, false)),
  });
  const printed = { stdout: "", stderr: "" };
  let end: End = { outcome: "ok", reason: "", atRest: true };
  let outputs = Buffer.alloc(0);
  try {
    const context = isolate.createContextSync();
    const settings = { seed: job.seed, outputBytes: job.outputBytes, printedCharacters: PRINTED_CHARACTERS, entry: job.entry };
    const harness = context.evalSync(harnessSource(settings), { reference: true });
    const method = (name: keyof Harness): ivm.Reference => harness.getSync(name, { reference: true });
    const text = async (name: "report" | "outputs"): Promise<string> =>
      String(await method(name).apply(undefined, [], { timeout: left() }));
    const run = method("run");
    const work = async (): Promise<void> => {
      const root = await link(isolate, context, new Map(Object.entries(job.files)), job.entry, stripTypes);
      await root.evaluate({ timeout: left() });
      let unhandled: unknown;
      await run.apply(undefined, [root.namespace.derefInto(), inputs.copyInto()], { timeout: left() }).catch((error: unknown) => {
        // The run itself throws nothing: this is the end of the isolate, or a rejection that the candidate let go.
        if (isolate.isDisposed || left() <= 1) throw error;
        unhandled = error;
      });
      const state = readReport(await text("report"));
      printed.stdout = state.stdout;
      printed.stderr = state.stderr;
      if (unhandled !== undefined) {
        printed.stderr = `${printed.stderr}unhandled rejection: ${messageOf(unhandled)}\n`.slice(0, PRINTED_CHARACTERS);
      }
      if (state.state === "pending") throw new CandidateFault("timeout", state.reason);
      if (state.state === "unusable") throw new CandidateFault("crashed", state.reason);
      if (state.state === "output-limit") throw new CandidateFault("output-limit", state.reason);
      outputs = Buffer.from(await text("outputs"));
      if (outputs.length > job.outputBytes) {
        outputs = Buffer.alloc(0);
        throw new CandidateFault("output-limit", `the answers are larger than ${job.outputBytes} bytes`);
      }
    };
    await Promise.race([work(), cutOff]);
  } catch (error) {
    end = classify(error, isolate, left() <= 1, job);
  } finally {
    clearTimeout(timer);
  }
  const usage = measure(isolate, end.atRest);
  if (!isolate.isDisposed) isolate.dispose();
  const reusable = end.atRest && (await unmapped(rest));
  const { outcome, reason } = end;
  return {
    response: { type: "result", outcome, reason: reason.slice(0, 1_000), reusable, ...printed, ...usage },
    outputs,
  };
}

/** Reads what the harness says. It shares the isolate with the candidate, so it may have been made to say anything. */
function readReport(text: string): HarnessReport {
  try {
    const { state, reason, stdout, stderr } = JSON.parse(text) as Record<keyof HarnessReport, unknown>;
    const known = state === "pending" || state === "done" || state === "unusable" || state === "output-limit";
    if (known && typeof reason === "string" && typeof stdout === "string" && typeof stderr === "string") {
      const cut = (printed: string): string => printed.slice(0, PRINTED_CHARACTERS);
      return { state, reason, stdout: cut(stdout), stderr: cut(stderr) };
    }
  } catch {
    // Said below.
  }
  throw new CandidateFault("violation", "the candidate interfered with the harness", false);
}

/** How a job ended, and whether the isolate had come to rest by itself. */
interface End {
  readonly outcome: ResultResponse["outcome"];
  readonly reason: string;
  readonly atRest: boolean;
}

/** Pages of private writable address space, from the sixth column of `/proc/self/statm`; see proc(5). */
function dataPages(): number {
  return Number(readFileSync("/proc/self/statm", "utf8").split(" ")[5]);
}

/**
 * The thread that ran the isolate lets it go a moment after `dispose`. Two isolates at once would be more address
 * space than the memory cap allows for: V8 reserves half a gigabyte for the code of each.
 */
async function unmapped(rest: number): Promise<boolean> {
  const tolerance = (256 * 1_048_576) / 4_096;
  for (let i = 0; i < 200; i++) {
    if (dataPages() <= rest + tolerance) return true;
    await setTimeout(1);
  }
  return false;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

function classify(error: unknown, isolate: ivm.Isolate, late: boolean, job: JobRequest): End {
  if (error instanceof CandidateFault) return { outcome: error.outcome, reason: error.message, atRest: error.atRest };
  if (isolate.isDisposed) {
    return { outcome: "out-of-memory", reason: `more than ${job.memoryMb} MB of memory`, atRest: false };
  }
  if (late) return { outcome: "timeout", reason: `not done after ${job.wallMs} ms`, atRest: false };
  return { outcome: "crashed", reason: messageOf(error), atRest: true };
}

/** CPU time and heap at the end. An isolate that is still busy cannot be asked for its heap. */
function measure(isolate: ivm.Isolate, atRest: boolean): { cpuMs: number; heapMb: number } {
  if (isolate.isDisposed) return { cpuMs: 0, heapMb: 0 };
  const cpuMs = Number(isolate.cpuTime) / 1e6;
  if (!atRest) return { cpuMs, heapMb: 0 };
  const heap = isolate.getHeapStatisticsSync();
  return { cpuMs, heapMb: (heap.total_physical_size + heap.externally_allocated_size) / 1_048_576 };
}
