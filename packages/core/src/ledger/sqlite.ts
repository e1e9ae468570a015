import { existsSync, statSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { setImmediate as nextTurn } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { type Json, PawlError } from "@pawl/plugin";
import { corrupt, ledgerError, sqliteCode } from "./errors.ts";
import { blobDigest, eventHash, GENESIS_HASH, stringify } from "./hash.ts";
import type { Ledger, LedgerEvent, LedgerHead, LedgerQuery, NewEvent } from "./ledger.ts";
import { prepareDatabase } from "./schema.ts";

/** Rows read at a time: no read transaction stays open while a slow reader thinks. */
const PAGE = 512;

const EMPTY: LedgerHead = { seq: 0, hash: GENESIS_HASH };

interface Row {
  readonly seq: number;
  readonly run: string | null;
  readonly type: string;
  readonly version: number;
  readonly at: string;
  readonly json: string;
  readonly prev_hash: string;
  readonly hash: string;
}

/** Options of {@link openSqliteLedger}. */
export interface SqliteLedgerOptions {
  /** Only read; works beside an engine that writes, and on a read-only disk. Default false. */
  readonly readOnly?: boolean;
}

/**
 * Opens the ledger at `path`, an SQLite file in WAL mode, and makes it where there is none (unless read-only).
 * Strings are stored well-formed: a lone surrogate in a run name or type becomes U+FFFD; in `data` it survives as a
 * JSON escape.
 * @throws PawlError `PAWL_LEDGER_CORRUPT`, `PAWL_LEDGER_NEWER`, `PAWL_LEDGER_WRITE`, and `PAWL_RUN_NOT_FOUND` where
 * there is nothing to read.
 */
export async function openSqliteLedger(path: string, { readOnly = false }: SqliteLedgerOptions = {}): Promise<Ledger> {
  let db: DatabaseSync | undefined;
  try {
    if (!readOnly) await mkdir(dirname(path), { recursive: true });
    else if (!existsSync(path)) throw nothingThere(path);
    db = readOnly ? openReader(path) : new DatabaseSync(path);
    await prepareDatabase(db, path, readOnly);
    return new SqliteLedger(db, path);
  } catch (error) {
    db?.close();
    throw ledgerError(path, error);
  }
}

/**
 * Even a reader of a WAL database writes: it makes the shared index beside it. Where it may not, the file can still
 * be read as it stands, provided that no writer left a log that is not merged yet.
 */
function openReader(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    db.prepare("SELECT 1 FROM sqlite_schema").get();
    return db;
  } catch (error) {
    db.close();
    const wal = statSync(`${path}-wal`, { throwIfNoEntry: false });
    const cantOpen = sqliteCode(error) === 14 || sqliteCode(error) === 8;
    if (!cantOpen || (wal !== undefined && wal.size > 0)) throw error;
    const url = pathToFileURL(path);
    url.searchParams.set("immutable", "1");
    return new DatabaseSync(url, { readOnly: true });
  }
}

function nothingThere(path: string): PawlError {
  return new PawlError("PAWL_RUN_NOT_FOUND", `There is no ledger at ${path} yet.`, {
    path,
    remedy: "Start a run with `pawl run`.",
  });
}

/** Which file stands at a path: another one with the same content is another one. */
function fileAt(path: string): string {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? "none" : `${stat.dev}:${stat.ino}`;
}

class SqliteLedger implements Ledger {
  readonly #db: DatabaseSync;
  readonly #path: string;
  readonly #statements = new Map<string, StatementSync>();
  /** The newest row known to be good; another process may have written since. */
  #known: LedgerHead = EMPTY;
  readonly #file: string;

  constructor(db: DatabaseSync, path: string) {
    this.#db = db;
    this.#path = path;
    this.#file = fileAt(path);
  }

