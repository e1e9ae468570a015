import { defineConfig } from "@pawl/plugin";
import { improvement } from "@pawl/gate-improvement";
import { metricLock } from "@pawl/metric-lock";
import { search } from "@pawl/proposer-search";
import { isolate } from "@pawl/sandbox-isolate";
import { packingScorer } from "./scorer.ts";

export default defineConfig({
  goal: "Place 26 circles in the unit square so that the sum of their radii is as large as can be.",
  surface: "packing.ts",
  proposer: search(),
  executor: isolate(),
  scorer: packingScorer(),
  gates: [improvement(), metricLock()],
  limits: { wallMs: 5_000, memoryMb: 64 },
  budget: { experiments: 300 },
  concurrency: 2,
});
