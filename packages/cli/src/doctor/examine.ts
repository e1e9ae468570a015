import { statfs } from "node:fs/promises";
import {
  type Executor,
  type Git,
  type Limits,
  LockGuard,
  type Project,
  type Proposer,
  PawlError,
  closePlugins,
  limitsSchema,
  openGit,
  openProject,
  readLease,
} from "@pawl/core";
import type { Cli } from "../cli.ts";
import type { LoadedConfig } from "../config/load-config.ts";
import { openExistingLedger } from "../ledger/open-existing.ts";
import { noticePrinter } from "../output/notices.ts";
import { type Finding, attempt, failure } from "./finding.ts";
import { checkGates } from "./gates.ts";
import { checkGit } from "./git-version.ts";
import { checkLedger } from "./ledger.ts";
import { checkModels } from "./models.ts";

/** Free space that a long run may need for its ledger, in bytes. */
const ENOUGH_DISK = 1_073_741_824;

/** Looks at everything that a run needs. Changes nothing, and throws nothing that it could report. */
export async function examine(cli: Cli): Promise<Finding[]> {
  const findings: Finding[] = [
    { name: "node", ok: true, detail: `${process.version}, ${process.platform} ${process.arch}` },
    await attempt("git", checkGit),
  ];
  const loaded = await loadQuietly(cli);
  if ("finding" in loaded) {
    findings.push(loaded.finding);
    const git = await openQuietly(loaded.folder);
    findings.push(git.finding);
    findings.push(...(await sandboxWithoutConfig()));
    findings.push(...(git.git === undefined ? [] : await repository(git.git)));
    return [...findings, await attempt("disk", () => checkDisk(loaded.folder))];
  }
  const { root, file } = loaded;
  findings.push({ name: "config", ok: true, detail: file });
  const git = await openQuietly(root);
  findings.push(git.finding);
  const project = git.git === undefined ? undefined : await openOrReport(cli, loaded, findings);
  if (project === undefined) findings.push(...(await sandboxWithoutConfig()));
  else findings.push(...(await withProject(project)));
  if (git.git !== undefined) findings.push(...(await repository(git.git)));
  return [...findings, await attempt("disk", () => checkDisk(root))];
}

async function loadQuietly(cli: Cli): Promise<LoadedConfig | { finding: Finding; folder: string }> {
  try {
    return await cli.loadConfig();
  } catch (error) {
    const missing = error instanceof PawlError && error.code === "PAWL_CONFIG_NOT_FOUND";
    const finding: Finding = missing
      ? { name: "config", ok: undefined, detail: 'none here; "pawl init" makes a project' }
      : failure("config", error);
    return { finding, folder: cli.dir };
  }
}

async function openQuietly(folder: string): Promise<{ git?: Git; finding: Finding }> {
  try {
    const git = await openGit(folder);
    return { git, finding: { name: "repository", ok: true, detail: git.root } };
  } catch (error) {
    return { finding: failure("repository", error) };
  }
}

async function openOrReport(
  { output }: Cli,
  { config, root, file }: LoadedConfig,
  findings: Finding[],
): Promise<Project | undefined> {
  try {
    const project = await openProject(config, { root, configFile: file, onNotice: noticePrinter(output) });
    const { proposer, executor, secondExecutor, scorer, gateway, gates } = project.plugins;
    const all = [proposer, executor, secondExecutor, scorer, gateway, ...gates];
    const names = all.flatMap((plugin) => (plugin === undefined ? [] : [plugin.name]));
    findings.push({ name: "plugins", ok: true, detail: names.join(", ") });
    return project;
  } catch (error) {
    findings.push(failure("plugins", error));
    return undefined;
  }
}

