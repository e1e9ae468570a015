import { type Measured, PawlError } from "@pawl/plugin";
import { execute } from "./3-execute.ts";
import { score } from "./4-score.ts";
import { type RunContext, baselineOf, championOf } from "./context.ts";

/**
 * At the end of a run: baseline and champion, once each, on the sealed split. Nothing is decided by it; each look is
 * written down before it is taken. Does nothing where the scorer has no holdout.
 */
export async function measureHoldout(context: RunContext): Promise<void> {
  const { project, state, signal, recorder } = context;
  const loaded = await project.evaluations.get("holdout", state.options.evaluationSeed, signal);
  if (loaded === null) return;
  const measure = async ({ experiment, files }: Measured): Promise<number | null> => {
    await recorder.record([
      { type: "holdout.looked", data: { experiment, purpose: "summary", cases: loaded.digests.inputs } },
    ]);
    try {
      const execution = await execute(context, { id: `${experiment}/holdout`, files, loaded });
      if (execution.outcome !== "ok") return null;
      const scored = await score(context, execution, loaded.evaluation);
      return "problem" in scored ? null : scored.value;
    } catch (error) {
      if (signal.aborted || !(error instanceof PawlError)) throw error;
      return null;
    }
  };
  const [first, last] = [baselineOf(context), championOf(context)];
  const baseline = await measure(first);
  const champion = last.experiment === first.experiment ? baseline : await measure(last);
  await recorder.record([{ type: "holdout.measured", data: { baseline, champion } }]);
}
