import type { Execution, Gate, GateVerdict, Measured, Trial, Verdict } from "@pawl/plugin";
import { type Candidate, type Judgement, type RunContext, baselineOf, championOf, inputsOf } from "./context.ts";
import { askGates } from "./gates.ts";
import type { LoadedEvaluation } from "../evaluations.ts";
import { looksAt } from "../looks.ts";
import { rerunner } from "./rerun.ts";

/** A candidate with everything that was measured of it. */
export interface MeasuredCandidate {
  readonly candidate: Candidate;
  readonly measured: Measured;
  readonly execution: Execution & { readonly outcome: "ok" };
  readonly loaded: LoadedEvaluation;
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
  { candidate, measured, execution, loaded }: MeasuredCandidate,
  step: GateVerdict["step"],
  question: (gate: Gate, trial: Trial) => Promise<Verdict> | undefined,
): Promise<Judgement> {
  const { project, state, history, random, recorder, signal } = context;
  const { experiment, hypothesis } = candidate.proposed;
  // Taken once: a champion that changes while gates are at work must not change under their hands.
  const champion = championOf(context);
  const baseline = baselineOf(context);
  const trial: Omit<Trial, "random" | "rerun" | "replay"> = {
    experiment,
    hypothesis,
    metric: state.options.metric,
    guardrails: state.options.guardrails,
    candidate: measured,
    champion,
    baseline,
    execution,
    evaluation: loaded.evaluation,
    history,
    inputs: inputsOf(context),
    looks: async () => {
      const sealed = await project.evaluations.get("holdout", state.options.evaluationSeed, signal);
      return sealed === null ? [] : looksAt(recorder, sealed.digests.inputs);
    },
  };
  const looked = new Set<number>();
  return askGates(
    context,
    candidate.proposed,
    step,
    (gate, index) => {
      const asked = { gate: project.plugins.gates[index]?.name ?? "", looked: () => void looked.add(index) };
      const runs = rerunner(context, { candidate: measured, champion, baseline }, loaded, asked);
      return question(gate, { ...trial, ...runs, random: random.fork(`gate/${experiment}/${index}/${step}`) });
    },
    async (verdict, index) => {
      if (!looked.has(index)) return verdict;
      const data = { experiment, gate: verdict.gate, passed: verdict.decision === "pass" };
      await recorder.record([{ type: "holdout.answered", data }]);
      return { ...verdict, sealed: true };
    },
  );
}
