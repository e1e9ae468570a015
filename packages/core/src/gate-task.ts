import { type GateTask, type Split, PawlError } from "@pawl/plugin";
import { joinPath } from "./config/validate.ts";
import type { RunStarted } from "./events.ts";
import type { Project } from "./project.ts";
import { createRandom } from "./random.ts";

/** What of a run's options gates are told: on resume those of the run itself, whatever the config says by now. */
export type GateSettings = Pick<RunStarted, "seed" | "evaluationSeed" | "budget">;

/**
 * Tells every gate what it is going to judge. A gate that does not fit the scorer must say so now, not by rejecting a
 * night of candidates. Returns what each was told.
 * @throws PawlError `PAWL_CONFIG_INVALID`, with the gate's place in the config
 */
export async function prepareGates(
  { plugins, evaluations, config }: Pick<Project, "plugins" | "evaluations" | "config">,
  { seed, evaluationSeed, budget }: GateSettings,
): Promise<readonly GateTask[]> {
  const { instance: scorer } = plugins.scorer;
  const random = createRandom(`pawl/${seed}`);
  const task = {
    metric: scorer.metric,
    guardrails: scorer.guardrails ?? [],
    relations: scorer.relations ?? [],
    ...(scorer.outputRange === undefined ? {} : { outputRange: scorer.outputRange }),
    freshCases: scorer.freshCases ?? false,
    inputs: async (split: Split, signal: AbortSignal) =>
      (await evaluations.get(split, evaluationSeed, signal))?.evaluation.inputs ?? null,
    slices: scorer.slice !== undefined && plugins.gates.some(({ instance }) => instance.judgeEarly !== undefined),
    secondExecutor: config.secondExecutor !== undefined,
    experiments: budget.experiments,
  };
  const tasks: GateTask[] = [];
  for (const [index, { instance }] of plugins.gates.entries()) {
    const told = { ...task, random: random.fork(`gate/${index}`) };
    tasks.push(told);
    try {
      await instance.prepare?.(told);
    } catch (error) {
      throw error instanceof PawlError ? placed(error, index) : error;
    }
  }
  return tasks;
}

function placed({ code, message, path, remedy, details, cause }: PawlError, index: number): PawlError {
  const place = joinPath(`gates[${index}].options`, path === undefined ? [] : [path]);
  return new PawlError(code, message, { path: place, remedy, details, cause });
}
