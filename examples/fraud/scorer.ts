import { defineScorer, type Output } from "@pawl/plugin";
import { averagePrecision, precisionAtPositives } from "@pawl/scorer-tabular";
import { botheredShare, desk } from "./desk.ts";
import { feedbackOn } from "./feedback.ts";
import { type Answers, loadSplit } from "./splits.ts";

const BOTHERED = "good customers bothered";

/** How well the rules put fraud before genuine payments, and how many good customers suffer from it. */
export const fraudScorer = defineScorer<Answers>({
  name: "example-fraud",
  version: "1",
  create: () => ({
    metric: {
      name: "average precision",
      direction: "maximize",
      range: [0, 1],
      description: "Going down the list from the highest score: the mean share of fraud so far, taken at every fraud.",
    },
    guardrails: [
      {
        name: BOTHERED,
        direction: "minimize",
        range: [0, 1],
        description: "Share of the customers whom the fraud desk calls about a payment that was genuine.",
      },
    ],

    // Another seed is another world with other customers.
    freshCases: true,
    // Nothing in a payment names anyone, and no payment changes what another one is.
    relations: [{ kind: "duplicates" }],

    async load(split, seed) {
      if (split === "vault") return null;
      return { split, seed, ...loadSplit(split, seed) };
    },

    async score(outputs, { split, reference }) {
      const scores = reference.fraud.map((fraud, i) => suspicion(outputs[i], fraud));
      const { value, samples } = averagePrecision(scores, reference.fraud);
      const called = desk(scores, reference.day);
      return {
        value,
        samples,
        guardrails: { [BOTHERED]: botheredShare(called, reference) },
        // Only the train split's feedback is ever read.
        ...(split === "train" && {
          feedback: feedbackOn(scores, precisionAtPositives(scores, reference.fraud), called, reference),
        }),
      };
    },
  }),
});

/** The score that was answered; no answer, or one that is not a number, counts as the worst answer that there is. */
function suspicion(output: Output | undefined, fraud: 0 | 1): number {
  if (output !== undefined && "value" in output && typeof output.value === "number" && Number.isFinite(output.value)) {
    return output.value;
  }
  return fraud === 1 ? -Infinity : Infinity;
}
