import {
  type AttestedLimit,
  type Check,
  type Execution,
  type Executor,
  type ExecutorTask,
  type GatewaySession,
  type Job,
  type Limits,
  PawlError,
} from "@pawl/plugin";
import PQueue from "p-queue";
import { batchText } from "./batch.ts";
import { Child } from "./child.ts";
import { type DoctorSpec, report } from "./doctor.ts";
import { probeConfinement, type Confinement } from "./launch.ts";
import type { CapSlot, MemoryCap } from "./memory-cap/memory-cap.ts";
import { probeMemoryCap } from "./memory-cap/probe.ts";
import type { WarmOptions } from "./options.ts";
import { Pool } from "./pool.ts";
import { processMemory } from "./proc.ts";
import { type ChildWork, handOver, runJob } from "./run-job.ts";

/** No cap: for a child that never runs a candidate. */
export const UNCAPPED: CapSlot = {
  launcher: [],
  adopt: () => undefined,
  settle: () => undefined,
  resize: () => false,
  exceeded: () => false,
  resetPeak: () => undefined,
  peakBytes: () => undefined,
  remove: async () => undefined,
};

interface Prepared {
  readonly cap: MemoryCap;
  readonly confinement: Confinement;
  readonly pool: Pool;
  readonly queue: PQueue;
  readonly closing: AbortController;
}

/** What makes one kind of sandbox of warm children. */
export interface SandboxSpec extends DoctorSpec {
  /** The command that starts a child, confinement left out. */
  command(limits: Limits): readonly string[];
  /** Bytes that a child may use beyond its base for a job. */
  allowance(limits: Limits, batchBytes: number): number;
  attest(limits: Limits, cap: MemoryCap, confinement: Confinement): AttestedLimit[];
}

/** Runs jobs in warm, capped, killable child processes, one at a time in each. */
export class ChildExecutor implements Omit<Executor, "execute"> {
  readonly #spec: SandboxSpec;
  readonly #options: WarmOptions;
  #prepared: Prepared | undefined;
  #largestBatch = 0;

  constructor(spec: SandboxSpec, options: WarmOptions) {
    this.#spec = spec;
    this.#options = options;
  }

