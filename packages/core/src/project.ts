import { mkdir, writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { type PawlConfig, type PluginKind, PawlError } from "@pawl/plugin";
import { type LoadedPlugin, loadPlugin } from "./config/plugins.ts";
import { type CheckedConfig, checkConfig } from "./config/schema.ts";
import { Evaluations } from "./evaluations.ts";
import { type Git, openGit } from "./git/git.ts";
import type { Ledger } from "./ledger/ledger.ts";
import { openSqliteLedger } from "./ledger/sqlite.ts";
import { LOCK_FILE } from "./lock/lock-file.ts";
import type { PluginNotice } from "./notices.ts";

/** Where a config lives. */
export interface ProjectOptions {
  /** Folder that the config's paths are relative to. Default: the current folder. */
  readonly root?: string;
  /** The file that the config came from: it and what it imports are locked. Absent for configs made in code. */
  readonly configFile?: string;
  /** Hears what plugins have to tell while they work, such as the progress of a download. Must not throw. */
  readonly onNotice?: (notice: PluginNotice) => void;
}

/** A config at home in a repository, with its plugins made. */
export interface Project {
  readonly root: string;
  readonly configFile: string | undefined;
  /** The config's folder below the repository's root, such as `sub/folder/`; empty at the root. */
  readonly prefix: string;
  readonly git: Git;
  readonly config: CheckedConfig;
  readonly plugins: {
    readonly proposer: LoadedPlugin<"proposer">;
    readonly executor: LoadedPlugin<"executor">;
    /** The unrelated engine for replays, where the config has one. */
    readonly secondExecutor: LoadedPlugin<"executor"> | undefined;
    readonly scorer: LoadedPlugin<"scorer">;
    /** How candidates reach a model, where they may. */
    readonly gateway: LoadedPlugin<"gateway"> | undefined;
    readonly gates: readonly LoadedPlugin<"gate">[];
  };
  readonly evaluations: Evaluations;
  readonly lockPath: string;
}

/**
 * Loads a config's plugins and finds its repository.
 * @throws PawlError `PAWL_CONFIG_INVALID`, `PAWL_PLUGIN_*`, `PAWL_GIT_*`
 */
export async function openProject(config: PawlConfig, options: ProjectOptions = {}): Promise<Project> {
  const root = resolve(options.root ?? process.cwd());
  const checked = checkConfig(config);
  const git = await openGit(root);
  const load = <K extends PluginKind>(kind: K, entry: Parameters<typeof loadPlugin<K>>[1], path: string) =>
    loadPlugin(kind, entry, { path, root, onNotice: options.onNotice });
  const { secondExecutor: unrelated } = checked;
  const [proposer, executor, secondExecutor, scorer, gateway, gates] = await Promise.all([
    load("proposer", checked.proposer, "proposer"),
    load("executor", checked.executor, "executor"),
    unrelated === undefined ? undefined : load("executor", unrelated, "secondExecutor"),
    load("scorer", checked.scorer, "scorer"),
    checked.gateway === undefined ? undefined : load("gateway", checked.gateway, "gateway"),
    Promise.all(checked.gates.map((gate, index) => load("gate", gate, `gates[${index}]`))),
  ]);
  assertEvaluator(checked, scorer);
  const evaluations = new Evaluations(scorer.instance, scorer.name);
  return {
    root,
    configFile: options.configFile === undefined ? undefined : resolve(options.configFile),
    prefix: await git.prefix(root),
    git,
    config: checked,
    plugins: { proposer, executor, secondExecutor, scorer, gateway, gates },
    evaluations,
    lockPath: join(root, LOCK_FILE),
  };
}

/** Ends what the plugins have started. Every one is asked, also after one has failed; the first error is thrown. */
export async function closePlugins({ plugins }: Pick<Project, "plugins">): Promise<void> {
  const { executor, secondExecutor, proposer, gateway } = plugins;
  const open = [executor.instance, secondExecutor?.instance, proposer.instance, gateway?.instance];
  const closed = await Promise.allSettled(open.map(async (plugin) => plugin?.close?.()));
  const failed = closed.find(({ status }) => status === "rejected");
  if (failed?.status === "rejected") throw failed.reason;
}

/** Measurements must not come from what is measured. */
function assertEvaluator({ entry }: CheckedConfig, { name, instance }: LoadedPlugin<"scorer">): void {
  if (instance.needsEvaluator !== true || (entry.kind === "exec" && entry.evaluator !== undefined)) return;
  throw new PawlError(
    "PAWL_CONFIG_INVALID",
    `"${name}" takes outputs for measurements, and this entry has no evaluator`,
    {
      path: "entry.evaluator",
      remedy: "Name a locked program that measures the candidate's artifacts, or let the scorer compare answers.",
    },
  );
}

/** The folder that holds the ledger of a repository. */
export function pawlFolder(git: Pick<Git, "root">): string {
  return join(git.root, ".pawl");
}

/**
 * Opens the repository's ledger, making `.pawl/` where there is none. The folder ignores itself, so the user's
 * working tree stays as it was.
 * @throws PawlError `PAWL_LEDGER_*`
 */
export async function openLedger(git: Pick<Git, "root">): Promise<Ledger> {
  const folder = pawlFolder(git);
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, ".gitignore"), "*\n", { flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") {
      throw new PawlError("PAWL_LEDGER_WRITE", `the ledger's folder cannot be made: ${(error as Error).message}`, {
        path: folder,
        remedy: "Make the repository writable, or free some disk space.",
        cause: error,
      });
    }
  }
  return openSqliteLedger(join(folder, "ledger.sqlite"));
}

/** Paths relative to the config's folder, with forward slashes. */
export function relativePath(project: Pick<Project, "root">, file: string): string {
  return relative(project.root, resolve(project.root, file)).split("\\").join("/");
}
