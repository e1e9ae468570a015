import { rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { sqliteCode } from "../ledger/errors.ts";

/** Version of the tables and of the rules that fill them: an index of another one is made anew. */
const VERSION = 1;

// Primary result codes: https://sqlite.org/rescode.html
const DAMAGED = new Set([11, 26]);

const TABLES = `
CREATE TABLE place (seq INTEGER NOT NULL, hash TEXT NOT NULL) STRICT;
INSERT INTO place VALUES (0, '');
CREATE TABLE runs (
  run     TEXT PRIMARY KEY NOT NULL,
  project TEXT NOT NULL,
  lock    TEXT NOT NULL,
  metric  TEXT NOT NULL
) STRICT;
CREATE TABLE tries (
  seq        INTEGER PRIMARY KEY,
  run        TEXT NOT NULL,
  experiment INTEGER NOT NULL,
  project    TEXT NOT NULL,
  parent     INTEGER,
  hypothesis TEXT NOT NULL,
  if_fails   TEXT,
  files      TEXT,
  lock       TEXT,
  status     TEXT,
  failure    TEXT,
  code       TEXT,
  reason     TEXT,
  judged     INTEGER,
  score      REAL,
  effect     TEXT
) STRICT;
CREATE INDEX tries_by_number ON tries (run, experiment);
CREATE INDEX tries_by_lock ON tries (project, lock, seq);
CREATE TABLE notes (
  id        INTEGER PRIMARY KEY,
  project   TEXT NOT NULL,
  lock      TEXT NOT NULL,
  kind      TEXT NOT NULL,
  alike     TEXT NOT NULL,
  text      TEXT NOT NULL,
  by        TEXT NOT NULL,
  name      TEXT,
  evidence  TEXT NOT NULL,
  effect    TEXT,
  times     INTEGER NOT NULL DEFAULT 1,
  weight    REAL NOT NULL DEFAULT 0,
  edited    INTEGER NOT NULL DEFAULT 0,
  removed   INTEGER NOT NULL DEFAULT 0,
  behind    INTEGER
) STRICT;
CREATE INDEX notes_by_kind ON notes (project, lock, kind, removed);
CREATE INDEX notes_by_likeness ON notes (project, lock, kind, alike);
CREATE INDEX notes_behind ON notes (behind);
CREATE VIRTUAL TABLE words USING fts5 (text, tokenize = 'porter unicode61 remove_diacritics 2');
PRAGMA user_version = ${VERSION};
`;

/**
 * Opens the notebook's index, which can be made anew from the ledger at any time: one that is damaged, or was made by
 * other rules, is; and where nothing can be written there is one in memory.
 * @param path of the file, or `:memory:`
 */
export function openIndex(path: string): DatabaseSync {
  try {
    return open(path);
  } catch (error) {
    const code = sqliteCode(error);
    if (path === ":memory:" || code === undefined) throw error;
    if (!DAMAGED.has(code)) return open(":memory:");
    return afresh(path);
  }
}

/** Throws an index away and makes an empty one. */
export function afresh(path: string): DatabaseSync {
  try {
    for (const end of ["", "-wal", "-shm"]) if (path !== ":memory:") rmSync(`${path}${end}`, { force: true });
    return open(path);
  } catch {
    return open(":memory:");
  }
}

function open(path: string): DatabaseSync {
  const db = new DatabaseSync(path);
  try {
    db.exec("PRAGMA busy_timeout = 5000");
    db.exec("PRAGMA journal_mode = WAL");
    // A power cut may cost the newest entries, which are read from the ledger again.
    db.exec("PRAGMA synchronous = NORMAL");
    db.exec("BEGIN IMMEDIATE");
    const version = Number(db.prepare("PRAGMA user_version").get()?.["user_version"]);
    if (version !== VERSION) {
      dropAll(db);
      db.exec(TABLES);
    }
    db.exec("COMMIT");
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function dropAll(db: DatabaseSync): void {
  const own =
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'words_%'";
  for (const row of db.prepare(own).all()) db.exec(`DROP TABLE "${String(row["name"]).replaceAll('"', '""')}"`);
}
