import { createHash } from "node:crypto";
import {
  type Entry,
  type Execution,
  type GatewaySession,
  type InputBatch,
  type Json,
  type Limits,
  limitsSchema,
  type Notice,
  type Output,
} from "@pawl/plugin";
import type { z } from "zod";
import { docker } from "../index.ts";
import type { DockerExecutor } from "../executor.ts";
import type { optionsSchema } from "../options.ts";

type Options = z.input<typeof optionsSchema>;
type SomeLimits = z.input<typeof limitsSchema>;

export const never = new AbortController().signal;

export function limitsOf(limits: SomeLimits = {}): Limits {
  return limitsSchema.parse({ wallMs: 20_000, ...limits });
}

export function batchOf(items: readonly Json[]): InputBatch {
  return { items, digest: createHash("sha256").update(JSON.stringify(items)).digest("hex") };
}

export async function executorOf(
  options: Options = {},
  root = "/",
  notify?: (notice: Notice) => void,
): Promise<DockerExecutor> {
  const configured = docker(options);
  return (await configured.create(configured.schema.parse(options) as never, {
    root,
    ...(notify && { notify }),
  })) as DockerExecutor;
}

interface More {
  readonly limits?: SomeLimits;
  readonly seed?: number;
  readonly signal?: AbortSignal;
  readonly gateway?: GatewaySession;
}

export interface Sandbox extends AsyncDisposable {
  readonly executor: DockerExecutor;
  /** Calls one file, or several with `main.ts` as the entry. */
  call(code: string | Readonly<Record<string, string>>, inputs?: readonly Json[], more?: More): Promise<Execution>;
  /** Runs a program. */
  exec(
    entry: Omit<Extract<Entry, { kind: "exec" }>, "kind">,
    files?: Readonly<Record<string, string>>,
    inputs?: readonly Json[],
    more?: More,
  ): Promise<Execution>;
  /** Runs a text as a shell script, with Node beside it. */
  sh(script: string, inputs?: readonly Json[], limits?: SomeLimits): Promise<Execution>;
}

let jobs = 0;

/** A prepared sandbox. */
export async function openSandbox(
  run: string,
  options: Options = {},
  limits: SomeLimits = {},
  concurrency = 1,
  root = "/",
): Promise<Sandbox> {
  const executor = await executorOf(options, root);
  await executor.prepare({ limits: limitsOf(limits), concurrency, run }, never);
  const execute: Sandbox["exec"] = (entry, files = {}, inputs = [1], more = {}) =>
    go({ kind: "exec", ...entry }, files, inputs, more);
  const go = (
    entry: Entry,
    files: Readonly<Record<string, string>>,
    inputs: readonly Json[],
    more: More,
  ): Promise<Execution> =>
    executor.execute(
      {
        id: `${(jobs += 1)}/test`,
        files,
        entry,
        inputs: batchOf(inputs),
        seed: more.seed ?? 1,
        limits: limitsOf({ ...limits, ...more.limits }),
      },
      more.signal ?? never,
      more.gateway,
    );
  return {
    executor,
    call: (code, inputs = [1], more = {}) =>
      go({ kind: "call", file: "main.ts" }, typeof code === "string" ? { "main.ts": code } : code, inputs, more),
    exec: execute,
    sh: (script, inputs = [1], more = {}) =>
      execute({ argv: ["/bin/sh", "main.sh"] }, { "main.sh": script }, inputs, { limits: more }),
    [Symbol.asyncDispose]: async () => executor.close(),
  };
}

/** The outputs of an execution that must be ok. */
export function outputsOf(execution: Execution): readonly Output[] {
  if (execution.outcome !== "ok") throw new Error(`${execution.outcome}: ${execution.reason}\n${execution.stderr}`);
  return execution.outputs;
}

/** The value of the only output. */
export function valueOf(execution: Execution): Json {
  const [output] = outputsOf(execution);
  if (output === undefined || "error" in output) throw new Error(output?.error);
  return output.value;
}
