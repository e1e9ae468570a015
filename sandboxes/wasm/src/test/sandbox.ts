import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import {
  type Entry,
  type Execution,
  type Executor,
  type Files,
  type InputBatch,
  type Json,
  type Limits,
  limitsSchema,
} from "@pawl/plugin";
import { wasm } from "../index.ts";

export type Options = Parameters<typeof wasm>[0];
export const never = new AbortController().signal;

export function limitsOf(limits: Partial<Limits> = {}): Limits {
  return limitsSchema.parse({ wallMs: 10_000, memoryMb: 64, ...limits });
}

export function batchOf(items: readonly Json[]): InputBatch {
  return { items, digest: createHash("sha256").update(JSON.stringify(items)).digest("hex") };
}

export async function executorOf(options: Options = {}): Promise<Executor> {
  const configured = wasm(options);
  return configured.create(configured.schema.parse(options) as never, { root: "/" });
}

export interface More {
  readonly limits?: Partial<Limits>;
  readonly seed?: number;
  readonly signal?: AbortSignal;
  readonly entry?: Entry;
}

export interface Sandbox extends AsyncDisposable {
  readonly executor: Executor;
  /** Runs a function of `main.ts`, or, where the sandbox has a build, the program that it becomes. */
  run(code: string | Files, inputs?: readonly Json[], more?: More): Promise<Execution>;
}

/** A prepared sandbox with one child, and a spare one. */
export async function openSandbox(
  options: Options = {},
  limits: Partial<Limits> = {},
  concurrency = 1,
): Promise<Sandbox> {
  const executor = await executorOf(options);
  await executor.prepare!({ limits: limitsOf(limits), concurrency, run: "test" }, never);
  const source = options?.build?.source ?? "main.ts";
  const usual: Entry = options?.build
    ? { kind: "exec", argv: ["program", "one", "two"] }
    : { kind: "call", file: source };
  return {
    executor,
    run: (code, inputs = [1], more = {}) =>
      executor.execute(
        {
          id: "1/test",
          files: typeof code === "string" ? { [source]: code } : code,
          entry: more.entry ?? usual,
          inputs: batchOf(inputs),
          seed: more.seed ?? 1,
          limits: limitsOf({ ...limits, ...more.limits }),
        },
        more.signal ?? never,
      ),
    [Symbol.asyncDispose]: async () => executor.close!(),
  };
}

/** The outputs of an execution that must be ok. */
export function outputsOf(execution: Execution): readonly ({ value: Json } | { error: string })[] {
  if (execution.outcome !== "ok") throw new Error(`${execution.outcome}: ${execution.reason}`);
  return execution.outputs;
}

export function valuesOf(execution: Execution): readonly Json[] {
  return outputsOf(execution).map((output) => {
    if ("value" in output) return output.value;
    throw new Error(output.error);
  });
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

/** An AssemblyScript surface of one function body. */
export const answer = (body: string, before = ""): string =>
  `${before}\nexport function answer(input: string): string { ${body} }`;
