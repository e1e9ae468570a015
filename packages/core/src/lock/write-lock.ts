import { type Json, PawlError } from "@pawl/plugin";
import { type EventPayloads, type LockWritten, EVENT_VERSION } from "../events.ts";
import { prepareGates } from "../gate-task.ts";
import { acquireLease } from "../lease.ts";
import { blobDigest } from "../ledger/hash.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { type Project, openLedger } from "../project.ts";
import { compareLocks } from "./compare.ts";
import { type AcceptedChange, type LockFile, contentDigest, readLockFile, writeLockFile } from "./lock-file.ts";
import { type LockContent, measureLock } from "./measure.ts";

/** What {@link writeLock} did. */
export interface LockResult {
  readonly status: "written" | "unchanged" | "accepted";
  readonly lock: LockFile;
  /** What had changed against the lock before, one line each. */
  readonly changes: readonly string[];
}

/**
 * Writes `pawl.lock.json`. Over an earlier lock that no longer fits it refuses, unless a human accepts the change with
 * a reason: that opens a new epoch, under git's user name, in the file and in the ledger. Deleting the file does not
 * help: the ledger remembers what was locked.
 * @throws PawlError `PAWL_LOCK_VIOLATION`, `PAWL_GIT_NO_IDENTITY`, `PAWL_REPO_BUSY`, and `PAWL_CONFIG_INVALID` where a
 * gate does not fit the scorer
 */
export async function writeLock(
  project: Project,
  { accept, signal }: { accept?: { reason: string }; signal: AbortSignal },
): Promise<LockResult> {
  await prepareGates(project, project.config);
  const lease = await acquireLease(project.git.commonDir);
  let ledger: Ledger | undefined;
  try {
    ledger = await openLedger(project.git);
    const { content } = await measureLock(project, signal);
    const digest = contentDigest(content);
    const file = await readLockFile(project.lockPath);
    const before = file ?? (await rememberedLock(ledger, project.prefix));
    if (before === null) {
      const lock: LockFile = { version: 1, epoch: 1, content, digest, accepted: [] };
      await record(ledger, "lock.written", written(project, lock), content);
      await writeLockFile(project.lockPath, lock);
      return { status: "written", lock, changes: [] };
    }
    const changes = compareLocks(before.content, content);
    if (changes.length === 0) {
      if (file === null) await writeLockFile(project.lockPath, before);
      return { status: file === null ? "written" : "unchanged", lock: before, changes };
    }
    if (accept === undefined) throw refusal(project, file === null, changes);
    const entry: AcceptedChange = {
      epoch: before.epoch + 1,
      at: new Date().toISOString(),
      by: await project.git.userName(),
      reason: accept.reason,
      changes,
    };
    const lock: LockFile = { version: 1, epoch: entry.epoch, content, digest, accepted: [...before.accepted, entry] };
    const { by, reason } = entry;
    await record(ledger, "lock.accepted", { ...written(project, lock), by, reason, changes }, content);
    await writeLockFile(project.lockPath, lock);
    return { status: "accepted", lock, changes };
  } finally {
    await ledger?.close();
    await lease.release();
  }
}

function refusal(project: Project, isGone: boolean, changes: readonly string[]): PawlError {
  const message = isGone
    ? "the lock file is gone, and what defines the metric is not what was locked"
    : "what defines the metric has changed since it was locked";
  return new PawlError("PAWL_LOCK_VIOLATION", message, {
    path: project.lockPath,
    details: changes,
    remedy: 'Undo the change, or accept it as a new epoch: pawl lock --accept --reason "why it had to change".',
  });
}

/** The project's newest lock as the ledger knows it. */
async function rememberedLock(ledger: Ledger, project: string): Promise<LockFile | null> {
  let newest: LockWritten | undefined;
  const accepted: AcceptedChange[] = [];
  for await (const { type, at, data } of ledger.events({ run: null })) {
    if (type !== "lock.written" && type !== "lock.accepted") continue;
    const lock = data as unknown as EventPayloads["lock.accepted"];
    if (lock.project !== project) continue;
    newest = lock;
    const { epoch, by, reason, changes } = lock;
    if (type === "lock.accepted") accepted.push({ epoch, at, by, reason, changes: [...changes] });
  }
  if (newest === undefined) return null;
  const content = JSON.parse(new TextDecoder().decode(await ledger.blob(newest.content))) as LockContent;
  return { version: 1, epoch: newest.epoch, content, digest: newest.digest, accepted };
}

function written(project: Project, { digest, epoch, content }: LockFile): LockWritten {
  return { project: project.prefix, digest, epoch, content: blobDigest(JSON.stringify(content)) };
}

async function record<T extends "lock.written" | "lock.accepted">(
  ledger: Ledger,
  type: T,
  data: EventPayloads[T],
  content: LockContent,
): Promise<void> {
  const event = { type, version: EVENT_VERSION, data: data as unknown as Json };
  await ledger.append(null, [event], [JSON.stringify(content)]);
}
