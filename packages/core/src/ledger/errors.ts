import { PawlError } from "@pawl/plugin";

const RESTORE =
  "Restore the ledger from a backup, or move it and its -wal file away to start anew; commits of accepted champions are unharmed.";

/** The ledger at `path` cannot be trusted; `what` names the row. */
export function corrupt(path: string, what: string, cause?: unknown): PawlError {
  return new PawlError("PAWL_LEDGER_CORRUPT", `The ledger ${path} is corrupt: ${what}.`, {
    path,
    remedy: RESTORE,
    cause,
  });
}

/** The ledger at `path` cannot be opened or written, for a reason that its user can change. */
export function unwritable(path: string, why: string, remedy: string, cause?: unknown): PawlError {
  return new PawlError("PAWL_LEDGER_WRITE", `The ledger ${path} cannot be written: ${why}.`, { path, remedy, cause });
}

// Primary result codes: https://sqlite.org/rescode.html
const PERM = 3;
const BUSY = 5;
const LOCKED = 6;
const NOMEM = 7;
const READONLY = 8;
const IOERR = 10;
const FULL = 13;
const CANTOPEN = 14;
const PROTOCOL = 15;
const TOOBIG = 18;
const MISUSE = 21;
const NOTADB = 26;

/** The primary result code of an error that `node:sqlite` threw. */
export function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("errcode" in error) || typeof error.errcode !== "number") return undefined;
  return error.errcode & 0xff;
}

/** True for an error that says that someone else holds the lock. */
export function isBusy(error: unknown): boolean {
  const code = sqliteCode(error);
  return code === BUSY || code === LOCKED;
}

/**
 * Turns what `node:sqlite` or `node:fs` threw about the ledger at `path` into a coded error.
 * `where` says how far things were good, such as `after row 12`.
 */
export function ledgerError(path: string, error: unknown, where?: string): unknown {
  if (error instanceof PawlError || !(error instanceof Error)) return error;
  const place = where === undefined ? "" : ` ${where}`;
  switch (sqliteCode(error)) {
    case NOTADB:
      return corrupt(path, "it is not an SQLite database", error);
    case FULL:
      return unwritable(path, "the disk is full", "Free some space and resume; nothing recorded is lost.", error);
    case READONLY:
    case PERM:
      return unwritable(path, "it is read-only", "Give this user write permission on the file and its folder.", error);
    case CANTOPEN:
      return unwritable(
        path,
        "it cannot be opened",
        "Check that its folder exists and that this user may write there.",
        error,
      );
    case BUSY:
    case LOCKED:
      return unwritable(path, "another process keeps it locked", "End that process, then try again.", error);
    case IOERR:
    case PROTOCOL:
      return unwritable(path, `the disk failed${place} (${error.message})`, "Check the disk, then resume.", error);
    case TOOBIG:
      return unwritable(path, "an event or blob is larger than SQLite allows", "Make the surface smaller.", error);
    case NOMEM:
      return unwritable(path, "there is no memory left", "Free some memory, then resume.", error);
    case undefined:
      return fileError(path, error);
    case MISUSE:
      return error;
  }
  // Our statements are fixed and right for an intact file: a missing table or column, a broken constraint or a format
  // that SQLite does not know all mean that the file is not what was written.
  return corrupt(path, `the database file is damaged${place} (${error.message})`, error);
}

function fileError(path: string, error: Error): Error {
  switch ("code" in error ? error.code : undefined) {
    case "ENOSPC":
    case "EDQUOT":
      return unwritable(path, "the disk is full", "Free some space and resume; nothing recorded is lost.", error);
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return unwritable(path, "no permission", "Give this user write permission on the folder.", error);
    case "EEXIST":
    case "ENOTDIR":
      return unwritable(path, "a file stands where its folder should be", "Move that file away.", error);
    case "EIO":
      return unwritable(path, `the disk failed (${error.message})`, "Check the disk, then resume.", error);
  }
  return error;
}
