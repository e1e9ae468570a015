import { defineConfig } from "@pawl/plugin";
import { guardrails } from "@pawl/gate-guardrails";
import { improvement } from "@pawl/gate-improvement";
import { modelGateway } from "@pawl/gateway-model";
import { metricLock } from "@pawl/metric-lock";
import { languageModel } from "@pawl/proposer-model";
import { portfolio } from "@pawl/proposer-portfolio";
import { search } from "@pawl/proposer-search";
import { isolate } from "@pawl/sandbox-isolate";
import { META, STAND_INS, TASK } from "./models.ts";
import { POLICIES } from "./office.ts";
import { BREACHES, COST, STEPS, supportScorer } from "./scorer.ts";

export default defineConfig({
  goal: "Have the agent resolve more mails without breaking a policy of the house, and without costing much more.",
  surface: "harness.ts",
  // The back office lies beside the surface in the sandbox, locked.
  entry: { kind: "call", file: "harness.ts", files: ["office.ts"] },
  proposer: portfolio({
    proposers: [
      // Turns the numbers of the harness, for nothing.
      search({ structure: false, crossover: false }),
      // Reads what went wrong, and edits the harness.
      languageModel({
        model: META,
        instructions: Object.values(POLICIES).join("\n"),
        recording: { file: "recordings/meta.recording", mode: STAND_INS ? "replay" : "live" },
      }),
    ],
  }),
  executor: isolate(),
  gateway: modelGateway({
    models: [TASK],
    caps: { calls: 20_000 },
    recording: { file: "recordings/task.recording", mode: STAND_INS ? "replay" : "live" },
  }),
  scorer: supportScorer({ price: TASK.price }),
  gates: [
    guardrails({
      tolerances: {
        // None at all, whatever the harness to start with does.
        [BREACHES]: { limit: 0 },
        [COST]: { relative: 1 },
        [STEPS]: 2,
      },
    }),
    // A mail is resolved or it is not: with these bounds the evidence holds however the cases are mixed, and a candidate
    // that cannot win any more is stopped. Of what is kept, one in ten may be luck.
    improvement({ bounds: [0, 1], control: "fdr", falseKeeps: 0.1 }),
    // Whatever gets so far must have learnt to serve customers, and not these customers. A model does not say the same
    // twice, the stand-in for one does. To run a harness costs more than to read it first.
    metricLock({
      evaluations: 1,
      static: { readFirst: "all" },
      ...(STAND_INS ? {} : { replay: { stochastic: true } }),
    }),
  ],
  limits: { network: "gateway", wallMs: STAND_INS ? 600_000 : 3_600_000, memoryMb: 64 },
  // A few mails first: each of them costs.
  firstBlock: 22,
  budget: { experiments: 18, usd: 10 },
});
