import { PawlError, type Metric, type Output } from "@pawl/plugin";
import {
  averagePrecision,
  brier,
  costMatrix,
  logLoss,
  mae,
  outputNumbers,
  precisionAtK,
  recallAtK,
  rmse,
  rocAuc,
  type BinaryLabel,
  type MetricResult,
  type TopK,
} from "./metrics/index.ts";
import { resolveK } from "./metrics/at-k.ts";
import type { PlantedRow } from "./canaries.ts";
import type { MetricSpec } from "./options.ts";

/** The answers of an evaluation. They stay on the host. */
// A type and not an interface, so that it is assignable to Json.
// oxlint-disable-next-line typescript/consistent-type-definitions
export type Reference = {
  readonly labels: readonly number[];
  /** Per amount column, one amount per case. */
  readonly amounts: Readonly<Record<string, readonly number[]>>;
  /** Only in a part of an evaluation: the largest error that a case can have by default, as in the whole. */
  readonly worstError?: number;
  /** Planted rows among the inputs; labels and amounts are of the others only. */
  readonly canaries?: readonly PlantedRow[];
};

/** One metric, ready to be computed. */
export interface Scoring {
  readonly metric: Metric;
  /** Whether labels are 0 and 1, or any number. */
  readonly labels: "binary" | "number";
  /** What is wanted of the surface, for feedback. */
  readonly kind: "ranking" | "probability" | "decision" | "prediction";
  /** Whether there is one sample per case, made of that case alone. */
  readonly perCase: boolean;
  /** The amount column that it needs, and the place in the options that names it. */
  readonly amount?: { readonly column: string; readonly optionPath: string } | undefined;
  /** What the surface answered, `NaN` where it is not usable. */
  answers(outputs: readonly Output[]): number[];
  compute(answers: readonly number[], reference: Reference): MetricResult;
  /** Of a decision: the answers that are a sure yes and a sure no. */
  readonly sureAnswers?: readonly [yes: number, no: number];
  /** @throws PawlError where so many cases are too few for this metric. */
  checkCases?(cases: number): void;
}

const UNIT = [0, 1] as const;

/** True and false are decisions as good as 1 and 0. */
function decisions(outputs: readonly Output[]): number[] {
  return outputNumbers(
    outputs.map((output) =>
      "value" in output && typeof output.value === "boolean" ? { value: output.value ? 1 : 0 } : output,
    ),
  );
}

/** The labels of an evaluation whose labels were checked to be 0 or 1 when it was loaded. */
const binary = (reference: Reference): readonly BinaryLabel[] => reference.labels as readonly BinaryLabel[];

type Named<Name> = Extract<MetricSpec, { name: Name }>;

function topK(spec: { k?: number | undefined; fraction?: number | undefined }): TopK {
  return spec.k ?? { fraction: spec.fraction! };
}

function atK(spec: Named<"precision-at-k"> | Named<"recall-at-k">): Scoring {
  const k = topK(spec);
  const top = typeof k === "number" ? `${k}` : `${k.fraction * 100}%`;
  const isPrecision = spec.name === "precision-at-k";
  const compute = isPrecision ? precisionAtK : recallAtK;
  return {
    metric: {
      name: `${isPrecision ? "precision" : "recall"}-at-${top}`,
      direction: "maximize",
      description: isPrecision
        ? `Share of positive cases among the ${top} with the highest scores.`
        : `Share of all positive cases that are among the ${top} with the highest scores.`,
      range: UNIT,
    },
    labels: "binary",
    kind: "ranking",
    perCase: false,
    answers: (outputs) => outputNumbers(outputs),
    compute: (answers, reference) => compute(answers, binary(reference), k),
    checkCases: (cases) => void resolveK(k, cases),
  };
}

