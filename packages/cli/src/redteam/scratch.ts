import { constants, existsSync, lstatSync } from "node:fs";
import { copyFile, cp, mkdir, mkdtemp, readlink, realpath, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { PawlError, openGit } from "@pawl/core";
import { execa } from "execa";
import type { LoadedConfig } from "../config/load-config.ts";
import { commitAll, initRepository } from "../init/git.ts";

/** A copy of a repository, as it stands in the working tree, in which anything may be tried. */
export interface Scratch extends AsyncDisposable {
  /** Top level of the copy, which is a repository of its own with one commit. */
  readonly repository: string;
  /** The config's folder in the copy. */
  readonly root: string;
  readonly configFile: string;
  /** Runs git in the copy. */
  git(...args: string[]): Promise<string>;
}

/**
 * Copies what git tracks, and what it would track, with `extra` files that it ignores. History and ledger stay behind:
 * whatever happens to the copy, the user's own is not touched.
 * @throws PawlError `PAWL_GIT_*`
 */
export async function makeScratch(loaded: LoadedConfig, extra: readonly string[]): Promise<Scratch> {
  const { root: from } = await openGit(loaded.root);
  const top = await realpath(from);
  const home = await realpath(loaded.root);
  const repository = await realpath(await mkdtemp(join(tmpdir(), "pawl-redteam-")));
  try {
    const listing = await execa("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
      cwd: top,
      stripFinalNewline: false,
      maxBuffer: 256 * 1_048_576,
    });
    const ignored = extra.map((path) => relative(top, resolve(home, path))).filter(isBelow);
    const paths = new Set([...listing.stdout.split("\0").filter((path) => path !== ""), ...ignored]);
    for (const path of paths) await copy(join(top, path), join(repository, path));
    const root = join(repository, relative(top, home));
    const git = async (...args: string[]): Promise<string> => {
      const identity = ["-c", "user.name=Pawl", "-c", "user.email=pawl@localhost", "-c", "commit.gpgsign=false"];
      return (await execa("git", [...identity, "-c", "core.hooksPath=/dev/null", ...args], { cwd: root })).stdout;
    };
    await rm(join(root, "pawl.lock.json"), { force: true });
    await initRepository(repository);
    await commitAll(repository, ["."]);
    await linkModules(top, home, repository);
    return {
      repository,
      root,
      configFile: join(repository, relative(top, await realpath(loaded.file))),
      git,
      [Symbol.asyncDispose]: () => remove(repository),
    };
  } catch (error) {
    await remove(repository);
    if (error instanceof PawlError) throw error;
    throw new PawlError("PAWL_GIT_FAILED", `the project cannot be copied: ${(error as Error).message}`, {
      path: top,
      remedy: `See that ${tmpdir()} has room for a copy of the repository and can be written.`,
      cause: error,
    });
  }
}

const isBelow = (path: string): boolean => path !== "" && !path.startsWith("..") && !isAbsolute(path);

async function copy(from: string, to: string): Promise<void> {
  const found = lstatSync(from, { throwIfNoEntry: false });
  // Deleted in the working tree, or a repository of its own.
  if (found === undefined || found.isDirectory()) return;
  await mkdir(dirname(to), { recursive: true });
  if (!found.isSymbolicLink()) return copyFile(from, to, constants.COPYFILE_FICLONE);
  // A link is kept where it leads into the copy; what it leads to outside of it is copied, so that nothing there is hit.
  const target = await readlink(from);
  if (!isAbsolute(target) && !target.startsWith("..")) return symlink(target, to);
  return cp(from, to, { dereference: true, recursive: true });
}

/** Packages are found where the user's are; nothing is written there. */
async function linkModules(top: string, home: string, repository: string): Promise<void> {
  for (let folder = home; ; folder = dirname(folder)) {
    const modules = join(folder, "node_modules");
    const link = join(repository, relative(top, folder), "node_modules");
    if (existsSync(modules) && !existsSync(link)) await symlink(modules, link, "dir");
    if (folder === top || folder === dirname(folder)) return;
  }
}

const remove = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 3 });
