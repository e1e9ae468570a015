import { type Check, type GateExamination, type GateTask, PawlError } from "@pawl/plugin";
import { loadEntry } from "./entry.ts";
import { execute } from "./experiment/3-execute.ts";
import { score } from "./experiment/4-score.ts";
import type { Bench } from "./experiment/context.ts";
import { prepareEvaluation } from "./evaluations.ts";
import type { Project } from "./project.ts";
import { readSurface } from "./surface.ts";
import { Wallet } from "./wallet.ts";

/** What one gate has found out about itself, or why it could not. */
export type GateReport = { readonly gate: string } & (
  | { readonly checks: readonly Check[] }
  | { readonly error: unknown }
);

/**
 * Measures the committed surface once and lets the gates say what they can tell apart with it: the part of
 * `pawl doctor` that runs something. `tasks`: what `prepareGates` told them. Writes nothing down. Does nothing where no gate has anything to say.
 * @throws PawlError `PAWL_BASELINE_FAILED`, `PAWL_SANDBOX_*`, `PAWL_SURFACE_*`
 */
export async function examineGates(
  project: Project,
  tasks: readonly GateTask[],
  signal: AbortSignal,
): Promise<readonly GateReport[]> {
  const { plugins, config } = project;
  if (plugins.gates.every(({ instance }) => instance.doctor === undefined)) return [];
  const task = { limits: config.limits, concurrency: 1, run: "doctor" };
  await plugins.executor.instance.prepare?.(task, signal);
  const measured = await measure(project, signal);
  const reports: GateReport[] = [];
  for (const [index, { name, instance }] of plugins.gates.entries()) {
    const told = tasks[index];
    if (instance.doctor === undefined || told === undefined) continue;
    try {
      reports.push({ gate: name, checks: await instance.doctor({ task: told, ...measured }, signal) });
    } catch (error) {
      reports.push({ gate: name, error });
    }
  }
  return reports;
}

async function measure(project: Project, signal: AbortSignal): Promise<Omit<GateExamination, "task">> {
  const { config, git, prefix, evaluations, plugins } = project;
  const files = await readSurface(git, await git.head(), prefix, config.surface);
  const entry = loadEntry(config.entry, project.root);
  // Nothing is written down here, but what it may cost is bounded all the same.
  const wallet = new Wallet(config.budget.usd, () => 0);
  const bench: Bench = { project, scorer: plugins.scorer.instance, entry, signal, gpuSeconds: 0, wallet };
  const load = async (seed: number) => {
    const loaded = await evaluations.get("validation", seed, signal);
    if (loaded === null) throw failed(project, "the scorer has no validation split");
    return loaded;
  };
  const loaded = await load(config.evaluationSeed);
  const execution = await execute(bench, { id: "doctor/baseline", files, loaded });
  if (execution.outcome !== "ok") throw failed(project, `${execution.outcome}: ${execution.reason}`);
  const scored = await score(bench, execution, loaded.evaluation);
  if ("problem" in scored) throw failed(project, scored.problem);
  let reruns = 0;
  return {
    baseline: { experiment: 0, files, score: scored },
    evaluation: loaded.evaluation,
    execution,
    async rerun({ seed, transform } = {}) {
      const wanted = seed === undefined ? loaded : await load(seed);
      const changed = transform === undefined ? wanted : prepareEvaluation(transform(wanted.evaluation));
      const again = await execute(bench, { id: `doctor/rerun-${(reruns += 1)}`, files, loaded: changed });
      const { evaluation } = changed;
      if (again.outcome !== "ok") return { execution: again, evaluation };
      const rescored = await score(bench, again, evaluation);
      return "problem" in rescored
        ? { execution: again, evaluation }
        : { execution: again, evaluation, score: rescored };
    },
  };
}

function failed({ config }: Project, why: string): PawlError {
  return new PawlError("PAWL_BASELINE_FAILED", `the surface as it stands cannot be measured: ${why}`, {
    path: config.surface.join(", "),
    remedy: "Mend the surface, the scorer or the limits, commit, and look again.",
  });
}
