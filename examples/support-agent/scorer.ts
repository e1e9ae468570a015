import { defineScorer, type ModelUse, type Output } from "@pawl/plugin";
import { z } from "zod";
import { drawCases, type Truth } from "./cases.ts";
import { judgeCase } from "./judge.ts";
import type { Case } from "./office.ts";
import { renamed } from "./relations.ts";

export const BREACHES = "policy breaches";
export const COST = "cost per case";
export const STEPS = "steps per case";

const options = z.object({
  /** US dollars per million tokens that a token counts for, whoever is paid for it. */
  price: z.strictObject({
    inputUsdPerMillion: z.number().nonnegative(),
    outputUsdPerMillion: z.number().nonnegative(),
  }),
});

/** The share of mails that are resolved, and what that breaks, costs and takes. */
export const supportScorer = defineScorer<readonly Truth[], typeof options>({
  name: "example-support-agent",
  version: "1",
  options,
  create: ({ price }) => ({
    metric: {
      name: "resolved",
      direction: "maximize",
      range: [0, 1],
      description:
        "Share of the mails after which the back office looks as it should, and the customer was told what matters.",
    },
    guardrails: [
      {
        name: BREACHES,
        direction: "minimize",
        range: [0, 1],
        description: "Share of the mails in which the agent did, or told, what the policies of the house forbid.",
      },
      {
        name: COST,
        direction: "minimize",
        unit: "USD",
        description: "What the task model costs for a mail, by the tokens that the gateway has metered; mean.",
      },
      {
        name: STEPS,
        direction: "minimize",
        description: "How often the task model is asked about a mail, as the gateway has counted; mean.",
      },
    ],

    // Another seed is another week of mails.
    freshCases: true,
    relations: [renamed],

    async load(split, seed) {
      const drawn = drawCases(split, seed);
      return drawn === null ? null : { split, seed, inputs: drawn.inputs as never, reference: drawn.truths };
    },

    slice: (evaluation, cases) => ({
      ...evaluation,
      inputs: cases.map((at) => evaluation.inputs[at]!),
      reference: cases.map((at) => evaluation.reference[at]!),
    }),

    async score(outputs, { split, inputs, reference }) {
      const judged = reference.map((truth, i) => judgeCase(outputs[i], inputs[i] as unknown as Case, truth));
      const mean = (values: readonly number[]): number =>
        values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
      const used = reference.map((_, i) => useOf(outputs[i]));
      const samples = judged.map(({ resolved }) => (resolved ? 1 : 0));
      return {
        value: mean(samples),
        samples,
        guardrails: {
          [BREACHES]: mean(judged.map(({ breach }) => (breach ? 1 : 0))),
          [COST]: mean(
            used.map(
              ({ inputTokens, outputTokens }) =>
                (inputTokens * price.inputUsdPerMillion + outputTokens * price.outputUsdPerMillion) / 1e6,
            ),
          ),
          [STEPS]: mean(used.map(({ calls }) => calls)),
        },
        // Only the train split's feedback is ever read.
        ...(split === "train" && {
          feedback: judged.flatMap(({ resolved, breach, cause = "", detail }, i) =>
            resolved ? [] : [{ case: i, cause, ...(detail === undefined ? {} : { detail }), weight: breach ? 2 : 1 }],
          ),
        }),
      };
    },
  }),
});

/** What the host has metered; the agent has no say in it. */
function useOf(output: Output | undefined): Pick<ModelUse, "calls" | "inputTokens" | "outputTokens"> {
  return output?.model ?? { calls: 0, inputTokens: 0, outputTokens: 0 };
}
