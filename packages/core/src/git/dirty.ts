import type { Stats } from "node:fs";
import { lstat, realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import { git } from "./command.ts";
import { chunks, treeEntries } from "./tree.ts";

/**
 * Which of the files are not in the working tree what they are in `commit`: changed, missing, untracked, or reached
 * through a symbolic link. Compares contents and asks no index, so that neither `assume-unchanged` nor a stale
 * time stamp hides a change. The executable bit does not count.
 */
export async function dirtyFiles(root: string, commit: string, paths: readonly string[]): Promise<string[]> {
  const entries = await treeEntries(root, commit, paths);
  const present: string[] = [];
  for (const path of paths) {
    const mode = entries.get(path)?.mode;
    if ((mode === "100644" || mode === "100755") && (await isPlainFile(root, path))) present.push(path);
  }
  const committed = (path: string): string | undefined => entries.get(path)?.oid;
  const changed = await differing(root, present, ["--no-filters"], committed);
  // What differs byte by byte may still be the same after the filters for line ends or large files.
  const dirty = new Set(await differing(root, changed, [], committed));
  const plain = new Set(present);
  return paths.filter((path) => dirty.has(path) || !plain.has(path));
}

async function differing(
  root: string,
  paths: readonly string[],
  options: readonly string[],
  committed: (path: string) => string | undefined,
): Promise<string[]> {
  const found: string[] = [];
  for (const part of chunks(paths)) {
    const hashes = Buffer.from(await git(root, ["hash-object", ...options, "--", ...part]))
      .toString()
      .split("\n");
    found.push(...part.filter((path, index) => hashes[index] !== committed(path)));
  }
  return found;
}

async function isPlainFile(root: string, path: string): Promise<boolean> {
  const file = join(root, path);
  let stats: Stats;
  try {
    stats = await lstat(file);
    if (!stats.isFile()) return false;
    return (await realpath(dirname(file))) === join(await realpath(root), dirname(path));
  } catch {
    // Missing, or not to be entered: either way it is not what the commit has.
    return false;
  }
}
