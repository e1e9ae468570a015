import { git } from "./command.ts";

/** One entry of a commit's tree. */
export interface TreeEntry {
  /** `100644`, `100755`, `120000` (symbolic link), `040000` (folder) or `160000` (submodule). */
  readonly mode: string;
  readonly oid: string;
}

/** Paths per command, to stay below the system's limit on arguments. */
const CHUNK = 500;

/** What a commit has at the given paths, which are relative to the top level. Paths that it lacks are left out. */
export async function treeEntries(
  root: string,
  commit: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, TreeEntry>> {
  const entries = new Map<string, TreeEntry>();
  for (const part of chunks(paths.filter(isTreePath))) {
    const listing = Buffer.from(await git(root, ["ls-tree", "-z", "--full-tree", commit, "--", ...part])).toString();
    for (const line of listing.split("\0")) {
      const [, mode, oid, path] = /^(\d+) \w+ ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
      if (mode !== undefined && oid !== undefined && path !== undefined) entries.set(path, { mode, oid });
    }
  }
  return entries;
}

/** Whether a tree can have such a path at all; the others are errors for git, not just misses. */
export function isTreePath(path: string): boolean {
  return !path.includes("\0") && path.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}

/** Cuts a list of paths into parts that fit on a command line. */
export function* chunks(paths: readonly string[]): Generator<readonly string[]> {
  for (let at = 0; at < paths.length; at += CHUNK) yield paths.slice(at, at + CHUNK);
}
