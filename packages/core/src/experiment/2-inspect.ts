import type { Json, Split } from "@pawl/plugin";
import type { Candidate, Judgement, RunContext } from "./context.ts";
import { championOf } from "./context.ts";
import { askGates } from "./gates.ts";

/** Step 2: gates look at the candidate's text, before anything of it runs. */
export function inspect(context: RunContext, { proposed, files }: Candidate): Promise<Judgement> {
  const { project, state, history, signal } = context;
  const inputs = async (split: Split): Promise<readonly Json[] | null> => {
    const loaded = await project.evaluations.get(split, state.options.evaluationSeed, signal);
    return loaded?.evaluation.inputs ?? null;
  };
  const champion = championOf(context);
  return askGates(context, proposed, "inspect", (gate) =>
    gate.inspect?.(
      { files },
      { experiment: proposed.experiment, hypothesis: proposed.hypothesis, champion, history, inputs },
      signal,
    ),
  );
}