  async doctor(limits: Limits): Promise<readonly Check[]> {
    const confinement = probeConfinement();
    const command = (): readonly string[] => [...confinement.launcher, ...this.#spec.command(limits)];
    const probed = await probeMemoryCap(this.#options.memoryCap, () => measureBase(command()));
    let child: Child | Error;
    try {
      child = await Child.start(command(), UNCAPPED, 0);
    } catch (error) {
      child = error as Error;
    }
    const checks = report(this.#spec, limits, probed, confinement, child);
    if (child instanceof Child) await child.end();
    return checks;
  }

  async prepare({ limits, concurrency }: ExecutorTask, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    assertNode();
    this.#spec.assertEnforceable(limits);
    await this.close();
    const confinement = probeConfinement();
    const command = [...confinement.launcher, ...this.#spec.command(limits)];
    const probed = await probeMemoryCap(this.#options.memoryCap, () => measureBase(command));
    if ("why" in probed) {
      throw new PawlError("PAWL_SANDBOX_UNENFORCEABLE", "limits.memoryMb cannot be enforced on this machine", {
        path: "limits.memoryMb",
        remedy: "Run on Linux with a cgroup that this user may write, or install prlimit (util-linux).",
        details: probed.why,
      });
    }
    const { cap } = probed;
    const bytes = this.#spec.allowance(limits, this.#largestBatch);
    const size = concurrency + this.#options.spares;
    const start = async (allowed: number): Promise<Child> => Child.start(command, await cap.open(allowed), allowed);
    const pool = new Pool({ size, start }, bytes);
    this.#prepared = { cap, confinement, pool, queue: new PQueue({ concurrency }), closing: new AbortController() };
    pool.fill();
    try {
      // Whether children start and can be capped shows here and not in the middle of a night.
      pool.release(await pool.acquire(bytes), true);
      signal.throwIfAborted();
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** The limits that are in force for a job, and what enforces each. */
  attested(limits: Limits): AttestedLimit[] {
    const { cap, confinement } = this.#ready();
    return this.#spec.attest(limits, cap, confinement);
  }

  /**
   * Runs one job.
   * @throws PawlError as {@link Executor.execute}
   */
  async execute(job: Job, work: ChildWork, signal: AbortSignal, gateway?: GatewaySession): Promise<Execution> {
    const prepared = this.#ready();
    signal.throwIfAborted();
    this.#spec.assertEnforceable(job.limits);
    const models = modelsOf(job.limits, gateway);
    const text = batchText(job.inputs);
    this.#largestBatch = Math.max(this.#largestBatch, text.length);
    const ending = AbortSignal.any([signal, prepared.closing.signal]);
    return prepared.queue.add(() => this.#run(prepared, job, { ...work, gateway: models }, text, ending), {
      signal: ending,
    });
  }

  async close(): Promise<void> {
    const prepared = this.#prepared;
    this.#prepared = undefined;
    prepared?.closing.abort(new PawlError("PAWL_SANDBOX_FAILED", "the sandbox was closed"));
    await prepared?.pool.close();
  }

  #ready(): Prepared {
    if (this.#prepared !== undefined) return this.#prepared;
    throw new PawlError("PAWL_INTERNAL", "execute was called before prepare");
  }

  async #run(
    { pool, cap, confinement }: Prepared,
    job: Job,
    work: ChildWork & { readonly gateway: GatewaySession | undefined },
    text: Buffer,
    signal: AbortSignal,
  ): Promise<Execution> {
    const bytes = this.#spec.allowance(job.limits, this.#largestBatch);
    for (let attempt = 1; ; attempt++) {
      const child = await pool.acquire(bytes);
      const abort = (): void => child.kill();
      signal.addEventListener("abort", abort, { once: true });
      let reusable = false;
      try {
        signal.throwIfAborted();
        const { module } = work;
        const ready =
          (await handOver(child, "batch", job.inputs.digest, text)) &&
          (module === undefined || (await handOver(child, "module", module.digest, module.bytes)));
        const limits = this.#spec.attest(job.limits, cap, confinement);
        const ran = ready ? await runJob(child, job, work, limits, work.gateway) : undefined;
        signal.throwIfAborted();
        if (ran !== undefined) {
          child.jobs += 1;
          reusable = ran.reusable && child.jobs < this.#options.jobsPerChild;
          return ran.execution;
        }
      } finally {
        signal.removeEventListener("abort", abort);
        pool.release(child, reusable);
      }
      // The child broke while it was idle or between jobs; a fresh one owes nothing to any candidate.
      if (attempt === 3) throw new PawlError("PAWL_SANDBOX_FAILED", "sandbox processes end before they have their job");
    }
  }
}

/** The way to models, where there is to be one. */
function modelsOf({ network }: Limits, gateway: GatewaySession | undefined): GatewaySession | undefined {
  if (network !== "gateway") return undefined;
  if (gateway !== undefined) return gateway;
  throw new PawlError("PAWL_INTERNAL", "a job may ask models, and came without a way to them");
}

/** Private writable memory of a child that is ready, in bytes. */
async function measureBase(command: readonly string[]): Promise<number> {
  const child = await Child.start(command, UNCAPPED, 0);
  try {
    return processMemory(child.pid, "VmData") ?? 0;
  } finally {
    await child.end();
  }
}

function assertNode(): void {
  const [major] = process.versions.node.split(".");
  if (Number(major) >= 24) return;
  throw new PawlError("PAWL_NODE_TOO_OLD", `the sandboxes need Node 24, and this is ${process.version}`, {
    remedy: "Run Pawl with Node 24 or newer.",
  });
}