function cost({ costs, threshold, amount, unit }: Named<"cost">, optionPath: string): Scoring {
  return {
    metric: {
      name: "cost",
      direction: "minimize",
      ...(unit === undefined ? {} : { unit }),
      description:
        threshold === undefined
          ? "Mean cost per case of the decisions that the surface returns (true or 1, false or 0)."
          : `Mean cost per case of saying yes where the score is at least ${threshold}.`,
    },
    labels: "binary",
    kind: "decision",
    perCase: true,
    amount: amount === undefined ? undefined : { column: amount, optionPath: `${optionPath}.amount` },
    sureAnswers: threshold === undefined ? [1, 0] : [Infinity, -Infinity],
    answers: decisions,
    compute: (answers, reference) =>
      costMatrix(answers, binary(reference), {
        costs,
        threshold,
        amounts: amount === undefined ? undefined : reference.amounts[amount],
      }),
  };
}

function regression(name: "rmse" | "mae", worstError: number | undefined): Scoring {
  const compute = name === "rmse" ? rmse : mae;
  return {
    metric: {
      name,
      direction: "minimize",
      description:
        name === "rmse"
          ? "Root of the mean squared difference of prediction and label."
          : "Mean absolute difference of prediction and label.",
    },
    labels: "number",
    kind: "prediction",
    perCase: true,
    answers: (outputs) => outputNumbers(outputs),
    compute: (answers, { labels, worstError: ofWhole }) =>
      compute(answers, labels, { worstError: worstError ?? ofWhole }),
  };
}

function ranking(
  name: string,
  description: string,
  compute: (scores: readonly number[], labels: readonly BinaryLabel[]) => MetricResult,
): Scoring {
  return {
    metric: { name, direction: "maximize", description, range: UNIT },
    labels: "binary",
    kind: "ranking",
    perCase: false,
    answers: (outputs) => outputNumbers(outputs),
    compute: (answers, reference) => compute(answers, binary(reference)),
  };
}

function probability(
  name: string,
  description: string,
  compute: (probabilities: readonly number[], labels: readonly BinaryLabel[]) => MetricResult,
): Scoring {
  return {
    metric: { name, direction: "minimize", description },
    labels: "binary",
    kind: "probability",
    perCase: true,
    answers: (outputs) => outputNumbers(outputs, UNIT),
    compute: (answers, reference) => compute(answers, binary(reference)),
  };
}

/**
 * Makes a metric out of its option.
 *
 * @param optionPath the metric's place in the scorer's options, for messages.
 * @throws PawlError `PAWL_CONFIG_INVALID` where a cost needs an amount column and has none.
 */
export function makeScoring(spec: MetricSpec, optionPath: string): Scoring {
  const { name } = typeof spec === "string" ? { name: spec } : spec;
  const options = typeof spec === "string" ? undefined : spec;
  switch (name) {
    case "pr-auc":
      return ranking(name, "Average precision: the area under the precision-recall curve.", averagePrecision);
    case "roc-auc":
      return ranking(name, "The chance that a positive case scores above a negative one.", rocAuc);
    case "log-loss":
      return probability(name, "Mean of minus the natural logarithm of the probability of what happened.", logLoss);
    case "brier":
      return probability(name, "Mean squared difference of probability and outcome.", brier);
    case "precision-at-k":
    case "recall-at-k":
      return atK(options as Named<"precision-at-k">);
    case "cost": {
      const costSpec = options as Named<"cost">;
      const perAmount = Object.values(costSpec.costs).some((entry) => typeof entry === "object");
      if (perAmount && costSpec.amount === undefined) {
        throw new PawlError("PAWL_CONFIG_INVALID", "A cost has a perAmount, but no amount column is named.", {
          path: `scorer.options.${optionPath}.amount`,
          remedy: 'Name the column: amount: "…".',
        });
      }
      return cost(costSpec, optionPath);
    }
    case "rmse":
    case "mae":
      return regression(name, (options as Named<"rmse" | "mae"> | undefined)?.worstError);
  }
}
