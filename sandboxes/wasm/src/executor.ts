import { createHash } from "node:crypto";
import { type Check, type Execution, type Executor, type ExecutorTask, type Job, type Limits } from "@pawl/plugin";
import {
  allowance,
  attest,
  ChildExecutor,
  type ChildWork,
  refuseLimit,
  refuseUnenforceable,
} from "@pawl/sandbox-process";
import { childCommand } from "./launch.ts";
import type { WasmOptions } from "./options.ts";
import { type Plan, planAsJson } from "./plan.ts";

const SPEAKER = { name: "wasm", noun: "a module" };
/** A 32-bit memory has no more, in mebibytes. */
const MOST_MEMORY = 4_096;
/** What compiled code takes, beside the memory of the modules, in bytes. */
const CODE = 67_108_864;

/** Runs modules, and JavaScript in QuickJS, in fresh instances inside warm, capped, killable child processes. */
export class WasmExecutor implements Executor {
  readonly #options: WasmOptions;
  readonly #children: ChildExecutor;

  constructor(options: WasmOptions) {
    this.#options = options;
    this.#children = new ChildExecutor(
      {
        name: SPEAKER.name,
        runs: "QuickJS in WebAssembly",
        command: childCommand,
        allowance: (limits, batchBytes) => allowance(limits, batchBytes) + CODE,
        assertEnforceable,
        attest: (limits, cap, confinement) =>
          attest(limits, cap, confinement, { time: "worker-termination", memory: "memory-section" }),
      },
      options,
    );
  }

  doctor(limits: Limits): Promise<readonly Check[]> {
    return this.#children.doctor(limits);
  }

  prepare(task: ExecutorTask, signal: AbortSignal): Promise<void> {
    return this.#children.prepare(task, signal);
  }

  async execute(job: Job, signal: AbortSignal): Promise<Execution> {
    return this.#children.execute(job, this.#work(job), signal);
  }

  close(): Promise<void> {
    return this.#children.close();
  }

  #work({ entry, files }: Job): ChildWork {
    if (entry.kind === "call") return { entry: entry.file, plan: planAsJson({ engine: "quickjs" }) };
    const bytes = Buffer.from(files[`${entry.argv[0]!}.b64`] ?? "", "base64");
    const digest = createHash("sha256").update(bytes).digest("hex");
    const { clock, tableEntries } = this.#options;
    const plan: Plan = { engine: "wasi", module: digest, argv: entry.argv, clock, tableEntries };
    return { entry: entry.argv[0]!, plan: planAsJson(plan), module: { digest, bytes } };
  }
}

function assertEnforceable(limits: Limits): void {
  refuseUnenforceable(limits, SPEAKER);
  if (limits.memoryMb > MOST_MEMORY) {
    refuseLimit(SPEAKER, "memoryMb", `a module's memory has ${MOST_MEMORY} MB at the most, and would be given no more`);
  }
}
