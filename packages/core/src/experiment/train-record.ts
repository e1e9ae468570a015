import { type Execution, type Output, type Score, cleanJson, cleanText } from "@pawl/plugin";
import type { LoadedEvaluation } from "../evaluations.ts";
import type { TrainAnswers, TrainExamined } from "../events.ts";
import type { RunContext } from "./context.ts";
import { cleanFeedback } from "./clean-feedback.ts";
import { printedOf } from "./finish.ts";

const REASON = { maxCharacters: 4_000 };
/** Of one string of one answer. */
const ANSWER = { maxCharacters: 16_384 };

/** Answers and what the scorer says of them, fit to be kept and shown; `undefined` where there are none. */
export function answersOf(execution: Execution, score: Score | undefined): TrainAnswers | undefined {
  if (execution.outcome !== "ok" || score === undefined) return undefined;
  return { outputs: execution.outputs.map(cleanOutput), feedback: (score.feedback ?? []).map(cleanFeedback) };
}

function cleanOutput(output: Output): Output {
  if ("error" in output) return { ...output, error: cleanText(output.error, REASON) };
  return { ...output, value: cleanJson(output.value, ANSWER) };
}

/** What a run of the champion on the train split came to. */
interface Examined {
  readonly experiment: number;
  readonly execution: Execution;
  readonly loaded: LoadedEvaluation;
  readonly score: Score | undefined;
  readonly answers: TrainAnswers | undefined;
  /** Why the answers could not be scored. */
  readonly problem: string | undefined;
}

/** Writes it down with every case: these a proposer may see. */
export async function recordTrain({ recorder }: RunContext, examined: Examined): Promise<void> {
  const { experiment, execution, loaded, score, problem } = examined;
  const { inputs } = loaded.evaluation;
  const cases = recorder.packed(inputs);
  const answers = examined.answers === undefined ? undefined : recorder.packed(examined.answers);
  const said = printedOf(execution);
  const printed = said === undefined ? undefined : recorder.packed(said);
  const reason = execution.outcome === "ok" ? problem : execution.reason;
  const data: TrainExamined = {
    experiment,
    outcome: execution.outcome,
    ...(reason === undefined ? {} : { reason: cleanText(reason, REASON) }),
    cases: inputs.length,
    ...(score === undefined ? {} : { score: score.value }),
    ...(score?.guardrails === undefined ? {} : { guardrails: score.guardrails }),
    inputs: cases.digest,
    ...(answers === undefined ? {} : { answers: answers.digest }),
    ...(printed === undefined ? {} : { printed: printed.digest }),
    measured: { usage: execution.usage },
  };
  const blobs = [cases, answers, printed].flatMap((blob) => (blob === undefined ? [] : [blob.content]));
  await recorder.record([{ type: "train.examined", data }], blobs);
}