async function withProject(project: Project): Promise<Finding[]> {
  const { config, plugins, git, prefix } = project;
  const paths = config.surface.map((path) => `${prefix}${path}`);
  const { executor, secondExecutor, gateway } = plugins;
  try {
    const findings: Finding[] = [
      await attempt("surface", async () => {
        const dirty = await git.dirtyPaths(paths);
        const shown = config.surface.join(", ");
        if (dirty.length === 0) return { name: "surface", ok: true, detail: `${shown}, committed` };
        const detail = `not what the last commit has: ${dirty.join(", ")}`;
        return { name: "surface", ok: false, detail, remedy: "Commit or undo the changes." };
      }),
      await attempt("lock", async () => {
        const { reference } = await LockGuard.open(project, new AbortController().signal);
        return { name: "lock", ok: true, detail: `fits, epoch ${reference.epoch}` };
      }),
      ...(await sandbox(executor.instance, executor.name, config.limits)),
      ...(secondExecutor === undefined ? [] : await second(secondExecutor, config.limits)),
      ...checkModels(plugins),
      ...(await ideas(plugins.proposer.instance)),
      ...(gateway === undefined ? [] : await models(gateway)),
    ];
    return [...findings, ...(await checkGates(project, findings.every(works)))];
  } finally {
    await closePlugins(project);
  }
}

/** What does not keep the surface from being measured; a lock that does not fit is another matter. */
const works = ({ name, ok }: Finding): boolean => ok !== false || name === "lock";

/** What the proposer says of itself, where it says anything. */
async function ideas(proposer: Proposer): Promise<Finding[]> {
  try {
    return [...((await proposer.doctor?.()) ?? [])];
  } catch (error) {
    return [failure("proposer", error)];
  }
}

/** The same checks under names of their own, so that nobody takes them for the first sandbox's. */
async function second(
  { instance, name }: NonNullable<Project["plugins"]["secondExecutor"]>,
  limits: Limits,
): Promise<Finding[]> {
  return (await sandbox(instance, name, limits)).map((finding) => ({ ...finding, name: `second ${finding.name}` }));
}

/** Whether candidates that ask a model would be answered. */
async function models({ instance, name }: NonNullable<Project["plugins"]["gateway"]>): Promise<Finding[]> {
  if (instance.doctor === undefined) {
    return [{ name: "models", ok: undefined, detail: `"${name}" cannot tell whether it could answer` }];
  }
  try {
    return [...(await instance.doctor())];
  } catch (error) {
    return [failure("models", error)];
  }
}

async function sandbox(executor: Executor, name: string, limits: Limits): Promise<Finding[]> {
  if (executor.doctor === undefined) {
    return [{ name: "sandbox", ok: undefined, detail: `"${name}" cannot tell what it enforces` }];
  }
  try {
    return [...(await executor.doctor(limits))];
  } catch (error) {
    return [failure("sandbox", error)];
  }
}

/** What the built-in sandbox could enforce with the limits that a config gets by default. */
async function sandboxWithoutConfig(): Promise<Finding[]> {
  try {
    const { isolate } = await import("@pawl/sandbox-isolate");
    const plugin = isolate();
    const executor = (await plugin.create(plugin.schema.parse({}) as never, { root: process.cwd() })) as Executor;
    try {
      return await sandbox(executor, plugin.name, limitsSchema.parse({}));
    } finally {
      await executor.close?.();
    }
  } catch (error) {
    return [failure("sandbox", error)];
  }
}

async function repository(git: Git): Promise<Finding[]> {
  return [
    await attempt("engine", async () => {
      const lease = await readLease(git.commonDir);
      if (!lease.held) return { name: "engine", ok: true, detail: "none at work in this repository" };
      const who = lease.holder === undefined ? "another process" : `process ${lease.holder.pid}`;
      return { name: "engine", ok: false, detail: `${who} is at work here`, remedy: "Wait until it is done." };
    }),
    await attempt("ledger", async () => {
      let ledger;
      try {
        ledger = await openExistingLedger(git);
      } catch (error) {
        if (!(error instanceof PawlError) || error.code !== "PAWL_RUN_NOT_FOUND") throw error;
        return { name: "ledger", ok: undefined, detail: "none yet" };
      }
      try {
        return await checkLedger(ledger);
      } finally {
        await ledger.close();
      }
    }),
  ];
}

async function checkDisk(folder: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const detail = `${(free / ENOUGH_DISK).toFixed(1)} GiB free`;
  if (free >= ENOUGH_DISK) return { name: "disk", ok: true, detail };
  return {
    name: "disk",
    ok: false,
    detail,
    remedy: "Free some space: a long run may need about 1 GiB for its ledger.",
  };
}
