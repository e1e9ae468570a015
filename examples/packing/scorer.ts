import { defineScorer } from "@pawl/plugin";
import { circlesOf, type Flaw, flawsOf } from "./check.ts";
import { sumRoundedDown } from "./exact.ts";

/** Circles to place: the number for which records are kept. */
export const CIRCLES = 26;
/** What a placement scores that is none. */
const WORST = 0;

/** The sum of the radii of circles that lie in the unit square and do not overlap, checked without any tolerance. */
export const packingScorer = defineScorer<null>({
  name: "example-packing",
  version: "1",
  create: () => ({
    metric: {
      name: "sum of radii",
      direction: "maximize",
      description: `Sum of the radii of ${CIRCLES} circles in the unit square, rounded down; 0 where any two overlap or one leaves it.`,
    },

    // There is one problem, and its answer can be checked by anybody: nothing to hold out.
    async load(split, seed) {
      return split === "holdout" ? null : { split, seed, inputs: [CIRCLES], reference: null };
    },

    // No samples: the metric is exact, so there is no luck for statistics to tell from skill.
    async score([output], { split }) {
      const circles = circlesOf(output, CIRCLES);
      const flaws: readonly Flaw[] = "detail" in circles ? [circles] : flawsOf(circles);
      const value = flaws.length > 0 || "detail" in circles ? WORST : sumRoundedDown(circles.map(({ r }) => r));
      return {
        value,
        ...(split === "train" && {
          feedback: flaws.map(({ cause, detail }) => ({ case: 0, cause, detail, weight: 1 })),
        }),
      };
    },
  }),
});
