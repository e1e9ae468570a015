import type { Check, Execution, Executor, ExecutorTask, Job, Json, Limits } from "@pawl/plugin";
import {
  allowance,
  attest,
  ChildExecutor,
  type ChildWork,
  refuseLimit,
  refuseUnenforceable,
} from "@pawl/sandbox-process";
import type { Builder } from "./build/builder.ts";
import { Builds } from "./build/builds.ts";
import { openBuilder } from "./build/open-builder.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { runnerCommand } from "./launch.ts";
import { assertRunnable, digestOf, suppliedModule } from "./modules.ts";
import type { WasmOptions } from "./options.ts";
import { type Plan, planAsJson, ROOM_BYTES } from "./plan.ts";

const SPEAKER = { name: "wasm", noun: "a module" };
/** A 32-bit memory has no more, in mebibytes. */
const MOST_MEMORY = 4_096;

/** Runs modules, and JavaScript in QuickJS, in fresh instances inside warm, capped, killable child processes. */
export class WasmExecutor implements Executor {
  readonly #options: WasmOptions;
  readonly #children: ChildExecutor;
  readonly #builder: Builder | undefined;
  readonly #builds: Builds | undefined;

  constructor(options: WasmOptions) {
    this.#options = options;
    this.#children = new ChildExecutor(
      {
        name: SPEAKER.name,
        runs: "QuickJS in WebAssembly",
        command: ({ memoryMb }) => runnerCommand(memoryMb),
        allowance: (limits, batchBytes) => allowance(limits, batchBytes) + ROOM_BYTES,
        assertEnforceable,
        attest: (limits, cap, confinement) =>
          attest(limits, cap, confinement, { time: "worker-termination", memory: "memory-section" }),
      },
      options,
    );
    this.#builder = options.build && openBuilder(options.build, options);
    this.#builds = this.#builder && new Builds(this.#builder);
  }

  async doctor(limits: Limits): Promise<readonly Check[]> {
    return [...(await this.#children.doctor(limits)), ...((await this.#builder?.doctor(limits)) ?? [])];
  }

  /** The engine and the compiler, by their versions: they decide how a candidate behaves. */
  fingerprint(): Promise<Json> {
    return fingerprintOf(this.#options.build);
  }

  async prepare(task: ExecutorTask, signal: AbortSignal): Promise<void> {
    await this.#children.prepare(task, signal);
    try {
      await this.#builder?.prepare(task, signal);
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async execute(job: Job, signal: AbortSignal): Promise<Execution> {
    signal.throwIfAborted();
    assertEnforceable(job.limits);
    assertRunnable(job.entry);
    const { entry, files } = job;
    if (entry.kind === "call") {
      return this.#children.execute(job, { entry: entry.file, plan: planAsJson({ engine: "quickjs" }) }, signal);
    }
    const built = this.#builds === undefined ? suppliedModule(entry, files) : await this.#builds.of(files, signal);
    if (built.ok) return this.#children.execute(job, this.#work(entry.argv, built.bytes), signal);
    // A candidate that cannot be built is a failed experiment like one that breaks at its start.
    const { outcome, reason, usage, stderr } = built;
    return { outcome, reason, usage, limits: this.#children.attested(job.limits), stdout: "", stderr };
  }

  async close(): Promise<void> {
    await Promise.all([this.#children.close(), this.#builder?.close()]);
  }

  #work(argv: readonly string[], bytes: Buffer): ChildWork {
    const { clock, tableEntries } = this.#options;
    const digest = digestOf(bytes);
    const plan: Plan = { engine: "wasi", module: digest, argv, clock, tableEntries };
    return { entry: argv[0]!, plan: planAsJson(plan), module: { digest, bytes } };
  }
}

function assertEnforceable(limits: Limits): void {
  refuseUnenforceable(limits, SPEAKER);
  if (limits.memoryMb > MOST_MEMORY) {
    refuseLimit(SPEAKER, "memoryMb", `a module's memory has ${MOST_MEMORY} MB at the most, and would be given no more`);
  }
}
