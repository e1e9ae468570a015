import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PawlError } from "@pawl/plugin";
import { git, gitLine } from "./command.ts";
import { userIdentity } from "./identity.ts";
import { isTreePath, type TreeEntry, treeEntries } from "./tree.ts";

/** What {@link createCommit} makes a commit of. */
export interface CommitRequest {
  /** Object id of the parent commit. */
  readonly parent: string;
  /** New contents by path, relative to the top level. Everything else stays as it is in the parent. */
  readonly files: Readonly<Record<string, string>>;
  readonly message: string;
  /** Author and committer date; git keeps whole seconds. */
  readonly date: Date;
}

/** Object ids of a commit and of its tree. */
export interface CreatedCommit {
  readonly commit: string;
  readonly tree: string;
}

const PAWL = { name: "Pawl", email: "pawl@localhost" };

/**
 * Makes a commit object without touching the working tree, the user's index or any ref. The same request by the same
 * user makes the same commit. Pawl is the author; the committer is the user, where git knows one. A file keeps the
 * mode that it has in the parent.
 * @throws PawlError `PAWL_SURFACE_INVALID` where a path leaves the repository, is none that git takes, or is a link,
 * folder or submodule in the parent; `PAWL_GIT_FAILED`
 */
export async function createCommit(root: string, request: CommitRequest): Promise<CreatedCommit> {
  const { parent, files, message, date } = request;
  const paths = Object.keys(files);
  const entries = await treeEntries(root, parent, paths);
  const wanted = new Map<string, TreeEntry>();
  for (const path of paths) {
    if (!isTreePath(path)) throw unusable(path, "is not a path inside of the repository");
    const mode = entries.get(path)?.mode ?? "100644";
    if (mode !== "100644" && mode !== "100755") {
      throw unusable(path, `is ${whatIs(mode)} in the last commit, not a file`);
    }
    const oid = await gitLine(root, ["hash-object", "-w", "--stdin"], { stdin: files[path] ?? "" });
    wanted.set(path, { mode, oid });
  }
  const tree = await writeTree(root, parent, wanted);
  await checkTree(root, parent, tree, wanted);
  const commit = await gitLine(root, ["commit-tree", "--no-gpg-sign", tree, "-p", parent], {
    stdin: message,
    env: await signatures(root, date),
  });
  return { commit, tree };
}

async function writeTree(root: string, parent: string, wanted: ReadonlyMap<string, TreeEntry>): Promise<string> {
  const lines = [...wanted].map(([path, { mode, oid }]) => `${mode} ${oid}\t${path}\0`);
  const folder = await temporaryFolder();
  const env = { GIT_INDEX_FILE: join(folder, "index") };
  try {
    await git(root, ["read-tree", parent], { env });
    // Entries come through stdin, so a path may look like an option or hold a line break.
    await git(root, ["update-index", "-z", "--index-info"], { env, stdin: lines.join("") });
    return await gitLine(root, ["write-tree"], { env });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function temporaryFolder(): Promise<string> {
  const start = join(tmpdir(), "pawl-index-");
  try {
    return await mkdtemp(start);
  } catch (cause) {
    throw new PawlError("PAWL_GIT_FAILED", `No folder can be made at ${start}*: ${String(cause)}`, {
      path: tmpdir(),
      remedy: "Free some space there, give this user write permission, or set TMPDIR to another folder.",
      cause,
    });
  }
}

/**
 * Makes sure that the tree is the parent's with exactly the wanted files. git leaves a name such as `.git/x` out
 * without an error, and a path below what is a file in the parent would take that file's place.
 */
async function checkTree(
  root: string,
  parent: string,
  tree: string,
  wanted: ReadonlyMap<string, TreeEntry>,
): Promise<void> {
  const entries = await treeEntries(root, tree, [...wanted.keys()]);
  for (const [path, { mode, oid }] of wanted) {
    const entry = entries.get(path);
    if (entry?.mode !== mode || entry.oid !== oid) throw unusable(path, "is a name that git does not take");
  }
  const listing = await git(root, ["diff-tree", "-r", "-z", "--name-only", "--no-renames", parent, tree]);
  const changed = Buffer.from(listing).toString().split("\0");
  const other = changed.find((path) => path !== "" && !wanted.has(path));
  if (other !== undefined) throw unusable(other, "would be removed by the new files, which are not to touch it");
}

async function signatures(root: string, date: Date): Promise<Record<string, string>> {
  const user = await userIdentity(root);
  const known = user.name !== undefined && user.email !== undefined;
  const at = `@${Math.floor(date.getTime() / 1_000)} +0000`;
  return {
    GIT_AUTHOR_NAME: PAWL.name,
    GIT_AUTHOR_EMAIL: PAWL.email,
    GIT_AUTHOR_DATE: at,
    GIT_COMMITTER_NAME: known ? (user.name ?? "") : PAWL.name,
    GIT_COMMITTER_EMAIL: known ? (user.email ?? "") : PAWL.email,
    GIT_COMMITTER_DATE: at,
  };
}

function unusable(path: string, why: string): PawlError {
  return new PawlError("PAWL_SURFACE_INVALID", `${JSON.stringify(path)} ${why}.`, {
    path,
    remedy: "Name the file itself as surface, relative to the repository and without . or ..",
  });
}

function whatIs(mode: string): string {
  if (mode === "120000") return "a symbolic link";
  return mode === "160000" ? "a submodule" : "a folder";
}