  async append(
    run: string | null,
    events: readonly NewEvent[],
    blobs: readonly (string | Uint8Array)[] = [],
  ): Promise<readonly LedgerEvent[]> {
    const db = this.#db;
    try {
      // SQLite goes on writing into a file that is in no folder any more.
      if (fileAt(this.#path) !== this.#file) throw corrupt(this.#path, "the file was removed or replaced while in use");
      db.exec("BEGIN IMMEDIATE");
      for (const content of blobs) this.#insertBlob(content);
      let head = this.#checkedHead();
      const appended: LedgerEvent[] = [];
      for (const event of events) {
        const stored = this.#insertEvent(head, run, event);
        appended.push(stored);
        head = stored;
      }
      db.exec("COMMIT");
      this.#known = { seq: head.seq, hash: head.hash };
      return appended;
    } catch (error) {
      // SQLite has rolled back by itself after some errors, such as a full disk.
      if (db.isOpen && db.isTransaction) db.exec("ROLLBACK");
      throw ledgerError(this.#path, error);
    }
  }

  async *events(query: LedgerQuery = {}): AsyncGenerator<LedgerEvent, void, undefined> {
    const { after = 0 } = query;
    const { clause, values } = filter(query);
    const whole = clause.length === 0;
    const page = this.#statement(select(clause, "seq > ? AND seq <= ?", `seq LIMIT ${PAGE}`));
    // What is appended while someone reads belongs to the next read: else a reader who appends would never end.
    const end = (await this.head()).seq;
    let previous = whole ? this.#linkBefore(after) : undefined;
    let seen = after;
    for (;;) {
      const rows = this.#read(`after row ${seen}`, () => page.all(...values, seen, end) as unknown as Row[]);
      for (const row of rows) {
        const expected = previous;
        if (whole && expected !== undefined && row.seq !== expected.seq + 1) {
          throw corrupt(this.#path, `row ${expected.seq + 1} is missing`);
        }
        if (expected?.seq === row.seq - 1 && expected.hash !== row.prev_hash) {
          throw corrupt(this.#path, `row ${row.seq} does not follow row ${expected.seq}: the hash chain is broken`);
        }
        const event = this.#toEvent(row);
        previous = event;
        seen = row.seq;
        yield event;
      }
      if (rows.length < PAGE) return;
      // The reads above are synchronous: let timers and signals have their turn in a long ledger.
      await nextTurn();
    }
  }

  async last(query: Omit<LedgerQuery, "after"> = {}): Promise<LedgerEvent | undefined> {
    const { clause, values } = filter(query);
    const newest = this.#statement(select(clause, undefined, "seq DESC LIMIT 1"));
    const row = this.#read("in its index", () => newest.get(...values) as unknown as Row | undefined);
    return row === undefined ? undefined : this.#toEvent(row);
  }

  async runs(): Promise<readonly string[]> {
    // Hops from one run to the next in the index, so that the cost is in runs and not in events.
    const hops = this.#statement(`
      WITH RECURSIVE names (run) AS (
        SELECT min(run) FROM events
        UNION ALL
        SELECT (SELECT min(run) FROM events WHERE run > names.run) FROM names WHERE names.run IS NOT NULL
      )
      SELECT run FROM names WHERE run IS NOT NULL
      ORDER BY (SELECT min(seq) FROM events WHERE events.run = names.run)`);
    return this.#read("in its index", () => hops.all()).map((row) => String(row["run"]));
  }

  async blob(digest: string): Promise<Uint8Array> {
    const found = this.#statement("SELECT content FROM blobs WHERE digest = ?");
    const content = this.#read(`in blob ${digest}`, () => found.get(digest)?.["content"]);
    if (!(content instanceof Uint8Array)) throw corrupt(this.#path, `blob ${digest} is missing`);
    if (blobDigest(content) !== digest) throw corrupt(this.#path, `blob ${digest} is not what its digest says`);
    return content;
  }

  async head(): Promise<LedgerHead> {
    const row = this.#read("at its end", () => this.#headRow());
    return row === undefined ? EMPTY : { seq: row.seq, hash: row.hash };
  }

  async close(): Promise<void> {
    if (this.#db.isOpen) this.#db.close();
  }

  #insertBlob(content: string | Uint8Array): void {
    const bytes = typeof content === "string" ? Buffer.from(content) : content;
    this.#statement("INSERT INTO blobs (digest, content) VALUES (?, ?)").run(blobDigest(bytes), bytes);
  }

  #insertEvent(head: LedgerHead, run: string | null, event: NewEvent): LedgerEvent {
    const json = stringify(event.data);
    if (json === undefined) throw new PawlError("PAWL_INTERNAL", `The event ${event.type} has no data.`);
    const fields = {
      prevHash: head.hash,
      seq: head.seq + 1,
      run: run?.toWellFormed() ?? null,
      type: event.type.toWellFormed(),
      version: event.version,
      at: new Date().toISOString(),
    };
    const hash = eventHash({ ...fields, json });
    this.#statement("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)").run(
      fields.seq,
      fields.run,
      fields.type,
      fields.version,
      fields.at,
      json,
      fields.prevHash,
      hash,
    );
    // Parsed again, so that what is returned is exactly what every later reader gets.
    return { ...fields, data: JSON.parse(json) as Json, hash };
  }

  /** The row to append to. Where it is not the one this process wrote, it must verify: a bad chain does not grow. */
  #checkedHead(): LedgerHead {
    const row = this.#headRow();
    if (row === undefined) return EMPTY;
    if (row.seq !== this.#known.seq || row.hash !== this.#known.hash) this.#toEvent(row);
    return { seq: row.seq, hash: row.hash };
  }

  #headRow(): Row | undefined {
    return this.#statement(select([], undefined, "seq DESC LIMIT 1")).get() as unknown as Row | undefined;
  }

  /** The row that the first row of an unfiltered read must follow, where it is there. */
  #linkBefore(after: number): LedgerHead | undefined {
    if (after < 1) return EMPTY;
    return this.#read(`at row ${after}`, () =>
      this.#statement("SELECT seq, hash FROM events WHERE seq = ?").get(after),
    ) as unknown as LedgerHead | undefined;
  }

  #toEvent({ json, prev_hash: prevHash, hash, ...row }: Row): LedgerEvent {
    if (eventHash({ ...row, prevHash, json }) !== hash) {
      throw corrupt(this.#path, `row ${row.seq} was changed after it was written`);
    }
    return { ...row, data: JSON.parse(json) as Json, prevHash, hash };
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #read<T>(where: string, action: () => T): T {
    try {
      return action();
    } catch (error) {
      throw ledgerError(this.#path, error, where);
    }
  }
}

/** Binding a string makes it well-formed, as it was when it was stored. */
function filter({ run, type }: LedgerQuery): { clause: readonly string[]; values: (string | null)[] } {
  const clause: string[] = [];
  const values: (string | null)[] = [];
  if (run !== undefined) {
    clause.push("run IS ?");
    values.push(run);
  }
  if (type !== undefined) {
    clause.push("type = ?");
    values.push(type);
  }
  return { clause, values };
}

function select(clause: readonly string[], more: string | undefined, order: string): string {
  const conditions = more === undefined ? clause : [...clause, more];
  const where = conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
  return `SELECT seq, run, type, version, at, json, prev_hash, hash FROM events${indexFor(clause)}${where} ORDER BY ${order}`;
}

/** Named, because the planner guesses without statistics, and a wrong guess costs a scan of the whole ledger. */
function indexFor(clause: readonly string[]): string {
  const [first, second] = clause;
  if (first === undefined) return "";
  if (second !== undefined) return " INDEXED BY events_by_run_and_type";
  return first.startsWith("run") ? " INDEXED BY events_by_run" : " INDEXED BY events_by_type";
}
