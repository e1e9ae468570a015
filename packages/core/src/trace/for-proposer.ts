import type { GateVerdict } from "@pawl/plugin";
import { plainReason, shownVerdict } from "../experiment/sealed.ts";
import { failureText } from "../notebook/rules.ts";
import type { ExperimentTrace, OutcomeTrace, ValidationTrace } from "./trace.ts";

/** A trace for whoever proposes. */
export interface ProposerTrace extends Omit<ExperimentTrace, "validation" | "outcome"> {
  readonly validation: Pick<ValidationTrace, "score" | "guardrails" | "effect" | "partial"> | null;
  readonly outcome: Omit<OutcomeTrace, "usage" | "commit"> | null;
}

/**
 * What a proposer, or whoever proposes through another program, may see of a trace: all of the idea and of the train
 * split; of validation the score and what a gate decided; of sealed cases one bit. What a candidate says of itself where
 * it fails on validation is left out but for the class of an error: it has seen the cases.
 */
export function traceForProposer(trace: ExperimentTrace): ProposerTrace {
  const { validation, outcome, verdicts, ...rest } = trace;
  return {
    ...rest,
    verdicts: verdicts.map(withoutCases),
    validation: validation === null ? null : numbersOf(validation),
    outcome: outcome === null ? null : outcomeFor(outcome, verdicts),
  };
}

/** Evidence of gates that have measured may name cases. */
function withoutCases(verdict: GateVerdict): GateVerdict {
  const shown = shownVerdict(verdict);
  if (shown.step === "inspect") return shown;
  const { evidence: _, ...rest } = shown;
  return rest;
}

function numbersOf({ score, guardrails, effect, partial }: ValidationTrace): ProposerTrace["validation"] {
  return {
    ...(score === undefined ? {} : { score }),
    ...(guardrails === undefined ? {} : { guardrails }),
    ...(effect === undefined ? {} : { effect }),
    ...(partial === undefined ? {} : { partial }),
  };
}

function outcomeFor(outcome: OutcomeTrace, verdicts: readonly GateVerdict[]): ProposerTrace["outcome"] {
  const { at, status, failure, champion } = outcome;
  const reason =
    status === "failed" && failure !== "invalid-proposal"
      ? failureText(failure, outcome.reason)
      : plainReason({ reason: outcome.reason, verdicts });
  return { at, status, ...(failure === undefined ? {} : { failure }), reason, champion };
}
