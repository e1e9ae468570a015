import { CandidateFault, type JobRequest } from "@pawl/sandbox-process/child";
import { BEGIN, REFUSED } from "../module/clamp.ts";
import type { Plan } from "../plan.ts";
import { writeOutputs } from "./lines.ts";
import { type Modules, pagesOf } from "./modules.ts";
import type { Trace } from "./trace.ts";
import { Exit, PREVIEW1, Wasi } from "./wasi.ts";

/** Characters of what a program printed last that go into the reason of a crash. */
const LAST_WORDS = 600;

/**
 * Runs a WASI command: JSON lines in, JSON lines out, in a fresh instance.
 * @returns the outputs as the JSON text of a list
 * @throws CandidateFault whatever the program does wrong
 */
export function runWasi(
  modules: Modules,
  plan: Extract<Plan, { engine: "wasi" }>,
  job: JobRequest,
  inputs: string,
  trace: Trace,
): Uint8Array {
  const module = modules.compile(plan.module, { pages: pagesOf(job.memoryMb), tableEntries: plan.tableEntries });
  const items = JSON.parse(inputs) as readonly unknown[];
  const stdin = Buffer.from(items.map((item) => `${JSON.stringify(item)}\n`).join(""));
  const { argv, clock } = plan;
  const wasi = new Wasi({ argv, stdin, seed: job.seed, clock, outputBytes: job.outputBytes });
  const provided = wasi.imports();
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    if (from === PREVIEW1 && kind === "function" && Object.hasOwn(provided, name)) continue;
    throw new CandidateFault("violation", `the module imports ${from}.${name}, which is not there`);
  }
  let exports: WebAssembly.Exports = {};
  const refused = (): boolean => exports[REFUSED] instanceof WebAssembly.Global && exports[REFUSED].value !== 0;
  try {
    ({ exports } = new WebAssembly.Instance(module, { [PREVIEW1]: provided }));
    const { memory, _start: start } = exports;
    if (!(memory instanceof WebAssembly.Memory))
      throw new CandidateFault("violation", "the module does not export its memory");
    if (typeof start !== "function") throw new CandidateFault("crashed", "the module exports no function _start");
    wasi.memory = memory;
    try {
      // What the module does when it is loaded, and then what it is there for.
      (exports[BEGIN] as (() => void) | undefined)?.();
      (start as () => void)();
      // A module may have caught how it was ended, and gone on.
      if (wasi.ended !== undefined) throw wasi.ended;
    } catch (error) {
      if (!(error instanceof Exit && error.code === 0)) throw error;
    } finally {
      trace.memoryBytes = memory.buffer.byteLength;
      trace.stderr = wasi.stderr;
    }
    return writeOutputs(wasi.stdout, items.length);
  } catch (error) {
    const fault = faultOf(error, trace.stderr);
    if (fault.outcome !== "crashed" || !refused()) throw fault;
    throw new CandidateFault("out-of-memory", `more than ${job.memoryMb} MB of memory: ${fault.message}`);
  }
}

/** What a program's end means. */
function faultOf(error: unknown, stderr: string): CandidateFault {
  if (error instanceof CandidateFault) return error;
  const words = stderr.trim().slice(-LAST_WORDS);
  const told = words === "" ? "" : `: ${words}`;
  if (error instanceof Exit) return new CandidateFault("crashed", `exit code ${error.code}${told}`);
  if (error instanceof RangeError) return new CandidateFault("crashed", `the call stack is used up${told}`);
  // A trap, or an exception of the module's own that it lets go.
  const why = error instanceof Error ? error.message : "an exception that the module did not catch";
  return new CandidateFault("crashed", `${why}${told}`);
}
