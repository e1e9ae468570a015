import { type Measured, type Score, PawlError } from "@pawl/plugin";
import type { ExamTaken } from "../events.ts";
import { OutOfBudget } from "../out-of-budget.ts";
import { execute } from "./3-execute.ts";
import { score } from "./4-score.ts";
import { effectOf } from "./effect.ts";
import { type RunContext, baselineOf, championOf } from "./context.ts";
import { type ExamCases, examCases } from "./exam-cases.ts";

/**
 * The dawn exam: at the end of a run baseline and champion meet once, on cases that took no part in the choice. Nothing
 * is decided by it; it says how much of the night's gain is there where nobody has looked. Where nothing was kept, or the
 * scorer has no such cases, there is no exam, and what is sealed stays sealed. The look is written down before it is
 * taken; the result is for the caller to write down.
 */
export async function takeExam(context: RunContext): Promise<ExamTaken | undefined> {
  const [baseline, champion] = [baselineOf(context), championOf(context)];
  if (champion.experiment === baseline.experiment) return undefined;
  const found = await examCases(context);
  if (found === null) return undefined;
  const { kind, loaded, seed, looksBefore } = found;
  const look = {
    experiment: champion.experiment,
    purpose: "exam",
    ...(seed === undefined ? {} : { seed }),
    cases: loaded.digests.inputs,
  };
  await context.recorder.record([{ type: "holdout.looked", data: look }]);
  const [first, last] = [await measure(context, baseline, found), await measure(context, champion, found)];
  const effect = effectOf(context.state.options.metric, first?.samples, last?.samples);
  return {
    cases: kind,
    ...(seed === undefined ? {} : { seed }),
    looksBefore,
    baseline: { experiment: baseline.experiment, score: first?.value ?? null },
    champion: { experiment: champion.experiment, score: last?.value ?? null },
    ...(effect === undefined ? {} : { effect }),
  };
}

async function measure(
  context: RunContext,
  { experiment, files }: Measured,
  { loaded }: ExamCases,
): Promise<Score | undefined> {
  try {
    const execution = await execute(context, { id: `${experiment}/exam`, files, loaded });
    if (execution.outcome !== "ok") return undefined;
    const scored = await score(context, execution, loaded.evaluation);
    return "problem" in scored ? undefined : scored;
  } catch (error) {
    // No money for the models that it would ask: the night ends all the same.
    if (error instanceof OutOfBudget) return undefined;
    if (context.signal.aborted || !(error instanceof PawlError)) throw error;
    // A model that does not answer now will answer when the run is resumed.
    if (error.code === "PAWL_MODEL_UNAVAILABLE" || error.code === "PAWL_MODEL_NOT_RECORDED") throw error;
    return undefined;
  }
}
