import type { ConfiguredPlugin } from "@pawl/plugin";
import { expect, test } from "vitest";
import { tabular } from "./index.ts";

const fractions = { train: 0.6, validation: 0.2, holdout: 0.2 };
const good = { file: "t.csv", label: "y", metric: "pr-auc", split: { by: "hash", fractions } } as const;

test("what compiles is what is accepted", () => {
  const accepted = [
    tabular(good),
    tabular({ ...good, metric: { name: "precision-at-k", k: 100 } }),
    tabular({ ...good, metric: { name: "recall-at-k", fraction: 0.01 } }),
    tabular({ ...good, metric: { name: "cost", amount: "a", costs: { tp: 0, fp: 1, fn: { perAmount: 1 }, tn: 0 } } }),
    tabular({ ...good, split: { by: "time", column: "t", fractions } }),
    tabular({ ...good, split: { by: "time", column: "t", validationFrom: "2026-01-01", holdoutFrom: "2026-02-01" } }),
    tabular({ ...good, split: { by: "column", column: "fold", validation: ["1", "2"] } }),
    tabular({ ...good, types: { a: "number" }, sample: 100, drop: ["id"] }),
    tabular({ ...good, sample: { validation: 100 }, include: ["a"], guardrails: { calibration: "brier" } }),
  ];
  for (const { schema, options } of accepted) expect(schema.safeParse(options).error).toBeUndefined();
});

test("an option of the wrong type neither compiles nor passes, and its place is named", () => {
  const refused: [configured: ConfiguredPlugin, path: string, message?: RegExp][] = [
    // @ts-expect-error a label is a text
    [tabular({ ...good, label: 1 }), "label"],
    // @ts-expect-error there is no such option
    [tabular({ ...good, lable: "y" }), ""],
    // @ts-expect-error there is no such metric
    [tabular({ ...good, metric: "accuracy" }), "metric", /a metric is one of "pr-auc"/],
    // @ts-expect-error a cost metric needs its costs
    [tabular({ ...good, metric: { name: "cost" } }), "metric"],
    // @ts-expect-error all four costs are needed
    [tabular({ ...good, metric: { name: "cost", costs: { tp: 1, fp: 1, fn: 1 } } }), "metric"],
    // @ts-expect-error there is no such split
    [tabular({ ...good, split: { by: "random", fractions } }), "split.by"],
    // @ts-expect-error validation must be there
    [tabular({ ...good, split: { by: "hash", fractions: { train: 1 } } }), "split.fractions.validation"],
    // @ts-expect-error there is no such type
    [tabular({ ...good, types: { a: "integer" } }), "types.a"],
    // @ts-expect-error a sample is a number
    [tabular({ ...good, sample: "all" }), "sample"],
    // What types cannot say.
    [tabular({ ...good, split: { by: "hash", fractions: { validation: 0 } } }), "split.fractions.validation"],
    [
      tabular({ ...good, split: { by: "hash", fractions: { train: 0.9, validation: 0.2 } } }),
      "split.fractions",
      /add up/,
    ],
    [tabular({ ...good, split: { by: "time", column: "t" } }), "split", /either fractions or validationFrom/],
    [tabular({ ...good, split: { by: "time", column: "t", fractions, until: 3 } }), "split", /go with validationFrom/],
    [tabular({ ...good, metric: { name: "precision-at-k" } }), "metric", /either k/],
    [tabular({ ...good, metric: { name: "recall-at-k", k: 5, fraction: 0.5 } }), "metric", /either k/],
    [tabular({ ...good, include: ["a"], drop: ["b"] }), "include", /either include or drop/],
    [tabular({ ...good, include: ["a", "y"] }), "include", /label never leaves/],
    [
      tabular({ ...good, include: ["s"], split: { by: "column", column: "s", validation: "v" } }),
      "include",
      /split column/,
    ],
    [tabular({ ...good, sample: 0 }), "sample"],
    [tabular({ ...good, file: "" }), "file"],
  ];
  for (const [{ schema, options }, path, message] of refused) {
    const issues = schema.safeParse(options).error?.issues ?? [];
    expect(issues.map((issue) => issue.path.join("."))).toContain(path);
    expect(issues.map((issue) => issue.message).join("; ")).toMatch(message ?? /./);
  }
});
