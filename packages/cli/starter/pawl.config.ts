import { improvement } from "@pawl/gate-improvement";
import { metricLock } from "@pawl/metric-lock";
import { defineConfig } from "@pawl/plugin";
import { search } from "@pawl/proposer-search";
import { isolate } from "@pawl/sandbox-isolate";
import { forecast } from "./scorer.ts";

export default defineConfig({
  goal: "Say how many ice creams the stand will sell.",
  surface: "sales.ts",
  proposer: search(),
  executor: isolate(),
  scorer: forecast(),
  gates: [improvement(), metricLock()],
  limits: { wallMs: 5_000, memoryMb: 64 },
  budget: { experiments: 200 },
  concurrency: 2,
});
