import { createHash } from "node:crypto";
import { type Check, type ExecutorTask, type Files, type Job, type Limits, limitsSchema } from "@pawl/plugin";
import { allowance, attest, ChildExecutor, refuseUnenforceable, type WarmOptions } from "@pawl/sandbox-process";
import { compilerCommand } from "../launch.ts";
import type { Build } from "../options.ts";
import { MODULE_BYTES } from "../plan.ts";
import type { Builder, Built } from "./builder.ts";

const SPEAKER = { name: "wasm build", noun: "a build" };
/** The largest module as base64 in JSON, in bytes. */
const OUTPUT_BYTES = Math.ceil((MODULE_BYTES * 4) / 3) + 64;
const ITEMS = [null];
const INPUTS = { items: ITEMS, digest: createHash("sha256").update(JSON.stringify(ITEMS)).digest("hex") };

/** Compiles AssemblyScript in warm, capped, killable children. To them a build is a job whose one answer is a module. */
export class AssemblyScriptBuilder implements Builder {
  readonly #options: Extract<Build, { language: "assemblyscript" }>;
  readonly #limits: Limits;
  readonly #children: ChildExecutor;

  constructor(options: Extract<Build, { language: "assemblyscript" }>, warm: WarmOptions) {
    const { wallMs, memoryMb } = options;
    this.#options = options;
    this.#limits = limitsSchema.parse({ wallMs, memoryMb, outputBytes: OUTPUT_BYTES });
    this.#children = new ChildExecutor(
      {
        name: SPEAKER.name,
        runs: "the AssemblyScript compiler",
        command: compilerCommand,
        allowance,
        assertEnforceable: (limits) => refuseUnenforceable(limits, SPEAKER),
        attest: (limits, cap, confinement) =>
          attest(limits, cap, confinement, { time: "worker-termination", memory: "none" }),
      },
      // Compiling takes seconds: a spare compiler would cost more than it saves.
      { ...warm, spares: 0 },
    );
  }

  doctor(): Promise<readonly Check[]> {
    return this.#children.doctor(this.#limits);
  }

  prepare({ run }: ExecutorTask, signal: AbortSignal): Promise<void> {
    return this.#children.prepare({ limits: this.#limits, concurrency: 1, run }, signal);
  }

  async build(files: Files, signal: AbortSignal): Promise<Built> {
    const { source, optimize } = this.#options;
    const job: Job = {
      id: "build",
      files,
      entry: { kind: "call", file: source },
      inputs: INPUTS,
      seed: 0,
      limits: this.#limits,
    };
    const execution = await this.#children.execute(job, { entry: source, plan: { optimize } }, signal);
    const { usage, stderr } = execution;
    if (execution.outcome === "crashed")
      return { ok: false, outcome: "crashed", reason: execution.reason, usage, stderr };
    if (execution.outcome !== "ok") {
      return { ok: false, outcome: execution.outcome, reason: `the build: ${execution.reason}`, usage, stderr };
    }
    const [output] = execution.outputs;
    if (output !== undefined && "value" in output && typeof output.value === "string") {
      return { ok: true, bytes: Buffer.from(output.value, "base64") };
    }
    return { ok: false, outcome: "crashed", reason: "the compiler made no module", usage, stderr };
  }

  close(): Promise<void> {
    return this.#children.close();
  }
}
