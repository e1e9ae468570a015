import { type Entry, type Execution, type Files, type Limits, PawlError } from "@pawl/plugin";
import type { LoadedPlugin } from "../config/plugins.ts";
import type { CheckedConfig } from "../config/schema.ts";
import type { LoadedEvaluation } from "../evaluations.ts";
import { withHelpers } from "../entry.ts";
import type { Project } from "../project.ts";
import { type Executed, withGateway } from "./gateway.ts";
import type { Bench } from "./context.ts";

/** One execution to be made: which content on which cases. */
export interface ExecutionRequest {
  readonly id: string;
  readonly files: Files;
  readonly loaded: Pick<LoadedEvaluation, "evaluation" | "batch">;
  /** Default: how candidates are started in this run. */
  readonly entry?: Entry;
  /** `second`: the unrelated engine. Default `first`. */
  readonly engine?: "first" | "second";
  /** Executions of the same account share the gateway's caps. Default: the id. */
  readonly account?: string;
}

/**
 * Step 3: runs the candidate in the sandbox.
 * @throws PawlError `PAWL_SANDBOX_FAILED`, `PAWL_SANDBOX_UNENFORCEABLE`, `PAWL_MODEL_*`
 * @throws OutOfBudget where the run's money does not suffice for a call of a model
 */
export async function execute(context: Bench, request: ExecutionRequest): Promise<Execution> {
  return (await executeWithModels(context, request)).execution;
}

/** As {@link execute}, with what the candidate asked of models and was answered. */
export async function executeWithModels(context: Bench, request: ExecutionRequest): Promise<Executed> {
  const { id, loaded, engine = "first" } = request;
  const { project, signal } = context;
  const { limits } = project.config;
  const sandbox = sandboxOf(project, engine);
  const { entry, files } = withHelpers(request.entry ?? context.entry, request.files);
  // The seed belongs to the evaluation, not to the experiment: all candidates meet the same luck.
  const { seed } = loaded.evaluation;
  const job = { id, files, entry, inputs: loaded.batch, seed, limits };
  const { execution, exchanges } = await withGateway(context, job, request.account ?? id, (gateway) =>
    sandbox.instance.execute(job, signal, gateway),
  );
  assertAttested(limits, execution, sandbox);
  context.gpuSeconds += gpuSecondsOf(execution, project.config, sandbox);
  const checked = execution.outcome === "ok" ? checkOutputs(execution, loaded.batch.items.length) : execution;
  return { execution: checked, exchanges };
}

interface Sandbox extends LoadedPlugin<"executor"> {
  /** Its place in the config. */
  readonly path: string;
}

function sandboxOf({ plugins }: Project, engine: "first" | "second"): Sandbox {
  if (engine === "first") return { ...plugins.executor, path: "executor" };
  if (plugins.secondExecutor === undefined) throw new Error("the config has no secondExecutor");
  return { ...plugins.secondExecutor, path: "secondExecutor" };
}

/** A limit that nobody says was in force was not in force. */
function assertAttested(limits: Limits, execution: Execution, { name, path }: Sandbox): void {
  const attested = new Set<string>(execution.limits.map(({ limit }) => limit));
  const missing = Object.entries(limits).flatMap(([limit, value]) =>
    value === undefined || attested.has(limit) ? [] : [limit],
  );
  if (missing.length === 0) return;
  throw new PawlError("PAWL_SANDBOX_UNENFORCEABLE", `"${name}" did not enforce ${missing.join(", ")}`, {
    path,
    remedy: 'Use another executor, or drop the limit. "pawl doctor" tells what can be enforced here.',
  });
}

/** GPU time that nobody measures would never use the budget up. */
function gpuSecondsOf({ usage }: Execution, config: CheckedConfig, { name }: Sandbox): number {
  if (usage.gpuSeconds !== undefined || config.limits.gpu === undefined) return usage.gpuSeconds ?? 0;
  if (config.budget.gpuSeconds === undefined) return 0;
  throw new PawlError("PAWL_SANDBOX_UNENFORCEABLE", `"${name}" does not measure GPU time`, {
    path: "budget.gpuSeconds",
    remedy: "Use another executor, or drop the budget.",
  });
}

type Ok = Execution & { outcome: "ok" };

function checkOutputs(execution: Ok, expected: number): Execution {
  const { outputs, artifacts: _, ...base } = execution;
  if (outputs.length !== expected) {
    return { ...base, outcome: "violation", reason: `${outputs.length} outputs for ${expected} inputs` };
  }
  const [first] = outputs;
  if (first !== undefined && "error" in first && outputs.every((output) => "error" in output)) {
    return { ...base, outcome: "crashed", reason: `every input failed, the first with: ${first.error}` };
  }
  return execution;
}
