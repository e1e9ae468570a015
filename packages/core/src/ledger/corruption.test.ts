import { copyFile, mkdtemp, open, rm, stat, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { PawlError } from "@pawl/plugin";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { eventHash } from "./hash.ts";
import type { Ledger, LedgerEvent, LedgerQuery } from "./ledger.ts";
import { openSqliteLedger } from "./sqlite.ts";
import { verifyLedger } from "./verify.ts";

const EVENTS = 40;
let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "pawl-corrupt-"));
  path = join(folder, "ledger.sqlite");
  const ledger = await openSqliteLedger(path);
  for (let n = 1; n <= EVENTS; n += 1) {
    await ledger.append("night", [{ type: "note", version: 1, data: { n, text: "x".repeat(300) } }]);
  }
  await ledger.close();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function edit(...statements: string[]): void {
  const db = new DatabaseSync(path);
  db.exec("DROP TRIGGER events_never_change; DROP TRIGGER events_never_go;");
  for (const sql of statements) db.exec(sql);
  db.close();
}

async function read(ledger: Ledger, query: LedgerQuery): Promise<LedgerEvent[]> {
  const found: LedgerEvent[] = [];
  for await (const event of ledger.events(query)) found.push(event);
  return found;
}

async function readError(file = path): Promise<PawlError | undefined> {
  try {
    const ledger = await openSqliteLedger(file);
    try {
      const { events } = await verifyLedger(ledger);
      expect(events).toBe(EVENTS);
      return undefined;
    } finally {
      await ledger.close();
    }
  } catch (error) {
    if (error instanceof PawlError) return error;
    throw error;
  }
}

test.each(["removed", "replaced by a copy of itself"])(
  "a ledger that is %s while in use takes no more rows",
  async (how) => {
    const ledger = await openSqliteLedger(path);
    try {
      await copyFile(path, `${path}.copy`);
      await rm(path);
      if (how !== "removed") await copyFile(`${path}.copy`, path);
      const late = ledger.append("night", [{ type: "note", version: 1, data: {} }]);
      await expect(late).rejects.toMatchObject({ code: "PAWL_LEDGER_CORRUPT" });
    } finally {
      await ledger.close();
    }
  },
);

describe("rows that someone edited", () => {
  test.each([
    ["a byte of the data", "UPDATE events SET json = replace(json, '\"n\":17', '\"n\":18') WHERE seq = 17", "row 17 "],
    ["the run", "UPDATE events SET run = 'day' WHERE seq = 5", "row 5 "],
    ["the time", "UPDATE events SET at = '2000-01-01T00:00:00.000Z' WHERE seq = 5", "row 5 "],
    ["the hash", "UPDATE events SET hash = prev_hash WHERE seq = 9", "row 9 "],
    ["a row taken out", "DELETE FROM events WHERE seq = 21", "row 21 "],
    ["the first rows taken out", "DELETE FROM events WHERE seq < 4", "row 1 "],
    ["a row moved", "UPDATE events SET seq = 1000 WHERE seq = 30", "row 30 "],
    ["the data replaced by no JSON", "UPDATE events SET json = '{' WHERE seq = 2", "row 2 "],
  ])("%s", async (_, sql, row) => {
    edit(sql);
    const error = await readError();
    expect(error).toMatchObject({ code: "PAWL_LEDGER_CORRUPT", path });
    expect(error?.message).toContain(row);
    expect(error?.remedy).toMatch(/backup/);
  });

  test("a row that was rewritten with a fitting hash of its own breaks the link of the next", async () => {
    const db = new DatabaseSync(path);
    const row = db.prepare("SELECT * FROM events WHERE seq = 12").get() as Record<string, string>;
    db.close();
    const json = '{"n":12,"text":"better"}';
    const hash = eventHash({
      prevHash: String(row["prev_hash"]),
      seq: 12,
      run: String(row["run"]),
      type: String(row["type"]),
      version: 1,
      at: String(row["at"]),
      json,
    });
    edit(`UPDATE events SET json = '${json}', hash = '${hash}' WHERE seq = 12`);
    const error = await readError();
    expect(error).toMatchObject({ code: "PAWL_LEDGER_CORRUPT", path });
    expect(error?.message).toContain("row 13 does not follow row 12");

    const ledger = await openSqliteLedger(path);
    await expect(read(ledger, { run: "night", after: 11 })).rejects.toThrow("row 13");
    await expect(read(ledger, { after: 12 }), "the link to the row before").rejects.toThrow("row 13");
    await expect(read(ledger, { after: 13 })).resolves.toHaveLength(EVENTS - 13);
    await ledger.close();
  });

  test("nothing is appended to a last row that was edited, and last() reports it", async () => {
    edit(`UPDATE events SET json = '{}' WHERE seq = ${EVENTS}`);
    const ledger = await openSqliteLedger(path);
    const code = { code: "PAWL_LEDGER_CORRUPT" };
    await expect(ledger.append("night", [{ type: "note", version: 1, data: 1 }])).rejects.toMatchObject(code);
    await expect(ledger.last({ run: "night" })).rejects.toMatchObject(code);
    expect((await ledger.head()).seq).toBe(EVENTS);
    await ledger.close();
  });
});

describe("a damaged file", () => {
  test("any damaged stretch is either reported as corrupt or harmless to every event", async () => {
    const size = (await stat(path)).size;
    const outcomes = { reported: 0, harmless: 0 };
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: size - 1 }),
        fc.uint8Array({ minLength: 1, maxLength: 4_096 }),
        async (at, garbage) => {
          const damaged = join(folder, "damaged.sqlite");
          await copyFile(path, damaged);
          const file = await open(damaged, "r+");
          await file.write(garbage, 0, garbage.length, at);
          await file.close();
          const error = await readError(damaged);
          outcomes[error === undefined ? "harmless" : "reported"] += 1;
          // Two bytes of the header say who may write, four the schema version: those give the other codes.
          expect(error?.code ?? "PAWL_LEDGER_CORRUPT").toMatch(/^PAWL_LEDGER_(CORRUPT|NEWER|WRITE)$/);
          for (const suffix of ["", "-wal", "-shm"]) await rm(`${damaged}${suffix}`, { force: true });
        },
      ),
      { numRuns: 150 },
    );
    expect(outcomes.reported).toBeGreaterThan(20);
  });

  test("a whole page of zeros in the middle of the events", async () => {
    const file = await open(path, "r+");
    await file.write(Buffer.alloc(4_096), 0, 4_096, 4_096);
    await file.close();
    const error = await readError();
    expect(error).toMatchObject({ code: "PAWL_LEDGER_CORRUPT", path });
  });

  test("an index that has lost an event", async () => {
    const db = new DatabaseSync(path);
    // The same index, but blind to one event: as a damaged page would be.
    db.enableDefensive(false);
    db.exec("PRAGMA writable_schema = ON");
    db.exec("DROP INDEX events_by_run; CREATE INDEX events_by_run ON events (run) WHERE seq <> 20");
    db.exec("UPDATE sqlite_schema SET sql = 'CREATE INDEX events_by_run ON events (run)' WHERE name = 'events_by_run'");
    db.close();
    const error = await readError();
    expect(error).toMatchObject({ code: "PAWL_LEDGER_CORRUPT" });
    expect(error?.message).toContain("40 events, and its index finds 39");
  });

  test("a file that was cut off", async () => {
    await truncate(path, Math.floor((await stat(path)).size / 2));
    expect(await readError()).toMatchObject({ code: "PAWL_LEDGER_CORRUPT", path });
  });
});
