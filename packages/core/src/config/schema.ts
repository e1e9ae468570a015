import {
  type Budget,
  type ConfiguredPlugin,
  type EntryConfig,
  type Limits,
  type PawlConfig,
  type PluginEntry,
  type PluginKind,
  PawlError,
  budgetSchema,
  limitsSchema,
} from "@pawl/plugin";
import { z } from "zod";
import { validate } from "./validate.ts";

/** A config with every default filled in; plugins are not loaded yet. */
export interface CheckedConfig {
  readonly goal: string | undefined;
  readonly surface: readonly string[];
  readonly entry: EntryConfig;
  readonly proposer: PluginEntry<"proposer">;
  readonly executor: PluginEntry<"executor">;
  readonly secondExecutor: PluginEntry<"executor"> | undefined;
  readonly scorer: PluginEntry<"scorer">;
  readonly gateway: PluginEntry<"gateway"> | undefined;
  readonly gates: readonly PluginEntry<"gate">[];
  readonly limits: Limits;
  readonly budget: Budget;
  readonly firstBlock: number | undefined;
  readonly concurrency: number;
  readonly seed: number;
  readonly evaluationSeed: number;
  readonly locked: readonly string[];
}

const relativePath = z
  .string()
  .min(1)
  .refine((path) => !path.startsWith("/") && !path.includes("\\") && !path.split("/").includes(".."), {
    message: "must be a path inside of the config's folder, with forward slashes",
  })
  .transform((path) => path.replace(/^(\.\/)+/, ""));

const program = {
  argv: z.array(z.string()).min(1),
  env: z.record(z.string(), z.string()).optional(),
  files: z.array(relativePath).optional(),
};

const entrySchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("call"), file: relativePath, files: z.array(relativePath).optional() }),
  z.strictObject({
    kind: z.literal("exec"),
    ...program,
    artifacts: z.array(relativePath).optional(),
    evaluator: z.strictObject(program).optional(),
  }),
]);

function isConfigured(value: object): value is ConfiguredPlugin {
  return "pawl" in value && "create" in value && typeof value.create === "function";
}

function pluginEntry<K extends PluginKind>(kind: K): z.ZodType<PluginEntry<K>> {
  return z.unknown().transform((value, context) => {
    const problem = (message: string): typeof z.NEVER => {
      context.addIssue({ code: "custom", message });
      return z.NEVER;
    };
    if (typeof value === "function" && "pawl" in value) {
      return problem(`is a plugin that was not called: write ${value.name || "it"}() with parentheses`);
    }
    if (typeof value !== "object" || value === null) return problem(`must be a ${kind} plugin, such as use({ … })`);
    if (isConfigured(value)) {
      return value.pawl === kind
        ? (value as ConfiguredPlugin<K>)
        : problem(`must be a ${kind}; "${value.name}" is a ${value.pawl}`);
    }
    if ("use" in value && typeof value.use === "string") return value as PluginEntry<K>;
    return problem(`must be a ${kind} plugin, or { use: "name", options }`);
  }) as unknown as z.ZodType<PluginEntry<K>>;
}

const configSchema = z.strictObject({
  goal: z.string().optional(),
  surface: z
    .union([relativePath, z.array(relativePath).min(1)])
    .transform((surface) => (typeof surface === "string" ? [surface] : surface)),
  entry: entrySchema.optional(),
  proposer: pluginEntry("proposer"),
  executor: pluginEntry("executor"),
  secondExecutor: pluginEntry("executor").optional(),
  scorer: pluginEntry("scorer"),
  gateway: pluginEntry("gateway").optional(),
  gates: z.array(pluginEntry("gate")).min(1, "needs at least one gate, or nothing would decide what is kept"),
  limits: limitsSchema.prefault({}),
  budget: budgetSchema.prefault({}),
  firstBlock: z.int().min(1).optional(),
  concurrency: z.int().min(1).max(256).default(1),
  seed: z.int().default(1),
  evaluationSeed: z.int().default(1),
  locked: z.array(relativePath).default([]),
});

/**
 * Checks the shape of a config and fills in defaults. Options of plugins are checked when the plugins are made.
 * @throws PawlError `PAWL_CONFIG_INVALID`, with the path of the value
 */
export function checkConfig(config: PawlConfig): CheckedConfig {
  const checked = validate(configSchema, config, "");
  const [first = ""] = checked.surface;
  assertGateway(checked);
  assertNotSurface(checked.surface, (checked.entry as EntryConfig | undefined)?.files ?? []);
  return {
    ...checked,
    goal: checked.goal,
    firstBlock: checked.firstBlock,
    secondExecutor: checked.secondExecutor,
    gateway: checked.gateway,
    entry: (checked.entry as EntryConfig | undefined) ?? { kind: "call", file: first },
  };
}

/** A way to a model that leads nowhere, or a gateway that no candidate can reach, is a mistake. */
function assertGateway({ limits, gateway }: { limits: Limits; gateway?: unknown }): void {
  if ((limits.network === "gateway") === (gateway !== undefined)) return;
  if (gateway === undefined) {
    throw new PawlError("PAWL_GATEWAY_MISSING", "candidates may ask a model, and there is no gateway to ask", {
      path: "gateway",
      remedy: 'Name a gateway, such as modelGateway({ … }), or set limits.network to "none".',
    });
  }
  throw new PawlError("PAWL_CONFIG_INVALID", "there is a gateway that candidates cannot reach", {
    path: "limits.network",
    remedy: 'Set limits.network to "gateway", or take the gateway out.',
  });
}

/** What goes along with the surface is locked, and what is the surface changes: no file can be both. */
function assertNotSurface(surface: readonly string[], files: readonly string[]): void {
  const both = files.find((file) => surface.includes(file));
  if (both === undefined) return;
  throw new PawlError("PAWL_CONFIG_INVALID", `"${both}" is part of the surface`, {
    path: "entry.files",
    remedy: "Take it out of one of the two.",
  });
}
