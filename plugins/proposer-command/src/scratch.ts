import { existsSync, readdirSync } from "node:fs";
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve, sep } from "node:path";
import { PawlError } from "@pawl/plugin";

/** A fresh folder for one call of an agent. */
export interface Scratch {
  /** What the agent works in. */
  readonly work: string;
  readonly home: string;
  readonly temporary: string;
  remove(): Promise<void>;
}

const NAME = /^pawl-agent-(\d+)-/;

/**
 * Makes a folder outside of the project's repository.
 * @param root the config's folder
 * @throws PawlError `PAWL_CONFIG_INVALID` where the system's temporary folder lies inside of the repository
 */
export async function makeScratch(root: string, files: Readonly<Record<string, string>>): Promise<Scratch> {
  const parent = await realpath(tmpdir());
  const repository = repositoryOf(await realpath(root));
  if (parent === repository || parent.startsWith(repository + sep)) {
    throw new PawlError("PAWL_CONFIG_INVALID", "the temporary folder lies inside of the repository", {
      path: parent,
      remedy: "Set TMPDIR to a folder outside of it: an agent's scratch copy must not be part of the project.",
    });
  }
  const folder = await mkdtemp(join(parent, `pawl-agent-${process.pid}-`));
  const scratch = { work: join(folder, "work"), home: join(folder, "home"), temporary: join(folder, "tmp") };
  for (const each of Object.values(scratch)) await mkdir(each, { mode: 0o700 });
  for (const [path, text] of Object.entries(files)) {
    const file = join(scratch.work, ...path.split("/"));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text, { flag: "wx" });
  }
  return { ...scratch, remove: () => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }) };
}

/** The innermost repository that a folder is in, or the folder itself. */
function repositoryOf(folder: string): string {
  for (let at = resolve(folder); ; at = dirname(at)) {
    if (existsSync(join(at, ".git"))) return at;
    if (at === dirname(at)) return folder;
  }
}

/** Removes the scratch folders of engines that were killed. */
export async function removeLeftovers(): Promise<void> {
  const parent = await realpath(tmpdir());
  for (const name of readdirSync(parent)) {
    const pid = Number(NAME.exec(name)?.[1]);
    if (!Number.isInteger(pid) || isAlive(pid)) continue;
    await rm(join(parent, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
