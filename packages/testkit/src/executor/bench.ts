import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  type Execution,
  type Executor,
  type Job,
  type Json,
  type Limits,
  type Output,
  limitsSchema,
} from "@pawl/plugin";
import { assertExecution } from "../support/execution-schema.ts";
import { deepFreeze, fulfil, NEVER } from "../support/settle.ts";
import { open, type Subject } from "../support/subject.ts";
import type { SurfaceProgram } from "./programs.ts";

/** How jobs of a check differ from the ordinary. */
export interface JobOptions {
  readonly limits?: Limits;
  readonly seed?: number;
  readonly signal?: AbortSignal;
}

/** Seats for executions that may be under way at once. */
export const CONCURRENCY = 2;

/** Makes a job, frozen: an executor must not change it. */
export function makeJob(program: SurfaceProgram, inputs: readonly Json[], limits: Limits, seed = 1): Job {
  const digest = createHash("sha256").update(JSON.stringify(inputs)).digest("hex");
  return deepFreeze({
    id: `1/${digest.slice(0, 8)}`,
    files: { ...program.files },
    // A bundle's bytes are not frozen, and nothing here has one.
    entry: structuredClone(program.entry),
    inputs: { digest, items: structuredClone(inputs) as Json[] },
    seed,
    limits,
  });
}

/** Holds one prepared executor and hands jobs to it. Changing the limits prepares a fresh one, as a new run would. */
export class Bench {
  readonly #subject: Subject<"executor">;
  readonly #root: string | undefined;
  readonly #guardMs: number;
  readonly #run: string;
  #current: { readonly executor: Executor; readonly key: string } | undefined;

  /** @param run what an executor labels its things with: suites beside each other must not take those of another for theirs */
  constructor(subject: Subject<"executor">, root: string | undefined, guardMs: number, run = "testkit") {
    this.#subject = subject;
    this.#root = root;
    this.#guardMs = guardMs;
    this.#run = run;
  }

  /** A fresh executor that is not prepared, and that the caller closes. */
  make(): Promise<Executor> {
    return open(this.#subject, this.#root);
  }

  /** The shared executor, prepared for these limits. */
  async at(limits: Limits): Promise<Executor> {
    const key = JSON.stringify(limits);
    if (this.#current?.key === key) return this.#current.executor;
    await this.close();
    const executor = await this.make();
    const task = { limits, concurrency: CONCURRENCY, run: this.#run };
    await fulfil(executor.prepare?.(task, NEVER) ?? Promise.resolve(), this.#guardMs, "prepare()");
    this.#current = { executor, key };
    return executor;
  }

  /** Runs one job and checks that what comes back is an execution, and that the job is as it was. */
  async run(
    program: SurfaceProgram,
    inputs: readonly Json[],
    limits: Limits,
    options: JobOptions = {},
  ): Promise<Execution> {
    const executor = await this.at(limits);
    const job = makeJob(program, inputs, limits, options.seed);
    const work = executor.execute(job, options.signal ?? NEVER);
    const execution = await fulfil(work, limits.wallMs + this.#guardMs, "execute()");
    assertExecution(execution, job);
    return execution;
  }

  /** Runs one job that must be ok. */
  async outputs(
    program: SurfaceProgram,
    inputs: readonly Json[],
    limits: Limits,
    options: JobOptions = {},
  ): Promise<readonly Output[]> {
    return outputsOf(await this.run(program, inputs, limits, options));
  }

  /** Runs one job that must answer every input. */
  async values(
    program: SurfaceProgram,
    inputs: readonly Json[],
    limits: Limits,
    options: JobOptions = {},
  ): Promise<readonly Json[]> {
    return (await this.outputs(program, inputs, limits, options)).map(valueOf);
  }

  async close(): Promise<void> {
    const executor = this.#current?.executor;
    this.#current = undefined;
    await fulfil(executor?.close?.() ?? Promise.resolve(), this.#guardMs, "close()");
  }
}

export function outputsOf(execution: Execution): readonly Output[] {
  if (execution.outcome === "ok") return execution.outputs;
  assert.fail(`the outcome is ${execution.outcome} (${execution.reason}) where it must be ok`);
}

export function valueOf(output: Output): Json {
  if ("value" in output) return output.value;
  assert.fail(`an output is the error "${output.error}" where it must be a value`);
}

/** Limits of the checks: the author's own on top of small ones. */
export function limitsOf(own: Partial<Limits> = {}): Limits {
  return limitsSchema.parse({ wallMs: 10_000, memoryMb: 64, outputBytes: 65_536, ...own });
}
