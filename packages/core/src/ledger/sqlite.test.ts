import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { PawlError } from "@pawl/plugin";
import { execa } from "execa";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { blobDigest, eventHash, GENESIS_HASH } from "./hash.ts";
import type { Ledger, LedgerEvent, LedgerQuery, NewEvent } from "./ledger.ts";
import { openSqliteLedger } from "./sqlite.ts";
import { verifyLedger } from "./verify.ts";

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "pawl-ledger-"));
  path = join(folder, "ledger.sqlite");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function all(ledger: Ledger, query?: LedgerQuery): Promise<LedgerEvent[]> {
  const found: LedgerEvent[] = [];
  for await (const event of ledger.events(query)) found.push(event);
  return found;
}

function note(data: NewEvent["data"], type = "note"): NewEvent {
  return { type, version: 1, data };
}

function digestsOf(event: LedgerEvent): string[] {
  return [String(event.data)];
}

function node(code: string): ReturnType<typeof execa> {
  return execa(process.execPath, ["--input-type=module", "-e", code], { timeout: 60_000 });
}

async function failure(action: Promise<unknown>): Promise<PawlError> {
  const error = await action.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof PawlError) return error;
  throw new Error("expected a PawlError", { cause: error });
}

/** Strings as a hostile proposer makes them: any code units, lone surrogates and NUL included. */
const anyString = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 6 }).map((units) => String.fromCharCode(...units)),
);
const anyJson = fc.jsonValue({ stringUnit: "binary" }).chain((value) =>
  fc.oneof(
    fc.constant(value),
    anyString.map((text) => ({ text, value })),
  ),
);

describe("appending and reading", () => {
  test("an empty ledger has a head of zeros and no events", async () => {
    const ledger = await openSqliteLedger(path);
    expect(await ledger.head()).toEqual({ seq: 0, hash: GENESIS_HASH });
    expect(await all(ledger)).toEqual([]);
    expect(await ledger.last()).toBeUndefined();
    expect(await ledger.runs()).toEqual([]);
    await ledger.close();
    await ledger.close();
  });

  test("whatever is appended is read back the same, by every query, also after reopening", async () => {
    const name = fc.oneof(fc.constantFrom("night", "day", "x"), anyString);
    const entry = fc.record({
      run: fc.option(name),
      events: fc.array(fc.record({ type: name, version: fc.nat(9), data: anyJson }), { maxLength: 4 }),
    });
    let file = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 8 }), async (entries) => {
        const place = join(folder, `${(file += 1)}.sqlite`);
        let ledger = await openSqliteLedger(place);
        const expected: LedgerEvent[] = [];
        for (const { run, events } of entries) expected.push(...(await ledger.append(run, events as NewEvent[])));
        await ledger.close();
        ledger = await openSqliteLedger(place);

        const sent = entries.flatMap(({ run, events }) =>
          events.map((event) => ({
            run: run?.toWellFormed() ?? null,
            type: event.type.toWellFormed(),
            version: event.version,
            data: JSON.parse(JSON.stringify(event.data)) as unknown,
          })),
        );
        expect(expected.map(({ run, type, version, data }) => ({ run, type, version, data }))).toEqual(sent);
        expect(await all(ledger)).toEqual(expected);
        expect(expected.map(({ seq }) => seq)).toEqual(expected.map((_, index) => index + 1));
        expect((await verifyLedger(ledger)).head).toEqual(await ledger.head());

        const runs = new Set(entries.map(({ run }) => run));
        const types = new Set(entries.flatMap(({ events }) => events.map(({ type }) => type)));
        for (const run of [undefined, ...runs]) {
          for (const type of [undefined, ...types]) {
            const matching = expected.filter(
              (event) =>
                (run === undefined || event.run === (run?.toWellFormed() ?? null)) &&
                (type === undefined || event.type === type.toWellFormed()),
            );
            const query = { ...(run === undefined ? {} : { run }), ...(type === undefined ? {} : { type }) };
            expect(await all(ledger, query)).toEqual(matching);
            expect(await all(ledger, { ...query, after: 2 })).toEqual(matching.filter(({ seq }) => seq > 2));
            expect(await ledger.last(query)).toEqual(matching.at(-1));
          }
        }
        const named = new Set(expected.map(({ run }) => run).filter((run) => run !== null));
        expect(await ledger.runs()).toEqual([...named]);
        await ledger.close();
      }),
      { numRuns: 60 },
    );
  });

  test("the hash is the one that hash.ts documents", async () => {
    const ledger = await openSqliteLedger(path);
    const [event] = await ledger.append("night", [note({ b: 1, a: ["é"] })]);
    const text = `${GENESIS_HASH}\n1\n"night"\n"note"\n1\n"${event?.at}"\n{"b":1,"a":["é"]}`;
    expect(event?.hash).toBe(blobDigest(text));
    await ledger.close();
  });

  test("no two different events share a hash by shifting text between fields", () => {
    const base = { prevHash: GENESIS_HASH, seq: 1, version: 1, at: "now", json: "1" };
    fc.assert(
      fc.property(fc.option(anyString), anyString, fc.option(anyString), anyString, (runA, typeA, runB, typeB) => {
        fc.pre(runA !== runB || typeA !== typeB);
        expect(eventHash({ ...base, run: runA, type: typeA })).not.toBe(eventHash({ ...base, run: runB, type: typeB }));
      }),
    );
  });

  test("more events than a page are read once each and in order", async () => {
    const ledger = await openSqliteLedger(path);
    await ledger.append(
      "night",
      Array.from({ length: 1_700 }, (_, index) => note(index, index % 2 === 0 ? "even" : "odd")),
    );
    expect((await all(ledger)).map(({ data }) => data)).toEqual(Array.from({ length: 1_700 }, (_, index) => index));
    expect(await all(ledger, { type: "odd", after: 100 })).toHaveLength(800);
    await ledger.close();
  });

  test("a reader who appends while reading sees the ledger as it was at the start", async () => {
    const ledger = await openSqliteLedger(path);
    const first = Array.from({ length: 600 }, (_, index) => index);
    await ledger.append(
      "night",
      first.map((index) => note(index)),
    );
    const seen: unknown[] = [];
    for await (const event of ledger.events()) {
      seen.push(event.data);
      await ledger.append("night", [note("later")]);
    }
    expect(seen).toEqual(first);
    expect((await ledger.head()).seq).toBe(1_200);
    await ledger.close();
  });

  test("an append that fails half-way leaves nothing behind, and the next one works", async () => {
    const ledger = await openSqliteLedger(path);
    await ledger.append("night", [note(1)]);
    const bad = { type: "bad", version: 1, data: undefined } as unknown as NewEvent;
    const error = await failure(ledger.append("night", [note(2), bad], ["lost"]));
    expect(error.code).toBe("PAWL_INTERNAL");
    expect((await ledger.head()).seq).toBe(1);
    expect((await failure(ledger.blob(blobDigest("lost")))).code).toBe("PAWL_LEDGER_CORRUPT");
    await ledger.append("night", [note(3)]);
    expect((await all(ledger)).map(({ data }) => data)).toEqual([1, 3]);
    await ledger.close();
  });
});

