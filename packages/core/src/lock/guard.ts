import { statSync } from "node:fs";
import { PawlError } from "@pawl/plugin";
import type { LockReference } from "../events.ts";
import type { Project } from "../project.ts";
import { compareLocks } from "./compare.ts";
import { type LockFile, contentDigest, readLockFile } from "./lock-file.ts";
import { digestFile, lockedFiles, measureLock } from "./measure.ts";

interface Watched {
  readonly path: string;
  readonly digest: string;
  signature: string;
}

/**
 * Stands between every experiment and the lock. {@link check} is cheap enough for each experiment: it looks at a
 * file's content again when its inode, size or times have moved. {@link verify}, for each commit, reads all of them.
 */
export class LockGuard {
  readonly reference: LockReference;
  readonly #watched: Watched[];

  private constructor(reference: LockReference, watched: Watched[]) {
    this.reference = reference;
    this.#watched = watched;
  }

  /**
   * Compares everything with the lock.
   * @throws PawlError `PAWL_LOCK_MISSING`, `PAWL_LOCK_INVALID`, `PAWL_LOCK_VIOLATION`
   */
  static async open(project: Project, signal: AbortSignal): Promise<LockGuard> {
    const lock = await requireLock(project);
    // Signatures come first: a file that changes while it is measured is then looked at again.
    const watched = [...lockedFiles(project), project.lockPath].map((path) => ({ path, signature: signatureOf(path) }));
    const content = await measureLock(project, signal);
    if (contentDigest(content) !== lock.digest) throw violation(project, compareLocks(lock.content, content));
    return new LockGuard(
      { digest: lock.digest, epoch: lock.epoch },
      watched.map((file) => ({ ...file, digest: digestFile(file.path) })),
    );
  }

  /** @throws PawlError `PAWL_LOCK_VIOLATION` */
  check(): void {
    const moved = this.#watched.filter((file) => signatureOf(file.path) !== file.signature);
    if (moved.length === 0) return;
    this.#compare(moved);
    for (const file of moved) file.signature = signatureOf(file.path);
  }

  /** @throws PawlError `PAWL_LOCK_VIOLATION` */
  verify(): void {
    this.#compare(this.#watched);
  }

  #compare(files: readonly Watched[]): void {
    const changes = files.flatMap(({ path, digest }) => {
      const found = currentDigest(path);
      return found === digest ? [] : [`${path}: ${digest} → ${found}`];
    });
    if (changes.length > 0) throw new PawlError("PAWL_LOCK_VIOLATION", MESSAGE, { details: changes, remedy: REMEDY });
  }
}

const MESSAGE = "what defines the metric has changed since it was locked";
const REMEDY =
  'Undo the change, or accept it as a new, incomparable epoch: pawl lock --accept --reason "why it had to change".';

function violation(project: Project, changes: readonly string[]): PawlError {
  return new PawlError("PAWL_LOCK_VIOLATION", MESSAGE, { path: project.lockPath, details: changes, remedy: REMEDY });
}

async function requireLock(project: Project): Promise<LockFile> {
  const lock = await readLockFile(project.lockPath);
  if (lock !== null) return lock;
  throw new PawlError("PAWL_LOCK_MISSING", "the metric is not locked yet", {
    path: project.lockPath,
    remedy: 'Run "pawl lock" and commit the file that it writes.',
  });
}

function currentDigest(path: string): string {
  try {
    return digestFile(path);
  } catch {
    return "not readable";
  }
}

function signatureOf(path: string): string {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? "missing" : `${stat.ino}:${stat.size}:${stat.mtimeNs}:${stat.ctimeNs}`;
}
