import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  CandidateFault,
  type Harness,
  harnessSource,
  isTyped,
  type JobRequest,
  PRINTED_CHARACTERS,
  readReport,
  resolveImport,
  stripText,
} from "@pawl/sandbox-process/child";
import { EvalFlags, JSException, type JSValueHandle, MAX_STACK_SIZE, QuickJS, type WasiOptions } from "quickjs-wasi";
import { REFUSED } from "../module/clamp.ts";
import { type Modules, pagesOf } from "./modules.ts";
import type { Trace } from "./trace.ts";
import { Wasi } from "./wasi.ts";

const ENGINE = "quickjs";
/** QuickJS has one table, for its own functions. */
const TABLE_ENTRIES = 16_384;

/** Runs JavaScript and TypeScript in QuickJS, each job in a fresh instance of it. */
export class QuickJsRunner {
  readonly #modules: Modules;

  constructor(modules: Modules) {
    this.#modules = modules;
    modules.keep(ENGINE, readFileSync(fileURLToPath(import.meta.resolve("quickjs-wasi/quickjs.wasm"))));
  }

  /**
   * Calls the default export of the entry file once per input.
   * @returns the outputs as the JSON text of a list
   * @throws CandidateFault whatever the candidate does wrong
   */
  async run(job: JobRequest, inputs: string, trace: Trace): Promise<Uint8Array> {
    const deadline = performance.now() + job.wallMs;
    const files = new Map(Object.entries(job.files));
    if (!files.has(job.entry)) throw new CandidateFault("crashed", `there is no file ${job.entry}`);
    const wasi = new Wasi({ argv: [], stdin: new Uint8Array(), seed: job.seed, clock: "fixed", outputBytes: 0 });
    let late = false;
    // What went wrong with a file is an error inside QuickJS as well, but says less there.
    let fault: CandidateFault | undefined;
    const noted = <T>(run: () => T): T => {
      try {
        return run();
      } catch (error) {
        if (error instanceof CandidateFault) fault ??= error;
        throw error;
      }
    };
    const vm = await QuickJS.create({
      wasm: this.#modules.compile(ENGINE, { pages: pagesOf(job.memoryMb), tableEntries: TABLE_ENTRIES }),
      wasi: (memory) => {
        wasi.memory = memory;
        return wasi.imports() as ReturnType<WasiOptions>;
      },
      timezoneOffset: 0,
      maxStackSize: MAX_STACK_SIZE,
      interruptHandler: () => (late ||= performance.now() > deadline),
      moduleLoader: {
        normalize: (from, specifier) => noted(() => resolveImport(specifier, from, files)),
        load: (path) => noted(() => javascript(path, files.get(path)!)),
      },
    });
    // oxlint-disable-next-line no-underscore-dangle -- the library's name for what the instance exports
    const exports = vm._getExports() as unknown as Record<string, WebAssembly.Global>;
    const judge = (error?: unknown): CandidateFault | undefined => {
      if (late) return new CandidateFault("timeout", `not done after ${job.wallMs} ms`);
      if (exports[REFUSED]!.value !== 0) {
        return new CandidateFault("out-of-memory", `more than ${job.memoryMb} MB of memory`);
      }
      return error === undefined ? undefined : (fault ?? faultOf(error, job.entry));
    };
    let outputs: Uint8Array;
    try {
      const source = javascript(job.entry, files.get(job.entry)!);
      outputs = await evaluate(vm, job, source, inputs, trace);
    } catch (error) {
      throw judge(error);
    } finally {
      // The instance is dropped as a whole: nothing in it needs to be freed.
      trace.memoryBytes = wasi.memory?.buffer.byteLength ?? 0;
    }
    const verdict = judge();
    if (verdict !== undefined) throw verdict;
    return outputs;
  }
}

function javascript(path: string, text: string): string {
  if (!isTyped(path)) return text;
  const stripped = stripText(text);
  if ("code" in stripped) return stripped.code;
  throw new CandidateFault("crashed", `${path} cannot be compiled: ${stripped.error}`, !stripped.broken);
}

/** Loads the candidate, calls it and reads its answers. Settles at once: nothing in QuickJS waits for anything. */
async function evaluate(
  vm: QuickJS,
  job: JobRequest,
  source: string,
  inputs: string,
  trace: Trace,
): Promise<Uint8Array> {
  const { seed, outputBytes, entry } = job;
  const settings = { seed, outputBytes, entry, models: false, printedCharacters: PRINTED_CHARACTERS };
  const harness = vm.evalCode(harnessSource(settings), "pawl");
  const method = (name: keyof Harness): JSValueHandle => harness.getProp(name);
  const [run, report, answers] = [method("run"), method("report"), method("outputs")] as const;
  const look = (): ReturnType<typeof readReport> => {
    const found = readReport(textOf(vm.callFunction(report, vm.undefined)));
    trace.stdout = found.stdout;
    trace.stderr = found.stderr;
    return found;
  };
  try {
    const loading = vm.evalCode(source, entry, EvalFlags.TYPE_MODULE);
    vm.executePendingJobs();
    if (loading.promiseState === PENDING) {
      throw new CandidateFault("timeout", `${entry} is stuck in an await at its top level that nothing can settle`);
    }
    const loaded = await vm.resolvePromise(loading);
    if ("error" in loaded) throw new JSException(loaded.error);
    const candidate = vm.newObject();
    vm.setProp(candidate, "ready", vm.true);
    vm.setProp(candidate, "surface", loaded.value);
    vm.callFunction(run, vm.undefined, candidate, vm.newString(inputs));
    vm.executePendingJobs();
  } catch (error) {
    // What it printed before it ended helps to see why. A trap leaves nobody to ask.
    if (!(error instanceof WebAssembly.RuntimeError || error instanceof RangeError)) look();
    throw error;
  }
  const { state, reason } = look();
  if (state === "pending") throw new CandidateFault("timeout", reason);
  if (state === "unusable") throw new CandidateFault("crashed", reason);
  if (state === "output-limit") throw new CandidateFault("output-limit", reason);
  return Buffer.from(textOf(vm.callFunction(answers, vm.undefined)));
}

/** State of a promise that is not settled. */
const PENDING = 0;

/** A text, and nothing that would run code to become one. */
function textOf(handle: JSValueHandle): string {
  if (!handle.isString) throw new CandidateFault("violation", "the candidate interfered with the harness", false);
  return handle.toString();
}

/** What QuickJS, or the loading of a file, threw. */
function faultOf(error: unknown, entry: string): CandidateFault {
  if (error instanceof CandidateFault) return error;
  if (error instanceof JSException && error.name === "SyntaxError") {
    return new CandidateFault("crashed", `${entry} cannot be compiled: ${error.message}`);
  }
  if (error instanceof RangeError) return new CandidateFault("crashed", "the call stack is used up");
  return new CandidateFault("crashed", error instanceof Error ? `${error.name}: ${error.message}` : String(error));
}
