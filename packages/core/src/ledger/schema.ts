import type { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { PawlError } from "@pawl/plugin";
import { corrupt, isBusy } from "./errors.ts";

/** Version of the tables below, in `PRAGMA user_version`. */
export const SCHEMA_VERSION = 1;

/** "PAWL" in ASCII, in `PRAGMA application_id`: tells a ledger from any other SQLite file. */
const APPLICATION_ID = 0x5041574c;

/** How long a writer waits for another one, in milliseconds. */
const BUSY_MS = 5_000;

// The triggers stop accidents and casual edits; what stops a determined editor is the hash chain.
// The insert trigger is there because REPLACE deletes without firing delete triggers.
const TABLES = `
CREATE TABLE events (
  seq       INTEGER PRIMARY KEY,
  run       TEXT,
  type      TEXT NOT NULL,
  version   INTEGER NOT NULL,
  at        TEXT NOT NULL,
  json      TEXT NOT NULL,
  prev_hash TEXT NOT NULL,
  hash      TEXT NOT NULL
) STRICT;
CREATE INDEX events_by_run ON events (run);
CREATE INDEX events_by_type ON events (type);
CREATE INDEX events_by_run_and_type ON events (run, type);
CREATE TABLE blobs (
  digest  TEXT PRIMARY KEY NOT NULL,
  content BLOB NOT NULL
) STRICT;
CREATE TRIGGER events_never_change BEFORE UPDATE ON events
  BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER events_never_go BEFORE DELETE ON events
  BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER events_never_replaced BEFORE INSERT ON events
  WHEN EXISTS (SELECT 1 FROM events WHERE seq = NEW.seq)
  BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER blobs_never_change BEFORE UPDATE ON blobs
  BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER blobs_never_go BEFORE DELETE ON blobs
  BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER blobs_never_replaced BEFORE INSERT ON blobs
  WHEN EXISTS (SELECT 1 FROM blobs WHERE digest = NEW.digest)
  BEGIN SELECT RAISE(IGNORE); END;
`;

/** Sets a fresh connection up, makes the tables where there are none, and refuses what is not ours. */
export async function prepareDatabase(db: DatabaseSync, path: string, readOnly: boolean): Promise<void> {
  db.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
  // Without this SQLite trusts a damaged page until it trips over it.
  db.exec("PRAGMA cell_size_check = ON");
  db.exec("PRAGMA trusted_schema = OFF");
  // The default of 2 MB is too small for the indexes of a million events. Negative: kibibytes.
  db.exec("PRAGMA cache_size = -32768");
  if (readOnly) {
    checkIdentity(db, path);
    return;
  }
  await useWriteAheadLog(db);
  // FULL: an append is on the disk before it is acknowledged, so it survives a power cut.
  db.exec("PRAGMA synchronous = FULL");
  db.exec("PRAGMA foreign_keys = ON");
  if (userVersion(db) === 0) createTables(db, path);
  checkIdentity(db, path);
}

/** Two openers of a new file race for the switch to WAL, and SQLite does not apply `busy_timeout` to it. */
async function useWriteAheadLog(db: DatabaseSync): Promise<void> {
  const deadline = performance.now() + BUSY_MS;
  for (;;) {
    try {
      db.exec("PRAGMA journal_mode = WAL");
      return;
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error;
      await sleep(10);
    }
  }
}

function createTables(db: DatabaseSync, path: string): void {
  db.exec("BEGIN IMMEDIATE");
  try {
    // Another process may have made them while this one waited for its turn.
    if (userVersion(db) === 0) {
      if (db.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").get() !== undefined) throw notALedger(path);
      db.exec(TABLES);
      db.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
      db.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
    }
    db.exec("COMMIT");
  } catch (error) {
    if (db.isTransaction) db.exec("ROLLBACK");
    throw error;
  }
}

function checkIdentity(db: DatabaseSync, path: string): void {
  if (pragma(db, "application_id") !== APPLICATION_ID) throw notALedger(path);
  const version = userVersion(db);
  if (version < 1) throw notALedger(path);
  if (version > SCHEMA_VERSION) {
    throw new PawlError(
      "PAWL_LEDGER_NEWER",
      `The ledger ${path} has schema version ${version}; this Pawl knows versions up to ${SCHEMA_VERSION}.`,
      { path, remedy: "Update Pawl to the version that wrote the ledger." },
    );
  }
}

function notALedger(path: string): PawlError {
  return corrupt(path, "it is a database, but not a ledger of Pawl");
}

function userVersion(db: DatabaseSync): number {
  return pragma(db, "user_version");
}

function pragma(db: DatabaseSync, name: string): number {
  return Number(db.prepare(`PRAGMA ${name}`).get()?.[name]);
}
