import { realpath } from "node:fs/promises";
import { relative, resolve as resolvePath, sep } from "node:path";
import { PawlError } from "@pawl/plugin";
import { git, gitFailed, gitLine, oneLine, tryGit } from "./command.ts";
import { type LoggedCommit, readLog } from "./commit-log.ts";
import { type CommitRequest, createCommit, type CreatedCommit } from "./create-commit.ts";
import { dirtyFiles } from "./dirty.ts";
import { userName } from "./identity.ts";
import { treeEntries } from "./tree.ts";
import { resolveCommit, updateRef } from "./update-ref.ts";

/** A file as a commit has it. */
export interface CommittedFile {
  /** `100644`, `100755`, or `120000` for a symbolic link, whose content is its target. */
  readonly mode: string;
  /** Byte by byte what the commit holds; no filter is applied. */
  readonly content: Uint8Array;
}

/**
 * A git repository, as far as the engine needs it: plumbing only, never the working tree, never the user's index.
 * Paths are relative to {@link Git.root} and have forward slashes. Every member may throw `PAWL_GIT_FAILED`.
 */
export interface Git {
  /** Absolute path of the working tree's top level. */
  readonly root: string;
  /** Absolute path of the git folder that all worktrees of the repository share. */
  readonly commonDir: string;
  /** The path of `dir` below the top level, such as `sub/folder/`, or empty for the top level: put it before a name. */
  prefix(dir: string): Promise<string>;
  /** Object id of the commit that is checked out. @throws PawlError `PAWL_GIT_NO_COMMIT` */
  head(): Promise<string>;
  /** Name of the branch that is checked out, or `null` on a detached head. */
  branchName(): Promise<string | null>;
  /** A file of a commit, or `null` where the commit has no file there. */
  readFile(commit: string, path: string): Promise<CommittedFile | null>;
  /** Which of the files differ from the last commit, are untracked or missing, or are reached through a link. */
  dirtyPaths(paths: readonly string[]): Promise<string[]>;
  /** The object id of the commit that a ref or revision names, or `null`. */
  resolve(revision: string): Promise<string | null>;
  /** Makes a commit object; no ref moves. @throws PawlError `PAWL_SURFACE_INVALID` where a path is a link. */
  createCommit(request: CommitRequest): Promise<CreatedCommit>;
  /**
   * Moves a full ref such as `refs/heads/pawl/night` from one commit to another; `null` creates it.
   * @throws PawlError `PAWL_GIT_DIVERGED` where it is not at `from`.
   */
  updateRef(ref: string, to: string, from: string | null): Promise<void>;
  /** Path of the worktree that has the branch of this full ref checked out, or `null`. */
  checkedOutAt(ref: string): Promise<string | null>;
  /** The user's configured name. @throws PawlError `PAWL_GIT_NO_IDENTITY` */
  userName(): Promise<string>;
  /** At most `max` commits of a history, newest first; none where the revision does not exist. */
  log(revision: string, max: number): Promise<readonly LoggedCommit[]>;
}

/**
 * Opens the repository that `dir` is in.
 * @throws PawlError `PAWL_GIT_NOT_INSTALLED`, `PAWL_GIT_MISSING`, `PAWL_GIT_NO_COMMIT`, `PAWL_GIT_FAILED`
 */
export async function openGit(dir: string): Promise<Git> {
  const root = await topLevel(dir);
  // Relative to the folder it is asked in.
  const commonDir = resolvePath(root, await gitLine(root, ["rev-parse", "--git-common-dir"]));
  const opened: Git = {
    root,
    commonDir,
    prefix: (folder) => prefix(root, folder),
    head: () => head(root),
    branchName: () => branchName(root),
    readFile: (commit, path) => readFile(root, commit, path),
    dirtyPaths: async (paths) => dirtyFiles(root, await head(root), paths),
    resolve: (revision) => resolveCommit(root, revision),
    createCommit: (request) => createCommit(root, request),
    updateRef: (ref, to, from) => updateRef(root, ref, to, from),
    checkedOutAt: (ref) => checkedOutAt(root, ref),
    userName: () => userName(root),
    log: async (revision, max) => {
      const tip = await resolveCommit(root, revision);
      return tip === null ? [] : readLog(root, tip, max);
    },
  };
  await opened.head();
  return opened;
}

async function topLevel(dir: string): Promise<string> {
  const args = ["rev-parse", "--show-toplevel"];
  const result = await tryGit(dir, args);
  if (result.exitCode === 0) return oneLine(result.stdout);
  if (/must be run in a work tree/.test(result.stderr)) {
    throw new PawlError("PAWL_GIT_MISSING", `${dir} is in a bare repository or inside of a .git folder.`, {
      path: dir,
      remedy: "Go to a clone or worktree that has its files checked out.",
    });
  }
  if (/not a git repository/i.test(result.stderr)) {
    throw new PawlError("PAWL_GIT_MISSING", `${dir} is not inside a git repository.`, {
      path: dir,
      remedy: "Run `git init`, then commit the surface and the config.",
    });
  }
  throw gitFailed(dir, args, result);
}

async function prefix(root: string, dir: string): Promise<string> {
  const below = relative(await realpath(root), await realpath(dir));
  return below === "" ? "" : `${below.split(sep).join("/")}/`;
}

async function head(root: string): Promise<string> {
  const commit = await resolveCommit(root, "HEAD");
  if (commit !== null) return commit;
  throw new PawlError("PAWL_GIT_NO_COMMIT", `The repository ${root} has no commit yet.`, {
    path: root,
    remedy: "Commit the surface and the config first: `git add . && git commit`.",
  });
}

async function branchName(root: string): Promise<string | null> {
  const args = ["symbolic-ref", "--quiet", "HEAD"];
  const result = await tryGit(root, args);
  if (result.exitCode === 0) return oneLine(result.stdout).replace(/^refs\/heads\//, "");
  if (result.exitCode === 1) return null;
  throw gitFailed(root, args, result);
}

async function readFile(root: string, commit: string, path: string): Promise<CommittedFile | null> {
  const entry = (await treeEntries(root, commit, [path])).get(path);
  if (entry === undefined || entry.mode === "040000" || entry.mode === "160000") return null;
  return { mode: entry.mode, content: await git(root, ["cat-file", "blob", entry.oid]) };
}

async function checkedOutAt(root: string, ref: string): Promise<string | null> {
  const listing = Buffer.from(await git(root, ["worktree", "list", "--porcelain"])).toString();
  for (const block of listing.split("\n\n")) {
    const lines = block.split("\n");
    if (lines.includes(`branch ${ref}`)) return lines[0]?.replace(/^worktree /, "") ?? null;
  }
  return null;
}
