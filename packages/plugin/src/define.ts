import { z } from "zod";
import type { PluginEntry } from "./config.ts";
import type { Executor } from "./executor.ts";
import type { Gate } from "./gate.ts";
import type { Gateway } from "./gateway.ts";
import type { Json } from "./json.ts";
import type { Notice } from "./notice.ts";
import type { Proposer } from "./proposer.ts";
import type { Scorer } from "./scorer.ts";

/** What each kind of plugin makes. */
export interface PluginKinds {
  proposer: Proposer;
  executor: Executor;
  // A scorer's reference type is its own affair: the engine only carries it from `load` to `score`.
  // oxlint-disable-next-line no-explicit-any
  scorer: Scorer<any>;
  gate: Gate;
  gateway: Gateway;
}
export type PluginKind = keyof PluginKinds;

/** What a plugin is told about where it runs. */
export interface PluginContext {
  /** Absolute path of the folder that holds the config; relative paths in options start here. */
  readonly root: string;
  /** Tells a person who watches. Never throws; absent where nobody listens. */
  readonly notify?: (notice: Notice) => void;
  /**
   * Makes another plugin that stands in the options of this one, as the engine makes those of the config: looked up where
   * it is named, and its options validated. `path` is its place among the options, such as `proposers[1]`. Who opens it
   * closes it. For proposers alone, as the lock does not cover what is opened; absent outside of an engine.
   * @throws PawlError `PAWL_PLUGIN_UNKNOWN`, `PAWL_CONFIG_INVALID`, `PAWL_PLUGIN_INVALID`
   */
  readonly open?: <K extends PluginKind>(kind: K, entry: PluginEntry<K>, path: string) => Promise<OpenedPlugin<K>>;
}

/** A plugin that another one works with. */
export interface OpenedPlugin<K extends PluginKind> {
  readonly name: string;
  readonly instance: PluginKinds[K];
}

/** How a plugin is written: see {@link defineScorer} and its siblings. */
export interface PluginDefinition<K extends PluginKind, S extends z.ZodObject> {
  /** What the ledger, the lock and error messages call it: the package name for a published plugin. */
  readonly name: string;
  /** Goes into the lock: a new version is a new metric until a human accepts it. */
  readonly version?: string;
  /** Options, validated before `create` is called. Unknown keys are errors. */
  readonly options?: S;
  create(options: z.output<S>, context: PluginContext): PluginKinds[K] | Promise<PluginKinds[K]>;
}

/** A plugin together with the options that a config gave it. Not validated yet: the engine does, and names the path. */
export interface ConfiguredPlugin<K extends PluginKind = PluginKind> {
  readonly pawl: K;
  readonly name: string;
  readonly version: string;
  readonly schema: z.ZodObject;
  readonly options: unknown;
  create(options: never, context: PluginContext): PluginKinds[K] | Promise<PluginKinds[K]>;
}

type OptionsArgument<S extends z.ZodObject> = {} extends z.input<S> ? [options?: z.input<S>] : [options: z.input<S>];

/** What a define helper returns: call it in a config, with options. */
export interface Plugin<K extends PluginKind, S extends z.ZodObject = z.ZodObject> {
  (...options: OptionsArgument<S>): ConfiguredPlugin<K>;
  readonly pawl: K;
  readonly pluginName: string;
  readonly version: string;
  readonly schema: S;
}

const noOptions = z.strictObject({});

function define<K extends PluginKind, S extends z.ZodObject>(
  kind: K,
  definition: PluginDefinition<K, S>,
): Plugin<K, S> {
  const schema = (definition.options ?? noOptions).strict() as unknown as S;
  const version = definition.version ?? "0.0.0";
  const configure = (options: unknown = {}): ConfiguredPlugin<K> => ({
    pawl: kind,
    name: definition.name,
    version,
    schema,
    options,
    create: definition.create as ConfiguredPlugin<K>["create"],
  });
  return Object.assign(configure as (...options: OptionsArgument<S>) => ConfiguredPlugin<K>, {
    pawl: kind,
    pluginName: definition.name,
    version,
    schema,
  });
}

/**
 * Defines a proposer.
 *
 * @example
 * export const nudge = defineProposer({
 *   name: "nudge",
 *   options: z.object({ step: z.number().default(0.1) }),
 *   create: ({ step }) => ({ async propose(context) { … } }),
 * });
 */
export function defineProposer<S extends z.ZodObject = z.ZodObject<{}>>(
  definition: PluginDefinition<"proposer", S>,
): Plugin<"proposer", S> {
  return define("proposer", definition);
}

/** Defines an executor. See {@link defineProposer} for the shape. */
export function defineExecutor<S extends z.ZodObject = z.ZodObject<{}>>(
  definition: PluginDefinition<"executor", S>,
): Plugin<"executor", S> {
  return define("executor", definition);
}

/** A scorer definition whose `create` keeps its own reference type. */
export interface ScorerDefinition<S extends z.ZodObject, Reference extends Json> extends Omit<
  PluginDefinition<"scorer", S>,
  "create"
> {
  create(options: z.output<S>, context: PluginContext): Scorer<Reference> | Promise<Scorer<Reference>>;
}

/**
 * Defines a scorer.
 *
 * @example
 * export default defineScorer({
 *   name: "greeting",
 *   create: () => ({
 *     metric: { name: "politeness", direction: "maximize" },
 *     load: async (split, seed) => ({ split, seed, inputs: ["Ada", "Bob"], reference: ["Hello Ada", "Hello Bob"] }),
 *     score: async (outputs, { reference }) => { … },
 *   }),
 * });
 */
export function defineScorer<Reference extends Json, S extends z.ZodObject = z.ZodObject<{}>>(
  definition: ScorerDefinition<S, Reference>,
): Plugin<"scorer", S> {
  return define("scorer", definition);
}

/** Defines a gate. See {@link defineProposer} for the shape. */
export function defineGate<S extends z.ZodObject = z.ZodObject<{}>>(
  definition: PluginDefinition<"gate", S>,
): Plugin<"gate", S> {
  return define("gate", definition);
}

/** Defines a model gateway. See {@link defineProposer} for the shape. */
export function defineGateway<S extends z.ZodObject = z.ZodObject<{}>>(
  definition: PluginDefinition<"gateway", S>,
): Plugin<"gateway", S> {
  return define("gateway", definition);
}
