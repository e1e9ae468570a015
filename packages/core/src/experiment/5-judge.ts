import type { Evaluation, Execution, Gate, GateVerdict, Measured, Trial, Verdict } from "@pawl/plugin";
import { type Candidate, type Judgement, type RunContext, baselineOf, championOf } from "./context.ts";
import { askGates } from "./gates.ts";
import { rerunner } from "./rerun.ts";

/** A candidate with everything that was measured of it. */
export interface MeasuredCandidate {
  readonly candidate: Candidate;
  readonly measured: Measured;
  readonly execution: Execution & { readonly outcome: "ok" };
  readonly evaluation: Evaluation;
}

/** Step 5: all gates compare the candidate with the champion of this moment. */
export function judge(context: RunContext, measured: MeasuredCandidate): Promise<Judgement> {
  return ask(context, measured, "judge", (gate, trial) => gate.judge?.(trial, context.signal));
}

/** The last word, for a candidate that every gate has passed. */
export function judgeBeforeCommit(context: RunContext, measured: MeasuredCandidate): Promise<Judgement> {
  return ask(context, measured, "before-commit", (gate, trial) => gate.beforeCommit?.(trial, context.signal));
}

function ask(
  context: RunContext,
  { candidate, measured, execution, evaluation }: MeasuredCandidate,
  step: GateVerdict["step"],
  question: (gate: Gate, trial: Trial) => Promise<Verdict> | undefined,
): Promise<Judgement> {
  const { state, history, random } = context;
  const { experiment, hypothesis } = candidate.proposed;
  // Taken once: a champion that changes while gates are at work must not change under their hands.
  const champion = championOf(context);
  const baseline = baselineOf(context);
  const trial: Omit<Trial, "random"> = {
    experiment,
    hypothesis,
    metric: state.options.metric,
    guardrails: state.options.guardrails,
    candidate: measured,
    champion,
    baseline,
    execution,
    evaluation,
    history,
    rerun: rerunner(context, { candidate: measured, champion, baseline }),
  };
  return askGates(context, step, (gate, index) =>
    question(gate, { ...trial, random: random.fork(`gate/${experiment}/${index}/${step}`) }),
  );
}
