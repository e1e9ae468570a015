import { defineConfig } from "@pawl/plugin";
import { guardrails } from "@pawl/gate-guardrails";
import { holdout } from "@pawl/gate-holdout";
import { improvement } from "@pawl/gate-improvement";
import { metricLock } from "@pawl/metric-lock";
import { search } from "@pawl/proposer-search";
import { isolate } from "@pawl/sandbox-isolate";
import { pricingScorer } from "./scorer.ts";

export default defineConfig({
  goal: "Earn more with every request, without driving regulars away and without prices that jump.",
  surface: "pricing.ts",
  proposer: search(),
  executor: isolate(),
  scorer: pricingScorer(),
  gates: [
    // A cent more per customer is the least that is worth a commit.
    improvement({ minEffect: 0.01 }),
    guardrails({
      tolerances: {
        // At most one regular in a hundred more than with the prices to start with may leave.
        "customer retention": 0.01,
        // The largest jump between two quotes in a row may grow by five points.
        "largest price move": 0.05,
      },
    }),
    // Whatever gets so far must have learnt about customers, and not about these requests.
    metricLock(),
    // And earn more in four later weeks that nobody has seen. These answer yes or no, 200 times at most, and are worn out
    // after 40 times yes, over all runs: then it takes new weeks.
    holdout({ looks: 200, accepts: 40 }),
  ],
  limits: { wallMs: 2_000, memoryMb: 64 },
  budget: { experiments: 300 },
  concurrency: 2,
});
