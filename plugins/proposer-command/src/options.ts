import { type ConfiguredPlugin, type PluginKind, limitsSchema } from "@pawl/plugin";
import { z } from "zod";

const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be the name of an environment variable");

function plugin<K extends PluginKind>(kind: K) {
  return z.custom<ConfiguredPlugin<K>>(
    (value) =>
      typeof value === "object" && value !== null && "create" in value && "pawl" in value && value.pawl === kind,
    { error: `must be a configured ${kind}, such as ${kind === "executor" ? "docker({ … })" : "modelGateway({ … })"}` },
  );
}

const fileName = z
  .string()
  .min(1)
  .refine((path) => !path.startsWith("/") && !path.includes("\\") && !path.split("/").includes(".."), {
    error: "must be a path inside of the scratch copy, with forward slashes",
  });

/** Options of {@link command}. */
export const optionsSchema = z
  .strictObject({
    /**
     * The agent: a program and its arguments, started in the scratch copy. A program with a slash in its name is looked for
     * from the config's folder; `{root}` in an argument stands for that folder. In a sandbox it is one of the image.
     */
    command: z.array(z.string().min(1)).min(1),
    /** How long it may take, in milliseconds. What it left by then is not taken. */
    wallMs: z.int().min(100).default(600_000),
    /** Between asking it to end (SIGTERM) and ending it (SIGKILL), in milliseconds. */
    graceMs: z.int().min(0).max(60_000).default(5_000),
    /** Environment variables that it gets beside `PATH`, such as the key of its model's provider. */
    env: z.array(variable).default([]),
    /** `scratch`: a new, empty home. `own`: this user's, with whatever lies in it. Not for sandboxes. */
    home: z.enum(["scratch", "own"]).default("scratch"),
    /** Processes and threads that it may have at once on the bare host, where that can be enforced. */
    processes: z.int().min(320).max(100_000).default(1_024),
    /** Put it into a PID namespace of its own where one can be had; off only for agents that do not bear it. */
    pidNamespace: z.boolean().default(true),
    /** Where it is to run instead of the bare host. Only executors that run programs can do it. */
    sandbox: plugin("executor").optional(),
    /** Its way to a model out of the sandbox, which has no network. */
    gateway: plugin("gateway").optional(),
    /** Limits of the sandbox, beside `wallMs`. */
    limits: limitsSchema
      .omit({ wallMs: true, network: true, gpu: true })
      .extend({
        memoryMb: limitsSchema.shape.memoryMb.unwrap().default(2_048),
        diskMb: limitsSchema.shape.diskMb.unwrap().min(1).default(256),
      })
      .prefault({}),
    /**
     * Where it says what it cost: in the last line of JSON on stdout, or in a JSON file in its folder. Read are
     * `total_cost_usd`, `cost_usd` or `usd`, and the numbers of tokens in `usage`.
     */
    cost: z.union([z.literal("stdout"), z.strictObject({ file: fileName })]).optional(),
    /** What one call costs, in US dollars, where it is always the same. 0 for an agent that costs nothing. */
    usdPerCall: z.number().nonnegative().optional(),
    /** The most that one call may cost, in US dollars. Needed with `cost` where the run has a USD budget. */
    maxUsdPerCall: z.number().nonnegative().optional(),
    /** So many failures in a row pause the run. A failure is an exit code other than 0 with nothing changed, or a time-out. */
    attempts: z.int().min(1).max(100).default(3),
    /** Pause before a failed agent is started again, in milliseconds; doubled each time. */
    retryMs: z.int().min(0).max(3_600_000).default(10_000),
    /** Finished experiments and notes that the brief lists. */
    experiments: z.int().min(0).max(1_000).default(30),
    notes: z.int().min(0).max(1_000).default(20),
    /** Write the champion's train failures down for it. */
    traces: z.boolean().default(true),
    /** The models that it asks, for the summary and the doctor. */
    models: z
      .array(
        z.strictObject({ name: z.string().min(1), provider: z.string().min(1), family: z.string().min(1).optional() }),
      )
      .default([]),
  })
  .refine(({ gateway, sandbox }) => gateway === undefined || sandbox !== undefined, {
    error: "needs a sandbox: on the bare host an agent has a network anyway",
    path: ["gateway"],
  })
  .refine(({ cost, usdPerCall }) => cost === undefined || usdPerCall === undefined, {
    error: "either it says what it costs, or it always costs the same",
    path: ["usdPerCall"],
  });
export type CommandOptions = z.output<typeof optionsSchema>;
