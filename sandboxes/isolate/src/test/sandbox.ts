import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import {
  type Execution,
  type Executor,
  type GatewaySession,
  type InputBatch,
  type Json,
  type Limits,
  limitsSchema,
} from "@pawl/plugin";
import { isolate, type IsolateOptions } from "../index.ts";

export const never = new AbortController().signal;

export function limitsOf(limits: Partial<Limits> = {}): Limits {
  return limitsSchema.parse({ wallMs: 10_000, ...limits });
}

export function batchOf(items: readonly Json[]): InputBatch {
  return { items, digest: createHash("sha256").update(JSON.stringify(items)).digest("hex") };
}

export async function executorOf(options: Partial<IsolateOptions> = {}): Promise<Executor> {
  const configured = isolate(options);
  return configured.create(configured.schema.parse(options) as never, { root: "/" });
}

export interface Sandbox extends AsyncDisposable {
  readonly executor: Executor;
  /** Runs one file, or several with `main.ts` as the entry. */
  run(
    code: string | Readonly<Record<string, string>>,
    inputs?: readonly Json[] | InputBatch,
    more?: { limits?: Partial<Limits>; seed?: number; signal?: AbortSignal; gateway?: GatewaySession },
  ): Promise<Execution>;
}

/** A prepared sandbox with one child, and a spare one. */
export async function openSandbox(
  options: Partial<IsolateOptions> = {},
  limits: Partial<Limits> = {},
  concurrency = 1,
): Promise<Sandbox> {
  const executor = await executorOf(options);
  await executor.prepare!({ limits: limitsOf(limits), concurrency, run: "test" }, never);
  return {
    executor,
    run: (code, inputs = [1], more = {}) =>
      executor.execute(
        {
          id: "1/test",
          files: typeof code === "string" ? { "main.ts": code } : code,
          entry: { kind: "call", file: "main.ts" },
          inputs: "items" in inputs ? inputs : batchOf(inputs),
          seed: more.seed ?? 1,
          limits: limitsOf({ ...limits, ...more.limits }),
        },
        more.signal ?? never,
        more.gateway,
      ),
    [Symbol.asyncDispose]: async () => executor.close!(),
  };
}

/** The outputs of an execution that must be ok. */
export function outputsOf(execution: Execution): readonly ({ value: Json } | { error: string })[] {
  if (execution.outcome !== "ok") throw new Error(`${execution.outcome}: ${execution.reason}`);
  return execution.outputs;
}

/** What the function does with one input. */
export async function answerOf(sandbox: Sandbox, code: string, input: Json = 1): Promise<Json> {
  const [output] = outputsOf(await sandbox.run(code, [input]));
  if (output === undefined || "error" in output) throw new Error(output?.error);
  return output.value;
}

/** The sandbox processes that a process has started, those that are still starting left out. */
export function childrenOf(parent: number): number[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      const [state, ppid] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      const ours = readFileSync(`/proc/${name}/cmdline`, "utf8").includes("child/main.js");
      return Number(ppid) === parent && state !== "Z" && ours ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}

/** Waits for something that must come true; the limit is a hang guard. */
export async function until(what: () => boolean, guardMs = 20_000): Promise<void> {
  const started = performance.now();
  while (!what()) {
    if (performance.now() - started > guardMs) throw new Error(`still not true: ${what.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
