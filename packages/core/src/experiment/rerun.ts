import type { Measured, Rerun, RerunOptions, Trial } from "@pawl/plugin";
import { prepareEvaluation } from "../evaluations.ts";
import { execute } from "./3-execute.ts";
import { score } from "./4-score.ts";
import type { RunContext } from "./context.ts";

type Subjects = Record<NonNullable<RerunOptions["subject"]>, Measured>;

/** Lets a gate run a content once more, in a fresh sandbox. Looks at the holdout are written down first. */
export function rerunner(context: RunContext, subjects: Subjects): Trial["rerun"] {
  let count = 0;
  return async ({ split = "validation", seed, transform, subject = "candidate" } = {}): Promise<Rerun> => {
    const { project, state, signal, recorder } = context;
    const measured = subjects[subject];
    const loaded = await project.evaluations.get(split, seed ?? state.options.evaluationSeed, signal);
    if (loaded === null) throw new Error(`the scorer has no ${split} split`);
    if (split === "holdout") {
      const data = { experiment: measured.experiment, purpose: "gate" };
      await recorder.record([{ type: "holdout.looked", data }]);
    }
    const changed = transform === undefined ? loaded : prepareEvaluation(transform(loaded.evaluation));
    count += 1;
    const id = `${subjects.candidate.experiment}/rerun-${count}`;
    const execution = await execute(context, { id, files: measured.files, loaded: changed });
    const { evaluation } = changed;
    if (execution.outcome !== "ok") return { execution, evaluation };
    const scored = await score(context, execution, evaluation);
    return "problem" in scored ? { execution, evaluation } : { execution, evaluation, score: scored };
  };
}
