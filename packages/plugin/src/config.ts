import { z } from "zod";
import type { ConfiguredPlugin, PluginKind } from "./define.ts";
import type { Json } from "./json.ts";
import { limitsSchema } from "./limits.ts";

/** Budgets of a run. The run ends with the first that is used up. */
export const budgetSchema = z.strictObject({
  /** Experiments, the baseline not counted. */
  experiments: z.int().min(1).default(100),
  /** Wall time of the run, pauses between resumes not counted, in milliseconds. */
  wallMs: z.int().min(1).optional(),
  /** What proposals and executions may cost together, in US dollars. */
  usd: z.number().nonnegative().optional(),
  /** GPU time of all executions together, in seconds, summed over the devices. */
  gpuSeconds: z.number().positive().optional(),
  /** Failed experiments in a row. */
  consecutiveFailures: z.int().min(1).default(50),
  /** Experiments in a row without a new champion. */
  patience: z.int().min(1).optional(),
});
export type Budget = z.output<typeof budgetSchema>;

/** A plugin by name, for configs in JSON and YAML: the package name, or the last part of a built-in's name. */
export interface PluginReference {
  readonly use: string;
  readonly options?: Json;
}

/** A plugin in a config: configured in TypeScript, or named. */
export type PluginEntry<K extends PluginKind> = ConfiguredPlugin<K> | PluginReference;

/** A program in a config: its files are named here, and read and locked by the engine. */
export interface ProgramConfig {
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Files of the project that lie beside the program, relative to the config. */
  readonly files?: readonly string[];
}

/** How a candidate is started; see `Entry` for what the kinds mean. */
export type EntryConfig =
  | {
      readonly kind: "call";
      readonly file: string;
      /** Text files of the project that the surface may import, relative to the config. Locked. */
      readonly files?: readonly string[];
    }
  | (ProgramConfig & {
      readonly kind: "exec";
      readonly artifacts?: readonly string[];
      readonly evaluator?: ProgramConfig;
    });

/** What `pawl.config.ts` exports by default. */
export interface PawlConfig {
  /** What is wanted, in a sentence or two, for proposers that read. */
  readonly goal?: string;
  /** The one file, or the small listed set, that may change; relative to the config. */
  readonly surface: string | readonly string[];
  /** How a candidate is started. Default: the default export of the first surface file, called once per input. */
  readonly entry?: EntryConfig;
  readonly proposer: PluginEntry<"proposer">;
  readonly executor: PluginEntry<"executor">;
  /** An unrelated engine in which gates may run a would-be champion again. */
  readonly secondExecutor?: PluginEntry<"executor">;
  readonly scorer: PluginEntry<"scorer">;
  /** How candidates reach a model; needs `limits.network: "gateway"`. */
  readonly gateway?: PluginEntry<"gateway">;
  /** Asked in this order; all must pass. */
  readonly gates: readonly PluginEntry<"gate">[];
  readonly limits?: z.input<typeof limitsSchema>;
  readonly budget?: z.input<typeof budgetSchema>;
  /**
   * How many cases a candidate meets before gates that judge early are asked for the first time; each block after it is
   * twice as large as the one before. Default: a hundred, or a twentieth of all where that is more.
   */
  readonly firstBlock?: number;
  /** Experiments in flight. Default 1. */
  readonly concurrency?: number;
  /** Seed of everything that the search draws. Default 1. */
  readonly seed?: number;
  /** Seed that scorers get to make their cases with. Default 1. */
  readonly evaluationSeed?: number;
  /** More files that define the metric, relative to the config; what the config imports is locked anyway. */
  readonly locked?: readonly string[];
}

/** Types a config; returns it unchanged. The engine validates it. */
export function defineConfig(config: PawlConfig): PawlConfig {
  return config;
}
