import { z } from "zod";

const column = z.string().min(1);

const caseCost = z.union([
  z.number(),
  z.strictObject({
    fixed: z.number().optional(),
    /** Times the case's amount. */
    perAmount: z.number(),
  }),
]);

const topK = { k: z.int().min(1).optional(), fraction: z.number().positive().max(1).optional() };
const exactlyOne = (value: { k?: number | undefined; fraction?: number | undefined }): boolean =>
  (value.k === undefined) !== (value.fraction === undefined);
const exactlyOneMessage = { error: "give either k (a number of cases) or fraction (a share of them)" };

const SIMPLE_METRICS = ["pr-auc", "roc-auc", "log-loss", "brier", "rmse", "mae"] as const;

/** A metric: a name, or an object where it needs options. */
const metricSchema = z.union(
  [
    z.enum(SIMPLE_METRICS),
    z.strictObject({ name: z.literal("precision-at-k"), ...topK }).refine(exactlyOne, exactlyOneMessage),
    z.strictObject({ name: z.literal("recall-at-k"), ...topK }).refine(exactlyOne, exactlyOneMessage),
    z.strictObject({
      name: z.literal("cost"),
      /** What the four outcomes cost; negative is a profit. */
      costs: z.strictObject({ tp: caseCost, fp: caseCost, fn: caseCost, tn: caseCost }),
      /** A score of at least this is a yes. Absent: the surface returns the decision, as true/false or 1/0. */
      threshold: z.number().optional(),
      /** The column with the amount for costs that have a `perAmount`. */
      amount: column.optional(),
      /** The unit of the costs, such as `EUR`. */
      unit: z.string().optional(),
    }),
    z.strictObject({
      name: z.enum(["rmse", "mae"]),
      /** The largest error that one case can have; also what a missing answer costs. */
      worstError: z.number().positive().optional(),
    }),
  ],
  {
    error:
      `a metric is one of "${SIMPLE_METRICS.join('", "')}", or an object: { name: "precision-at-k", k }, ` +
      '{ name: "recall-at-k", fraction }, { name: "cost", costs: { tp, fp, fn, tn } }, { name: "rmse", worstError }',
  },
);
export type MetricSpec = z.output<typeof metricSchema>;

const fraction = z.number().min(0).max(1);
const fractions = z
  .strictObject({
    train: fraction.default(0),
    validation: fraction.positive(),
    holdout: fraction.default(0),
    vault: fraction.default(0),
  })
  .refine(({ train, validation, holdout, vault }) => train + validation + holdout + vault <= 1 + 1e-9, {
    error: "the fractions add up to more than 1",
  });
export type Fractions = z.output<typeof fractions>;

/** A moment: a number, or an ISO 8601 date or date-time. */
const moment = z.union([z.number(), z.string()]);
const splitValues = z.union([z.string(), z.array(z.string()).min(1)]);

/** How rows are dealt to train, validation, holdout and vault. */
const splitSchema = z.discriminatedUnion("by", [
  z.strictObject({
    by: z.literal("hash"),
    /** Rows with the same value here stay together, such as all rows of one customer. Absent: the row without label. */
    key: column.optional(),
    fractions,
    /** Deals the rows anew. Does not depend on the evaluation seed, so that splits never overlap. */
    seed: z.int().default(0),
  }),
  z
    .strictObject({
      by: z.literal("time"),
      column,
      /** Shares of the rows in order of time, oldest first: train, validation, holdout, vault. */
      fractions: fractions.optional(),
      /** Where validation starts; everything earlier is train. */
      validationFrom: moment.optional(),
      /** Where validation ends and holdout starts. */
      holdoutFrom: moment.optional(),
      /** Where holdout, or validation where there is no holdout, ends and vault starts. */
      vaultFrom: moment.optional(),
      /** Rows from here on are left out. */
      until: moment.optional(),
    })
    .refine((split) => (split.fractions === undefined) !== (split.validationFrom === undefined), {
      error: "give either fractions or validationFrom",
    })
    .refine(
      (split) => split.fractions === undefined || (split.holdoutFrom ?? split.vaultFrom ?? split.until) === undefined,
      {
        error: "holdoutFrom, vaultFrom and until go with validationFrom, not with fractions",
      },
    ),
  z.strictObject({
    by: z.literal("column"),
    column,
    train: splitValues.optional(),
    validation: splitValues,
    holdout: splitValues.optional(),
    vault: splitValues.optional(),
  }),
]);
export type SplitSpec = z.output<typeof splitSchema>;

const count = z.int().min(1);

export const tabularOptions = z
  .object({
    /** The table, relative to the config: `.csv`, `.tsv`, `.jsonl` or `.ndjson`. */
    file: z.string().min(1),
    /** Default: by the file's extension. */
    format: z.enum(["csv", "jsonl"]).optional(),
    /** Between the fields of a CSV file. Default: a tab for `.tsv`, else a comma. */
    delimiter: z.string().min(1).optional(),
    /** The column with the answer. Never given to the surface. */
    label: column,
    metric: metricSchema,
    split: splitSchema,
    /** Columns that the surface does not get. */
    drop: z.array(column).default([]),
    /** The only columns that the surface gets. Default: all but `label`, `drop` and the column of a column split. */
    include: z.array(column).min(1).optional(),
    /** Types by column. Default for CSV: inferred over the whole file; for JSON Lines: as written. */
    types: z.record(column, z.enum(["number", "string", "boolean"])).default({}),
    /** Texts of a CSV file that mean a missing value, beside the empty field. */
    missing: z.array(z.string()).default([]),
    /** At most so many rows of each split, drawn with the evaluation seed. Default: all. */
    sample: z
      .union([
        count,
        z.strictObject({
          train: count.optional(),
          validation: count.optional(),
          holdout: count.optional(),
          vault: count.optional(),
        }),
      ])
      .optional(),
    /** Second metrics by name, for a guardrail gate. */
    guardrails: z.record(z.string().min(1), metricSchema).default({}),
    /** How many of the worst train cases proposers get to see. */
    feedback: z.int().min(0).default(50),
    /**
     * Rows without a knowable answer that are planted in the validation split, for the metric lock. With them candidates
     * are measured whole, not in blocks.
     */
    canaries: z.int().min(0).default(0),
  })
  .refine(({ drop, include }) => include === undefined || drop.length === 0, {
    error: "give either include or drop",
    path: ["include"],
  })
  .refine(({ include, label }) => !include?.includes(label), {
    error: "the label never leaves the host; take it out of include",
    path: ["include"],
  })
  .refine(({ include, split }) => split.by !== "column" || !include?.includes(split.column), {
    error: "the split column would tell the surface where it is; take it out of include",
    path: ["include"],
  });
export type TabularOptions = z.output<typeof tabularOptions>;