describe("blobs", () => {
  test("any content comes back byte by byte, and equal content is stored once", async () => {
    const ledger = await openSqliteLedger(path);
    await fc.assert(
      fc.asyncProperty(fc.oneof(anyString, fc.uint8Array({ maxLength: 9_000 })), async (content) => {
        await ledger.append(null, [], [content, content]);
        await ledger.append(null, [], [content]);
        const bytes = await ledger.blob(blobDigest(content));
        expect(Buffer.from(bytes).equals(Buffer.from(content as string))).toBe(true);
      }),
      { numRuns: 60 },
    );
    await ledger.append(null, [], ["same", "same"]);
    await ledger.close();
    const db = new DatabaseSync(path);
    expect(db.prepare("SELECT count(*) AS n FROM blobs WHERE digest = ?").get(blobDigest("same"))).toMatchObject({
      n: 1,
    });
    db.close();
  });

  test("a blob that is missing or changed is reported, also by verifyLedger", async () => {
    const ledger = await openSqliteLedger(path);
    const digest = blobDigest("content");
    await ledger.append("night", [note(digest)], ["content"]);
    expect(await verifyLedger(ledger, digestsOf)).toMatchObject({ events: 1, blobs: 1 });
    const db = new DatabaseSync(path);
    db.exec("DROP TRIGGER blobs_never_change");
    db.prepare("UPDATE blobs SET content = ? WHERE digest = ?").run(Buffer.from("contend"), digest);
    db.close();
    const error = await failure(verifyLedger(ledger, digestsOf));
    expect(error).toMatchObject({ code: "PAWL_LEDGER_CORRUPT", path });
    expect(error.message).toContain(digest);
    await ledger.close();
  });
});

