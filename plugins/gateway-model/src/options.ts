import { endpointSchema, patienceSchema, recordingSchema } from "@pawl/model";
import { z } from "zod";

const capsSchema = z.strictObject({
  /** Calls, refused ones not counted. */
  calls: z.int().min(1).default(10_000),
  inputTokens: z.int().min(1).default(20_000_000),
  outputTokens: z.int().min(1).default(2_000_000),
  /** US dollars. Every model needs a price then. */
  usd: z.number().positive().optional(),
  /** Calls that are under way at once. */
  concurrency: z.int().min(1).max(256).default(4),
});

/** What one experiment may use of the gateway, all of its executions on one account together. */
export type Caps = z.output<typeof capsSchema>;

/** Options of {@link modelGateway}. */
export const optionsSchema = z.object({
  /** The models that candidates may ask, by the names that they ask for. The first is asked where no name is given. */
  models: z
    .array(endpointSchema)
    .min(1)
    .max(32)
    .refine((models) => new Set(models.map(({ model }) => model)).size === models.length, {
      message: "names a model twice",
    }),
  caps: capsSchema.default(() => capsSchema.parse({})),
  recording: recordingSchema.optional(),
  patience: patienceSchema.default(() => patienceSchema.parse({})),
  /** Bytes that one request may have. */
  requestBytes: z.int().min(1_024).max(67_108_864).default(1_048_576),
});
export type GatewayOptions = z.output<typeof optionsSchema>;
