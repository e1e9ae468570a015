import { defineConfig } from "@pawl/plugin";
import { guardrails } from "@pawl/gate-guardrails";
import { improvement } from "@pawl/gate-improvement";
import { metricLock } from "@pawl/metric-lock";
import { search } from "@pawl/proposer-search";
import { isolate } from "@pawl/sandbox-isolate";
import { fraudScorer } from "./scorer.ts";

export default defineConfig({
  goal: "Give fraudulent card payments higher scores than genuine ones, without bothering good customers.",
  surface: "rules.ts",
  proposer: search(),
  executor: isolate(),
  scorer: fraudScorer(),
  gates: [
    // A gain that nobody would notice is not worth a commit. Of what is kept, one in ten may be luck: small steps are
    // hard to tell from it with so few frauds, and fresh cases have the last word in the end.
    improvement({ minEffect: 0.001, control: "fdr", falseKeeps: 0.1 }),
    // At most two in a hundred customers more than with the rules to start with may get a call for nothing.
    guardrails({ tolerances: { "good customers bothered": 0.02 } }),
    // Whatever gets so far must have learnt about fraud, and not about these payments.
    metricLock(),
  ],
  limits: { wallMs: 2_000, memoryMb: 64 },
  budget: { experiments: 900 },
  concurrency: 2,
});
