import { PawlError, type TrainFailure, type TrainView } from "@pawl/plugin";
import { type RunContext, championOf } from "./context.ts";
import { executeWithModels } from "./3-execute.ts";
import { score } from "./4-score.ts";
import { answersOf, recordTrain } from "./train-record.ts";

/** Inputs and failures that a proposer is shown at most. */
const SHOWN = 300;

const remembered = new WeakMap<object, Promise<readonly TrainFailure[]>>();

/** What a proposer may see of the train split. The champion runs on it only when its failures are asked for. */
export async function trainView(context: RunContext): Promise<TrainView> {
  const { project, state, signal } = context;
  const loaded = await project.evaluations.get("train", state.options.evaluationSeed, signal);
  const inputs = loaded?.evaluation.inputs ?? [];
  const step = Math.max(1, Math.floor(inputs.length / SHOWN));
  const champion = championOf(context);
  return {
    inputs: inputs.filter((_, index) => index % step === 0).slice(0, SHOWN),
    failures: () => {
      const failures = remembered.get(champion) ?? plantedFailures(context);
      remembered.set(champion, failures);
      return failures;
    },
  };
}

/** What the champion gets wrong, with what gates mix in so that they know it again. */
async function plantedFailures(context: RunContext): Promise<readonly TrainFailure[]> {
  let failures = await runOnTrain(context);
  for (const { name, instance } of context.project.plugins.gates) {
    if (instance.plant === undefined) continue;
    try {
      failures = instance.plant(failures);
    } catch (error) {
      throw new PawlError("PAWL_PLUGIN_FAILED", `the gate "${name}" threw in plant(): ${String(error)}`, {
        path: "gates",
        remedy: 'This is a bug of the plugin. Mend it, then "pawl resume" goes on where the run stopped.',
        cause: error,
      });
    }
  }
  return failures;
}

async function runOnTrain(context: RunContext): Promise<readonly TrainFailure[]> {
  const { project, state, signal } = context;
  const loaded = await project.evaluations.get("train", state.options.evaluationSeed, signal);
  if (loaded === null) return [];
  const { experiment, files } = championOf(context);
  const { execution, exchanges } = await executeWithModels(context, { id: `${experiment}/train`, files, loaded });
  const scored = execution.outcome === "ok" ? await score(context, execution, loaded.evaluation) : undefined;
  const usable = scored === undefined || "problem" in scored ? undefined : scored;
  const answers = answersOf(execution, usable);
  const problem = scored !== undefined && "problem" in scored ? scored.problem : undefined;
  await recordTrain(context, { experiment, execution, loaded, score: usable, answers, problem });
  if (answers === undefined) return [];
  return answers.feedback
    .toSorted((a, b) => (b.weight ?? 0) - (a.weight ?? 0))
    .slice(0, SHOWN)
    .flatMap((failure) => {
      const input = loaded.evaluation.inputs[failure.case];
      const output = answers.outputs[failure.case];
      if (input === undefined) return [];
      const asked = exchanges.filter((exchange) => exchange.case === failure.case);
      return [
        {
          ...failure,
          input,
          output: output !== undefined && "value" in output ? output.value : undefined,
          ...(asked.length === 0 ? {} : { exchanges: asked }),
        },
      ];
    });
}
