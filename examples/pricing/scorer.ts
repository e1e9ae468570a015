import { defineScorer, type Output } from "@pawl/plugin";
import { feedbackOn } from "./feedback.ts";
import { type Answers, simulateMarket } from "./market.ts";
import { replay } from "./replay.ts";

const RETENTION = "customer retention";
const LARGEST_MOVE = "largest price move";

/** What the quotes earn in four weeks, how many regulars are left at their end, and how wildly prices jump. */
export const pricingScorer = defineScorer<Answers>({
  name: "example-pricing",
  version: "1",
  create: () => ({
    metric: {
      name: "profit",
      direction: "maximize",
      unit: "EUR per customer",
      description: "Expected profit in four weeks, mean over all customers. What happens afterwards is not in it.",
    },
    guardrails: [
      {
        name: RETENTION,
        direction: "maximize",
        range: [0, 1],
        description: "Expected share of the regulars who still buy here at the end of the four weeks.",
      },
      {
        name: LARGEST_MOVE,
        direction: "minimize",
        range: [0, 1],
        description: "Largest change between two quotes in a row for the same product and segment, of the higher one.",
      },
    ],

    // A simulation could draw a new market for every question. A shop cannot, so this one does not say that it can: it has the
    // weeks that it has, and those of the holdout wear out a little with every answer.
    // A request that comes twice is worth the same twice. Other relations would forbid honest price lists.
    relations: [{ kind: "duplicates" }],
    // No quote may be negative, and none of the products is worth so much that a higher one could be a price.
    outputRange: [0, 1_200],

    async load(split, seed) {
      if (split === "vault") return null;
      const { requests, answers } = simulateMarket(split, seed);
      return { split, seed, inputs: requests, reference: answers };
    },

    async score(outputs, { split, reference }) {
      const { steps, profits, retention, largestMove } = replay(outputs.map(quoteOf), reference);
      return {
        value: profits.reduce((sum, profit) => sum + profit, 0) / profits.length,
        samples: profits,
        guardrails: { [RETENTION]: retention, [LARGEST_MOVE]: largestMove },
        // Only the train split's feedback is ever read.
        ...(split === "train" && { feedback: feedbackOn(steps, reference) }),
      };
    },
  }),
});

/** The number that was answered, if it was one; whether it can be a price is for the market to say. */
function quoteOf(output: Output): number | undefined {
  return "value" in output && typeof output.value === "number" ? output.value : undefined;
}
