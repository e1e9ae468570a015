/** The thread that candidates run on. Everything that it knows of one is gone when the next begins. */
import { parentPort } from "node:worker_threads";
import { CandidateFault, type JobRequest, PRINTED_CHARACTERS, startTidying } from "@pawl/sandbox-process/child";
import type { Plan } from "../plan.ts";
import { Modules } from "./modules.ts";
import { QuickJsRunner } from "./run-quickjs.ts";
import { runWasi } from "./run-wasi.ts";
import type { ThreadRequest, ThreadResult } from "./thread-protocol.ts";
import type { Trace } from "./trace.ts";

const port = parentPort!;
const tidy = startTidying();
const modules = new Modules();
const batches = new Map<string, string>([["", "[1]"]]);
const quickjs = new QuickJsRunner(modules);

async function execute(job: JobRequest): Promise<ThreadResult> {
  const trace: Trace = { stdout: "", stderr: "", memoryBytes: 0 };
  let outputs: Uint8Array = new Uint8Array();
  let end: Pick<ThreadResult, "outcome" | "reason" | "atRest"> = { outcome: "ok", reason: "", atRest: true };
  try {
    const plan = job.plan as unknown as Plan;
    const inputs = batches.get(job.digest)!;
    outputs =
      plan.engine === "quickjs" ? await quickjs.run(job, inputs, trace) : runWasi(modules, plan, job, inputs, trace);
    if (outputs.length > job.outputBytes) {
      throw new CandidateFault("output-limit", `the answers are larger than ${job.outputBytes} bytes`);
    }
  } catch (error) {
    outputs = new Uint8Array();
    end =
      error instanceof CandidateFault
        ? { outcome: error.outcome, reason: error.message, atRest: error.atRest }
        : {
            outcome: "crashed",
            reason: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
            atRest: false,
          };
  }
  tidy(trace.memoryBytes + 2 * outputs.length);
  const printed = (text: string): string => text.slice(0, PRINTED_CHARACTERS);
  return {
    ...end,
    stdout: printed(trace.stdout),
    stderr: printed(trace.stderr),
    outputs,
    memoryBytes: trace.memoryBytes,
  };
}

async function handle(request: ThreadRequest): Promise<void> {
  if (request.type === "run") port.postMessage(await execute(request.job));
  else if (request.type === "keep" && request.kind === "module") modules.keep(request.digest, request.bytes);
  else if (request.type === "keep") batches.set(request.digest, Buffer.from(request.bytes).toString("utf8"));
  else if (request.kind === "module") modules.forget(request.digest);
  else batches.delete(request.digest);
}

let queue = Promise.resolve();
port.on("message", (request: ThreadRequest) => {
  queue = queue.then(() => handle(request));
});
