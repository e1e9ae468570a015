import { resolve } from "node:path";
import { type Json, SPLITS } from "@pawl/plugin";
import type { LoadedPlugin } from "../config/plugins.ts";
import { sortKeys, toJson } from "../digest.ts";
import { type Project, relativePath } from "../project.ts";
import { ENGINE_VERSION } from "../version.ts";
import { entryFiles } from "../entry.ts";
import { readLoadedCode } from "../seal/loaded.ts";
import { changedInLoading } from "./as-loaded.ts";
import { type JudgingCode, judgingCode } from "./code.ts";
import { localImports } from "./imports.ts";
import { type WatchedFile, watchFile } from "./watched.ts";

/** What defines the metric right now, in the shape that the lock file keeps. */
export type LockContent = Record<string, Json>;

/** A lock's content, and what stands behind it. */
export interface LockMeasurement {
  readonly content: LockContent;
  /** The project's own files. */
  readonly files: readonly WatchedFile[];
  /** Files of packages. */
  readonly packaged: readonly WatchedFile[];
  /** Paths of files among these that were loaded as something else than what is on the disk. */
  readonly changedInLoading: readonly string[];
}

/**
 * Measures everything that the lock covers: the config and every local file that it imports, the scorer, gates and
 * executors with options, versions and code, limits, and the cases and answers of every split.
 *
 * Not covered, on purpose: the surface, which is what changes, and the proposer, budgets, concurrency and search seed,
 * which decide what is tried and not what counts. (Where they stand in a config file, that file's digest covers them.)
 */
export async function measureLock(project: Project, signal: AbortSignal): Promise<LockMeasurement> {
  const { config, plugins } = project;
  const { instance: scorer } = plugins.scorer;
  const describe = ({ name, version, options }: { name: string; version: string; options: unknown }) => ({
    name,
    version,
    options: toJson(options),
  });
  const code = measureCode(project);
  const describeSandbox = async (executor: LoadedPlugin<"executor">) => ({
    ...describe(executor),
    fingerprint: await executor.instance.fingerprint?.(signal),
  });
  const { executor, secondExecutor, gateway } = plugins;
  const content = toJson({
    surface: config.surface,
    entry: config.entry,
    goal: config.goal,
    limits: config.limits,
    firstBlock: config.firstBlock,
    evaluationSeed: config.evaluationSeed,
    engine: ENGINE_VERSION,
    metric: scorer.metric,
    guardrails: scorer.guardrails ?? [],
    scorer: describe(plugins.scorer),
    executor: await describeSandbox(executor),
    secondExecutor: secondExecutor === undefined ? undefined : await describeSandbox(secondExecutor),
    // The model that the surface works with is a part of what is measured.
    gateway: gateway === undefined ? undefined : describe(gateway),
    gates: plugins.gates.map(describe),
    evaluation: await measureEvaluations(project, signal),
    files: Object.fromEntries(code.files.map(({ path, digest }) => [relativePath(project, path), digest])),
    code: code.packages,
    // A loader that translates code, such as that of a test runner, leaves nothing to compare with.
    loader: code.changedInLoading.length === 0 ? "plain" : "translating",
  });
  const { files, packaged, changedInLoading: changed } = code;
  return { files, packaged, changedInLoading: changed, content: sortKeys(content) as LockContent };
}

function measureCode(project: Project): JudgingCode & Omit<LockMeasurement, "content"> {
  const loaded = readLoadedCode();
  try {
    const code = judgingCode(project, loaded);
    const files = lockedFiles(project, code.local).map((path) => watchFile(path));
    const paths = [...files, ...code.packaged].map(({ path }) => path);
    return { ...code, files, changedInLoading: changedInLoading(paths, loaded) };
  } finally {
    loaded.close();
  }
}

async function measureEvaluations({ evaluations, config }: Project, signal: AbortSignal): Promise<Json> {
  const splits: Record<string, Json> = {};
  for (const split of SPLITS) {
    const loaded = await evaluations.get(split, config.evaluationSeed, signal);
    if (loaded !== null) splits[split] = { ...loaded.digests };
  }
  return splits;
}

/** Absolute paths of the project's own files that the lock covers. */
function lockedFiles({ root, configFile, config, plugins }: Project, code: readonly string[]): string[] {
  const surface = new Set(config.surface.map((path) => resolve(root, path)));
  const files = [
    ...(configFile === undefined ? [] : localImports(configFile)),
    ...code,
    ...[...config.locked, ...entryFiles(config.entry)].map((path) => resolve(root, path)),
    ...(plugins.scorer.instance.files ?? []).map((path) => resolve(root, path)),
  ];
  return [...new Set(files)].filter((file) => !surface.has(file)).toSorted();
}
