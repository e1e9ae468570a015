import { readFileSync, statSync } from "node:fs";
import { PawlError } from "@pawl/plugin";
import { type Digest, sha256 } from "../digest.ts";

/** A file as it was when it was measured. */
export interface WatchedFile {
  /** Absolute. */
  readonly path: string;
  readonly digest: Digest;
  /** Inode, size and times: what the file system says without the content being read. */
  readonly signature: string;
}

/**
 * Measures a file. The signature comes first: a file that changes while it is read is then looked at again.
 * @throws PawlError `PAWL_DATA_MISSING`
 */
export function watchFile(path: string): WatchedFile {
  const signature = signatureOf(path);
  try {
    return { path, signature, digest: sha256(readFileSync(path)) };
  } catch (error) {
    throw new PawlError("PAWL_DATA_MISSING", `a locked file cannot be read: ${(error as Error).message}`, {
      path,
      remedy: "Restore the file, or take it out of the config.",
      cause: error,
    });
  }
}

export function signatureOf(path: string): string {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? "missing" : `${stat.ino}:${stat.size}:${stat.mtimeNs}:${stat.ctimeNs}`;
}

/** One line for each file whose content is not what it was. */
export function changedFiles(files: readonly WatchedFile[]): string[] {
  return files.flatMap(({ path, digest }) => {
    const found = currentDigest(path);
    return found === digest ? [] : [`${path}: ${digest} → ${found}`];
  });
}

function currentDigest(path: string): string {
  try {
    return sha256(readFileSync(path));
  } catch {
    return "not readable";
  }
}
