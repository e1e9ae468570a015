import type ivm from "isolated-vm";
import {
  CandidateFault,
  type Harness,
  type HarnessReport,
  harnessSource,
  type JobRequest,
  type JobResult,
  PRINTED_CHARACTERS,
  type Questions,
  readAsks,
  readReport,
  type ResultResponse,
  type StripTypes,
} from "@pawl/sandbox-process/child";
import { link } from "./modules.ts";

/** V8 starts no isolate with less, in mebibytes. */
const MIN_ISOLATE_MB = 8;

export interface JobTools {
  readonly ivm: typeof ivm;
  readonly stripTypes: StripTypes;
}

/** How a job ended, and whether the isolate had come to rest by itself. */
interface End {
  readonly outcome: ResultResponse["outcome"];
  readonly reason: string;
  readonly atRest: boolean;
}

/** Runs one job in a fresh isolate and answers at the latest when its wall time is over. */
export async function runJob(
  tools: JobTools,
  job: JobRequest,
  inputs: ivm.ExternalCopy<string>,
  questions: Questions,
): Promise<JobResult> {
  const isolate = new tools.ivm.Isolate({
    memoryLimit: Math.max(MIN_ISOLATE_MB, job.memoryMb),
    onCatastrophicError: () => cut(new CandidateFault("out-of-memory", tooMuch(job), false)),
  });
  let cut: (fault: CandidateFault) => void = () => undefined;
  const cutOff = new Promise<never>((_, reject) => (cut = reject));
  // The time limit of the isolate. It is not left to isolated-vm's own `timeout`, of which each use may leave a
  // sleeping thread behind until its time is over; disposing of the isolate stops the candidate in the same way.
  const timer = setTimeout(
    () => cut(new CandidateFault("timeout", `not done after ${job.wallMs} ms`, false)),
    job.wallMs,
  );
  const printed = { stdout: "", stderr: "" };
  let outputs: Buffer = Buffer.alloc(0);
  let end: End = { outcome: "ok", reason: "", atRest: true };
  try {
    outputs = await Promise.race([evaluate(tools, isolate, job, inputs, { questions, printed }), cutOff]);
  } catch (error) {
    end = classify(error, isolate, job);
  }
  clearTimeout(timer);
  const usage = measure(isolate, end.atRest);
  if (!isolate.isDisposed) isolate.dispose();
  const { outcome, reason, atRest } = end;
  return {
    response: { type: "result", outcome, reason: reason.slice(0, 1_000), ...printed, ...usage },
    outputs,
    atRest,
  };
}

async function evaluate(
  { stripTypes }: JobTools,
  isolate: ivm.Isolate,
  job: JobRequest,
  inputs: ivm.ExternalCopy<string>,
  { questions, printed }: { questions: Questions; printed: { stdout: string; stderr: string } },
): Promise<Buffer> {
  const { seed, outputBytes, entry, models } = job;
  const context = isolate.createContextSync();
  const source = harnessSource({ seed, outputBytes, entry, models, printedCharacters: PRINTED_CHARACTERS });
  const harness: ivm.Reference = context.evalSync(source, { reference: true });
  const method = (name: keyof Harness): ivm.Reference => harness.getSync(name, { reference: true });
  const [run, report, answers] = [method("run"), method("report"), method("outputs")] as const;
  const [asks, answer] = [method("asks"), method("answer")] as const;

  const root = await link(isolate, context, new Map(Object.entries(job.files)), entry, stripTypes);
  const look = async (): Promise<HarnessReport> => {
    const found = readReport(await report.apply());
    printed.stdout = found.stdout.slice(0, PRINTED_CHARACTERS);
    printed.stderr = found.stderr.slice(0, PRINTED_CHARACTERS);
    return found;
  };
  try {
    await root.evaluate();
  } catch (error) {
    // What it printed before it threw helps to see why.
    if (!isolate.isDisposed) await look();
    throw error;
  }
  let note = "";
  /** Lets the candidate go on, until everything in the isolate waits for something outside, or is over. */
  const goOn = async (reference: ivm.Reference, values: unknown[]): Promise<void> => {
    try {
      // oxlint-disable-next-line no-useless-call -- a method of isolated-vm, not of functions
      await reference.apply(undefined, values);
    } catch (error) {
      // The run itself throws nothing: this is the end of the isolate, or a rejection that the candidate let go.
      if (isolate.isDisposed) throw error;
      // The first tells enough.
      note ||= `unhandled rejection: ${messageOf(error)}\n`;
    }
  };
  await goOn(run, [root.namespace.derefInto(), inputs.copyInto()]);
  while (models) {
    const next = readAsks(await asks.apply());
    for (const [id, position, request] of next ?? []) questions.ask(id, position, request);
    if (next === null || questions.open === 0) break;
    const { id, status, text } = await questions.next();
    await goOn(answer, [id, status, text]);
  }
  const { state, reason } = await look();
  printed.stderr = (printed.stderr + note).slice(0, PRINTED_CHARACTERS);
  if (state === "pending") throw new CandidateFault("timeout", reason);
  if (state === "unusable") throw new CandidateFault("crashed", reason);
  if (state === "output-limit") throw new CandidateFault("output-limit", reason);
  const outputs = Buffer.from(String(await answers.apply()));
  if (outputs.length <= outputBytes) return outputs;
  throw new CandidateFault("output-limit", `the answers are larger than ${outputBytes} bytes`);
}

function classify(error: unknown, isolate: ivm.Isolate, job: JobRequest): End {
  if (error instanceof CandidateFault) return { outcome: error.outcome, reason: error.message, atRest: error.atRest };
  if (isolate.isDisposed) {
    return { outcome: "out-of-memory", reason: tooMuch(job), atRest: false };
  }
  return { outcome: "crashed", reason: messageOf(error), atRest: true };
}

function tooMuch(job: JobRequest): string {
  return `more than ${job.memoryMb} MB of memory`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/** CPU time and heap at the end. An isolate that is still busy cannot be asked for its heap. */
function measure(isolate: ivm.Isolate, atRest: boolean): { cpuMs: number; heapMb: number } {
  if (isolate.isDisposed) return { cpuMs: 0, heapMb: 0 };
  const cpuMs = Number(isolate.cpuTime) / 1e6;
  if (!atRest) return { cpuMs, heapMb: 0 };
  const heap = isolate.getHeapStatisticsSync();
  return { cpuMs, heapMb: (heap.total_physical_size + heap.externally_allocated_size) / 1_048_576 };
}
