import { type Execution, type Files, type Limits, PawlError } from "@pawl/plugin";
import type { LoadedEvaluation } from "../evaluations.ts";
import type { Project } from "../project.ts";
import type { RunContext } from "./context.ts";

/** One execution to be made: which content on which cases. */
export interface ExecutionRequest {
  readonly id: string;
  readonly files: Files;
  readonly loaded: Pick<LoadedEvaluation, "evaluation" | "batch">;
}

/**
 * Step 3: runs the candidate in the sandbox.
 * @throws PawlError `PAWL_SANDBOX_FAILED`, `PAWL_SANDBOX_UNENFORCEABLE`
 */
export async function execute(context: RunContext, { id, files, loaded }: ExecutionRequest): Promise<Execution> {
  const { project, executor, entry, signal } = context;
  const { limits } = project.config;
  // The seed belongs to the evaluation, not to the experiment: all candidates meet the same luck.
  const { seed } = loaded.evaluation;
  const execution = await executor.execute({ id, files, entry, inputs: loaded.batch, seed, limits }, signal);
  assertAttested(limits, execution, project.plugins.executor.name);
  context.gpuSeconds += gpuSecondsOf(execution, project);
  return execution.outcome === "ok" ? checkOutputs(execution, loaded.batch.items.length) : execution;
}

/** A limit that nobody says was in force was not in force. */
function assertAttested(limits: Limits, execution: Execution, name: string): void {
  const attested = new Set<string>(execution.limits.map(({ limit }) => limit));
  const missing = Object.entries(limits).flatMap(([limit, value]) =>
    value === undefined || attested.has(limit) ? [] : [limit],
  );
  if (missing.length === 0) return;
  throw new PawlError("PAWL_SANDBOX_UNENFORCEABLE", `"${name}" did not enforce ${missing.join(", ")}`, {
    path: "executor",
    remedy: 'Use another executor, or drop the limit. "pawl doctor" tells what can be enforced here.',
  });
}

/** GPU time that nobody measures would never use the budget up. */
function gpuSecondsOf({ usage }: Execution, { config, plugins }: Project): number {
  if (usage.gpuSeconds !== undefined || config.limits.gpu === undefined) return usage.gpuSeconds ?? 0;
  if (config.budget.gpuSeconds === undefined) return 0;
  throw new PawlError("PAWL_SANDBOX_UNENFORCEABLE", `"${plugins.executor.name}" does not measure GPU time`, {
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
