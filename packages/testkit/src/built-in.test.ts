import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe } from "vitest";
import { guardrails } from "@pawl/gate-guardrails";
import { holdout } from "@pawl/gate-holdout";
import { improvement } from "@pawl/gate-improvement";
import { search } from "@pawl/proposer-search";
import { tabular } from "@pawl/scorer-tabular";
import { createRandom, testGate, testProposer, testScorer } from "./index.ts";

/** The suites against the plugins that come with Pawl. */

describe("gate-improvement", () => {
  testGate(improvement(), { keepsTheBetter: true, badOptions: [{ falseKeeps: 2 }, { control: "none" }] });
});

describe("gate-holdout", () => {
  testGate(holdout(), { keepsTheBetter: true, badOptions: [{ accepts: 0 }, { alpha: 2 }] });
});

describe("gate-guardrails", () => {
  testGate(guardrails({ tolerances: { retention: 0.1 } }), {
    guardrails: [{ name: "retention", direction: "maximize" }],
    badOptions: [{ tolerances: { retention: -1 } }],
    expected: {
      "a guardrail that holds": {
        candidate: { value: 1, guardrails: { retention: 0.45 } },
        champion: { value: 0, guardrails: { retention: 0.5 } },
        decision: "pass",
      },
      "a guardrail that breaks": {
        candidate: { value: 1, guardrails: { retention: 0.3 } },
        champion: { value: 0, guardrails: { retention: 0.5 } },
        decision: "reject",
      },
    },
  });
});

describe("proposer-search", () => {
  testProposer(search(), {
    files: {
      "price.ts": `export default ({ cost, demand }: { cost: number; demand: number }): number => {
  if (demand > 10) return cost * 1.3;
  return cost * 1.1 + 2;
};
`,
    },
    inputs: [
      { cost: 3, demand: 12 },
      { cost: 5, demand: 1 },
    ],
    badOptions: [{ seeed: 1 }],
  });
});

const folder = mkdtempSync(join(tmpdir(), "pawl-testkit-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const random = createRandom("rows");
const rows = Array.from({ length: 300 }, (_, id) => {
  const [a, b] = [random.normal(), random.normal()];
  return [id, a.toFixed(4), b.toFixed(4), a + b + random.normal() > 0 ? 1 : 0].join(",");
});
writeFileSync(join(folder, "rows.csv"), `id,a,b,label\n${rows.join("\n")}\n`);

describe("scorer-tabular, in parts", () => {
  testScorer(
    tabular({
      file: "rows.csv",
      label: "label",
      metric: "brier",
      split: { by: "hash", key: "id", fractions: { validation: 1 } },
    }),
    {
      root: folder,
      perfect: ({ reference }) => (reference as { labels: number[] }).labels.map((value) => ({ value })),
    },
  );
});

describe("scorer-tabular", () => {
  testScorer(
    tabular({
      file: "rows.csv",
      label: "label",
      metric: "roc-auc",
      split: { by: "hash", key: "id", fractions: { train: 0.4, validation: 0.3, holdout: 0.3 } },
    }),
    {
      root: folder,
      badOptions: [{ file: "gone.csv" }, { metric: "luck" }],
      perfect: ({ reference }) => (reference as { labels: number[] }).labels.map((value) => ({ value })),
    },
  );
});
