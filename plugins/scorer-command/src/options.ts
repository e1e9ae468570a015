import { z } from "zod";

/** A JSON Pointer (RFC 6901) such as `/loss/bits`, or the name of a field. */
const place = z.string();

const worst = z
  .number()
  /** What a case counts for that failed. Absent: a failed case fails the whole experiment. */
  .optional();

const comparison = z.strictObject({
  /** Where the right answer is in a case's `reference`. Default: the reference itself. */
  reference: place.default(""),
  /**
   * What the host makes of answer and right answer: `exact` 1 where they are equal as JSON and else 0, `absolute-error`
   * and `squared-error` of two numbers.
   */
  by: z.enum(["exact", "absolute-error", "squared-error"]),
});

/** How one number is made of all outputs. */
const measure = {
  /** Where the number is in an output. Default: the output itself. */
  sample: place.default(""),
  /**
   * Compares each output with the answer on the host. Without it the outputs are taken for measurements, so they must
   * come from a locked evaluator: the engine refuses an entry without one.
   */
  compare: comparison.optional(),
  /** The values that one sample can have; others count as failed. */
  sampleRange: z
    .tuple([z.number(), z.number()])
    .refine(([min, max]) => min < max, { error: "the range is empty" })
    .optional(),
  /**
   * `mean`, `sum`, `weighted-mean` (Σ weight · sample / Σ weight) or `ratio` (Σ sample / Σ weight), such as bits per byte
   * from the bits and the bytes of each case.
   */
  aggregate: z.enum(["mean", "sum", "weighted-mean", "ratio"]).default("mean"),
  /** Where a case's weight is in its `reference`: a positive number that no sandbox has a say in. */
  weight: place.optional(),
  worst,
};

const described = {
  direction: z.enum(["maximize", "minimize"]),
  unit: z.string().min(1).optional(),
  /** One sentence that tells a proposer what the number means. */
  description: z.string().min(1).optional(),
  /** The values that are possible at all. */
  range: z.tuple([z.number(), z.number()]).optional(),
};

type Weighted = { readonly aggregate: string; readonly weight?: string | undefined };
const needsWeight = ({ aggregate, weight }: Weighted): boolean =>
  (weight !== undefined) === (aggregate === "weighted-mean" || aggregate === "ratio");
const weightMessage = {
  error: "`weight` belongs to the aggregates weighted-mean and ratio, and they need it",
  path: ["weight"],
};

const files = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);

/** Options of {@link command}. */
export const optionsSchema = z.strictObject({
  metric: z.strictObject({ name: z.string().min(1), ...described, ...measure }).refine(needsWeight, weightMessage),
  /** Second metrics by name, made of the same outputs. */
  guardrails: z
    .record(z.string().min(1), z.strictObject({ ...described, ...measure }).refine(needsWeight, weightMessage))
    .default({}),
  /**
   * JSON Lines files of each split, relative to the config. A line is `{ "input": …, "reference": … }`: the input goes
   * into the sandbox, the reference, which may be missing, stays on the host.
   */
  cases: z.strictObject({
    train: files.optional(),
    validation: files,
    holdout: files.optional(),
    vault: files.optional(),
  }),
  /** How many of the worst train cases proposers see. */
  feedback: z.int().min(0).default(20),
});
export type CommandOptions = z.output<typeof optionsSchema>;
/** The options that the metric and each guardrail share. */
export type MeasureOptions = CommandOptions["guardrails"][string];
