import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type Json, PawlError, SPLITS } from "@pawl/plugin";
import type { LoadedPlugin } from "../config/plugins.ts";
import { type Digest, sha256, sortKeys, toJson } from "../digest.ts";
import { type Project, relativePath } from "../project.ts";
import { ENGINE_VERSION } from "../version.ts";
import { entryFiles } from "../entry.ts";
import { localImports } from "./imports.ts";

/** What defines the metric right now, in the shape that the lock file keeps. */
export type LockContent = Record<string, Json>;

/**
 * Measures everything that the lock covers: the config and every local file that it imports, the scorer, gates and
 * executors with options and versions, limits, and the cases and answers of every split.
 *
 * Not covered, on purpose: the surface, which is what changes, and the proposer, budgets, concurrency and search seed,
 * which decide what is tried and not what counts. (Where they stand in a config file, that file's digest covers them.)
 */
export async function measureLock(project: Project, signal: AbortSignal): Promise<LockContent> {
  const { config, plugins } = project;
  const { instance: scorer } = plugins.scorer;
  const describe = ({ name, version, options }: { name: string; version: string; options: unknown }) => ({
    name,
    version,
    options: toJson(options),
  });
  const describeSandbox = async (executor: LoadedPlugin<"executor">) => ({
    ...describe(executor),
    fingerprint: await executor.instance.fingerprint?.(signal),
  });
  const { executor, secondExecutor } = plugins;
  const content = toJson({
    surface: config.surface,
    entry: config.entry,
    goal: config.goal,
    limits: config.limits,
    evaluationSeed: config.evaluationSeed,
    engine: ENGINE_VERSION,
    metric: scorer.metric,
    guardrails: scorer.guardrails ?? [],
    scorer: describe(plugins.scorer),
    executor: await describeSandbox(executor),
    secondExecutor: secondExecutor === undefined ? undefined : await describeSandbox(secondExecutor),
    gates: plugins.gates.map(describe),
    evaluation: await measureEvaluations(project, signal),
    files: Object.fromEntries(lockedFiles(project).map((file) => [relativePath(project, file), digestFile(file)])),
  });
  return sortKeys(content) as LockContent;
}

async function measureEvaluations({ evaluations, config }: Project, signal: AbortSignal): Promise<Json> {
  const splits: Record<string, Json> = {};
  for (const split of SPLITS) {
    const loaded = await evaluations.get(split, config.evaluationSeed, signal);
    if (loaded !== null) splits[split] = { ...loaded.digests };
  }
  return splits;
}

/** Absolute paths of the files that the lock covers. */
export function lockedFiles(project: Project): string[] {
  const { root, configFile, config, plugins } = project;
  const { scorer, executor, secondExecutor, gates } = plugins;
  const judges = [scorer, executor, ...(secondExecutor === undefined ? [] : [secondExecutor]), ...gates];
  const surface = new Set(config.surface.map((path) => resolve(root, path)));
  const files = [
    ...(configFile === undefined ? [] : localImports(configFile)),
    ...judges.flatMap(({ file }) => (file === undefined ? [] : localImports(file))),
    ...[...config.locked, ...entryFiles(config.entry)].map((path) => resolve(root, path)),
    ...(scorer.instance.files ?? []).map((path) => resolve(root, path)),
  ];
  return [...new Set(files)].filter((file) => !surface.has(file)).toSorted();
}

/** @throws PawlError `PAWL_DATA_MISSING` */
export function digestFile(file: string): Digest {
  try {
    return sha256(readFileSync(file));
  } catch (error) {
    throw new PawlError("PAWL_DATA_MISSING", `a locked file cannot be read: ${(error as Error).message}`, {
      path: file,
      remedy: "Restore the file, or take it out of the config.",
      cause: error,
    });
  }
}
