import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { PawlError } from "@pawl/plugin";
import { z } from "zod";
import { isBusy, sqliteCode } from "./ledger/errors.ts";

/** How long an engine tries before it says that another one is at work, in milliseconds. Readers hold it far shorter. */
const PATIENCE_MS = 500;

const holderSchema = z.object({
  pid: z.int(),
  host: z.string(),
  since: z.string(),
  run: z.string().nullable(),
});

/** Who holds a lease, as far as it could be told. */
export type LeaseHolder = z.output<typeof holderSchema>;

/** The right to be the one engine of a repository. */
export interface Lease {
  readonly holder: LeaseHolder;
  /** Gives it back; a second call does nothing. The death of the process does the same. */
  release(): Promise<void>;
}

/** What {@link readLease} found. */
export type LeaseState = { readonly held: false } | { readonly held: true; readonly holder: LeaseHolder | undefined };

/**
 * Makes this the one engine of the repository whose common git folder is `commonDir`, until {@link Lease.release} or
 * the death of this process, whatever kills it.
 *
 * The lease is an exclusive lock of the operating system on `pawl/lease.sqlite`, held through an open SQLite
 * transaction: nothing is left to clean up after a crash, and a process number that is used again misleads nobody.
 * `pawl/lease.json` beside it says who holds it and is only ever shown, never relied on. Do not open the SQLite
 * file by other means in this process: POSIX drops its locks when any descriptor of the file is closed.
 * @throws PawlError `PAWL_REPO_BUSY`; `PAWL_LEDGER_WRITE` where the git folder cannot be written.
 */
export async function acquireLease(commonDir: string, run: string | null = null): Promise<Lease> {
  const paths = leasePaths(commonDir);
  let db: DatabaseSync | undefined;
  try {
    await mkdir(paths.folder, { recursive: true });
    db = new DatabaseSync(paths.lock);
    db.exec("PRAGMA busy_timeout = 0");
    await lock(db, paths);
    const holder = { pid: process.pid, host: hostname(), since: new Date().toISOString(), run };
    await writeHolder(paths, holder);
    return new SqliteLease(db, paths, holder);
  } catch (error) {
    db?.close();
    throw leaseError(paths, error);
  }
}

/** Tells who is at work in the repository whose common git folder is `commonDir`, and disturbs nobody. */
export async function readLease(commonDir: string): Promise<LeaseState> {
  const paths = leasePaths(commonDir);
  if (!existsSync(paths.lock)) return { held: false };
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(paths.lock, { readOnly: true });
    db.exec("PRAGMA busy_timeout = 0");
    // Needs a shared lock for the length of this statement; acquireLease is patient enough for that.
    db.prepare("SELECT 1 FROM sqlite_schema").get();
    return { held: false };
  } catch (error) {
    if (isBusy(error)) return { held: true, holder: await readHolder(paths) };
    throw leaseError(paths, error);
  } finally {
    db?.close();
  }
}

interface LeasePaths {
  readonly folder: string;
  readonly lock: string;
  readonly holder: string;
}

function leasePaths(commonDir: string): LeasePaths {
  const folder = join(commonDir, "pawl");
  return { folder, lock: join(folder, "lease.sqlite"), holder: join(folder, "lease.json") };
}

class SqliteLease implements Lease {
  readonly holder: LeaseHolder;
  readonly #db: DatabaseSync;
  readonly #paths: LeasePaths;

  constructor(db: DatabaseSync, paths: LeasePaths, holder: LeaseHolder) {
    this.#db = db;
    this.#paths = paths;
    this.holder = holder;
  }

  async release(): Promise<void> {
    if (!this.#db.isOpen) return;
    // First the note, then the lock: the note of whoever comes next must not be the one that goes.
    try {
      await rm(this.#paths.holder, { force: true });
    } finally {
      if (this.#db.isOpen) this.#db.close();
    }
  }
}

/** Waits between tries without blocking: the holder may be in this very process. */
async function lock(db: DatabaseSync, paths: LeasePaths): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      db.exec("BEGIN EXCLUSIVE");
      return;
    } catch (error) {
      if (!isBusy(error)) throw error;
      if (performance.now() > deadline) throw busy(paths, await readHolder(paths));
      await sleep(25);
    }
  }
}

async function writeHolder(paths: LeasePaths, holder: LeaseHolder): Promise<void> {
  const draft = `${paths.holder}.${process.pid}.tmp`;
  await writeFile(draft, `${JSON.stringify(holder, null, 2)}\n`);
  await rename(draft, paths.holder);
}

/** `undefined` where the note is missing or not readable: it is for people, and nothing depends on it. */
async function readHolder(paths: LeasePaths): Promise<LeaseHolder | undefined> {
  try {
    return holderSchema.parse(JSON.parse(await readFile(paths.holder, "utf8")));
  } catch {
    return undefined;
  }
}

function busy(paths: LeasePaths, holder: LeaseHolder | undefined): PawlError {
  const who =
    holder === undefined
      ? "another process"
      : `process ${holder.pid} on ${holder.host}, since ${holder.since}${holder.run === null ? "" : `, run ${holder.run}`}`;
  const end = holder === undefined ? "end it" : `end process ${holder.pid}`;
  return new PawlError("PAWL_REPO_BUSY", `Another engine is at work in this repository: ${who}.`, {
    path: paths.lock,
    remedy: `Wait until it is done, or ${end}; \`pawl status\` shows what it does.`,
  });
}

function leaseError(paths: LeasePaths, error: unknown): unknown {
  if (error instanceof PawlError || !(error instanceof Error)) return error;
  if (sqliteCode(error) === undefined && !("syscall" in error)) return error;
  return new PawlError("PAWL_LEDGER_WRITE", `The lease ${paths.lock} cannot be taken: ${error.message}.`, {
    path: paths.lock,
    remedy: `Check that the disk has space and that this user may write ${paths.folder}; a damaged lease file may be deleted.`,
    cause: error,
  });
}