describe("several connections", () => {
  const module = JSON.stringify(new URL("sqlite.ts", import.meta.url));
  const writer = (run: string, count: number): string => `
    const { openSqliteLedger } = await import(${module});
    const ledger = await openSqliteLedger(${JSON.stringify(path)});
    for (let n = 0; n < ${count}; n += 1) await ledger.append("${run}", [{ type: "note", version: 1, data: n }], n % 2 ? ["blob" + n] : []);
    await ledger.close();`;

  test("four processes that make the ledger and append at once share one chain", async () => {
    await Promise.all(["a", "b", "c", "d"].map((run) => node(writer(run, 40))));
    const ledger = await openSqliteLedger(path);
    expect(await verifyLedger(ledger)).toMatchObject({ events: 160 });
    expect((await ledger.runs()).toSorted()).toEqual(["a", "b", "c", "d"]);
    for (const run of ["a", "b", "c", "d"]) {
      expect((await all(ledger, { run })).map(({ data }) => data)).toEqual(Array.from({ length: 40 }, (_, n) => n));
    }
    await ledger.close();
  });

  test("two readers verify a growing prefix while one process writes", async () => {
    await (await openSqliteLedger(path)).close();
    const writing = node(writer("night", 400));
    let done = false;
    const finished = writing.finally(() => (done = true));
    const readers = [0, 1].map(async () => {
      const ledger = await openSqliteLedger(path, { readOnly: true });
      const lengths = [0];
      for (let last = false; !last;) {
        last = done;
        const { events } = await verifyLedger(ledger);
        expect(events).toBeGreaterThanOrEqual(lengths.at(-1) ?? 0);
        lengths.push(events);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      await ledger.close();
      return lengths;
    });
    await finished;
    for (const lengths of await Promise.all(readers)) {
      expect(lengths.at(-1)).toBe(400);
      expect(new Set(lengths).size, "the reader saw the ledger grow").toBeGreaterThan(2);
    }
  });

  test("a read-only ledger refuses to append", async () => {
    await (await openSqliteLedger(path)).close();
    const reader = await openSqliteLedger(path, { readOnly: true });
    expect(await failure(reader.append("night", [note(1)]))).toMatchObject({ code: "PAWL_LEDGER_WRITE", path });
    await reader.close();
  });
});

describe("append-only", () => {
  test.each([
    ["UPDATE events SET json = '2'"],
    ["DELETE FROM events"],
    ["INSERT OR REPLACE INTO events SELECT seq, run, type, version, at, '2', prev_hash, hash FROM events"],
    ["UPDATE blobs SET content = x'00'"],
    ["DELETE FROM blobs"],
  ])("the database itself refuses %s", async (sql) => {
    const ledger = await openSqliteLedger(path);
    await ledger.append("night", [note(1)], ["blob"]);
    await ledger.close();
    const db = new DatabaseSync(path);
    expect(() => db.exec(sql)).toThrow("append-only");
    db.close();
  });

  test("replacing a blob does nothing", async () => {
    const ledger = await openSqliteLedger(path);
    await ledger.append("night", [], ["blob"]);
    const db = new DatabaseSync(path);
    db.exec("INSERT OR REPLACE INTO blobs SELECT digest, x'00' FROM blobs");
    db.close();
    expect(Buffer.from(await ledger.blob(blobDigest("blob"))).toString()).toBe("blob");
    await ledger.close();
  });
});

describe("what cannot be opened", () => {
  test("a ledger of a newer Pawl", async () => {
    await (await openSqliteLedger(path)).close();
    const db = new DatabaseSync(path);
    db.exec("PRAGMA user_version = 2");
    db.close();
    for (const readOnly of [true, false]) {
      const error = await failure(openSqliteLedger(path, { readOnly }));
      expect(error).toMatchObject({ code: "PAWL_LEDGER_NEWER", path });
      expect(error.remedy).toContain("Update Pawl");
    }
  });

  test("a file that is not a database, and a database that is not a ledger; neither is changed", async () => {
    await writeFile(path, "This is a text file of more than sixteen bytes, and no database.".repeat(20));
    expect(await failure(openSqliteLedger(path))).toMatchObject({ code: "PAWL_LEDGER_CORRUPT", path });

    const other = join(folder, "other.sqlite");
    const db = new DatabaseSync(other);
    db.exec("CREATE TABLE recipes (name TEXT)");
    db.close();
    for (const readOnly of [true, false]) {
      const error = await failure(openSqliteLedger(other, { readOnly }));
      expect(error).toMatchObject({ code: "PAWL_LEDGER_CORRUPT", path: other });
      expect(error.remedy).toBeDefined();
    }
    const again = new DatabaseSync(other);
    expect(again.prepare("SELECT name FROM sqlite_schema").all()).toEqual([
      expect.objectContaining({ name: "recipes" }),
    ]);
    again.close();
  });

  test("a folder in the file's place, a file in the folder's place, and nothing to read", async () => {
    await mkdir(path);
    expect(await failure(openSqliteLedger(path))).toMatchObject({ code: "PAWL_LEDGER_WRITE", path });
    const inFile = join(folder, "file", "ledger.sqlite");
    await writeFile(join(folder, "file"), "");
    expect(await failure(openSqliteLedger(inFile))).toMatchObject({ code: "PAWL_LEDGER_WRITE", path: inFile });
    const missing = join(folder, "missing.sqlite");
    expect(await failure(openSqliteLedger(missing, { readOnly: true }))).toMatchObject({ code: "PAWL_RUN_NOT_FOUND" });
  });

  test("an empty file, which a crash at the very start leaves, becomes a ledger", async () => {
    await writeFile(path, "");
    const ledger = await openSqliteLedger(path);
    await ledger.append("night", [note(1)]);
    expect(await verifyLedger(ledger)).toMatchObject({ events: 1 });
    await ledger.close();
  });
});
