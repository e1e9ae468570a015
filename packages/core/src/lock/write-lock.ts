import { PawlError } from "@pawl/plugin";
import { EVENT_VERSION } from "../events.ts";
import { acquireLease } from "../lease.ts";
import { type Project, openLedger } from "../project.ts";
import { compareLocks } from "./compare.ts";
import { type AcceptedChange, type LockFile, contentDigest, readLockFile, writeLockFile } from "./lock-file.ts";
import { measureLock } from "./measure.ts";

/** What {@link writeLock} did. */
export interface LockResult {
  readonly status: "written" | "unchanged" | "accepted";
  readonly lock: LockFile;
  /** What had changed against the lock before, one line each. */
  readonly changes: readonly string[];
}

/**
 * Writes `pawl.lock.json`. Over an existing lock that no longer fits it refuses, unless a human accepts the change
 * with a reason: that opens a new epoch, under git's user name, in the file and in the ledger.
 * @throws PawlError `PAWL_LOCK_VIOLATION`, `PAWL_GIT_NO_IDENTITY`, `PAWL_REPO_BUSY`
 */
export async function writeLock(
  project: Project,
  { accept, signal }: { accept?: { reason: string }; signal: AbortSignal },
): Promise<LockResult> {
  const lease = await acquireLease(project.git.commonDir);
  try {
    const before = await readLockFile(project.lockPath);
    const content = await measureLock(project, signal);
    const digest = contentDigest(content);
    if (before === null) {
      const lock: LockFile = { version: 1, epoch: 1, content, digest, accepted: [] };
      await record(project, "lock.written", { digest, epoch: 1 });
      await writeLockFile(project.lockPath, lock);
      return { status: "written", lock, changes: [] };
    }
    const changes = compareLocks(before.content, content);
    if (changes.length === 0) return { status: "unchanged", lock: before, changes };
    if (accept === undefined) {
      throw new PawlError("PAWL_LOCK_VIOLATION", "what defines the metric has changed since it was locked", {
        path: project.lockPath,
        details: changes,
        remedy: 'Undo the change, or accept it as a new epoch: pawl lock --accept --reason "why it had to change".',
      });
    }
    const entry: AcceptedChange = {
      epoch: before.epoch + 1,
      at: new Date().toISOString(),
      by: await project.git.userName(),
      reason: accept.reason,
      changes,
    };
    const lock: LockFile = { version: 1, epoch: entry.epoch, content, digest, accepted: [...before.accepted, entry] };
    await record(project, "lock.accepted", { digest, epoch: entry.epoch, by: entry.by, reason: entry.reason, changes });
    await writeLockFile(project.lockPath, lock);
    return { status: "accepted", lock, changes };
  } finally {
    await lease.release();
  }
}

async function record(project: Project, type: string, data: Parameters<typeof contentDigest>[0]): Promise<void> {
  const ledger = await openLedger(project.git);
  try {
    await ledger.append(null, [{ type, version: EVENT_VERSION, data }]);
  } finally {
    await ledger.close();
  }
}
