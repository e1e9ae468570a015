import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, test, type TestContext } from "vitest";
import type { Ledger } from "./ledger.ts";
import { openSqliteLedger } from "./sqlite.ts";
import { verifyLedger } from "./verify.ts";

let folder: string;
let disk: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "pawl-disk-"));
  disk = join(folder, "disk");
  await mkdir(disk);
});
afterEach(async () => {
  // Lazy: a test that failed may have left its ledger open, and the disk must go all the same.
  await execa("umount", ["-l", disk], { reject: false });
  await rm(folder, { recursive: true, force: true });
});

/** A real file system of one megabyte. Only root may mount one: elsewhere the test is skipped, and says so. */
async function mountSmallDisk({ skip }: TestContext): Promise<void> {
  const mounted = await execa("mount", ["-t", "tmpfs", "-o", "size=1m", "pawl-test", disk], { reject: false });
  if (mounted.exitCode !== 0) skip(`NOT TESTED: a real full disk needs the right to mount one (${mounted.stderr})`);
}

async function appendUntilItFails(ledger: Ledger): Promise<{ appended: number; error: unknown }> {
  for (let appended = 0; ; appended += 1) {
    try {
      await ledger.append("night", [{ type: "note", version: 1, data: "x".repeat(5_000) }], [`blob ${appended}`]);
    } catch (error) {
      return { appended, error };
    }
    if (appended > 1_000) throw new Error("the disk does not fill");
  }
}

describe("a disk that is really full", () => {
  test("an append fails whole, nothing recorded is lost, and with space the same ledger goes on", async (context) => {
    await mountSmallDisk(context);
    const path = join(disk, "ledger.sqlite");
    const filler = join(disk, "filler");
    await writeFile(filler, Buffer.alloc(300_000));
    const ledger = await openSqliteLedger(path);

    const first = await appendUntilItFails(ledger);
    expect(first.error).toMatchObject({ code: "PAWL_LEDGER_WRITE", path, remedy: expect.stringContaining("space") });
    expect(first.appended).toBeGreaterThan(3);
    expect((await verifyLedger(ledger)).events).toBe(first.appended);
    // Still full: still a clean refusal.
    await expect(
      ledger.append("night", [{ type: "note", version: 1, data: "x".repeat(50_000) }]),
    ).rejects.toMatchObject({ code: "PAWL_LEDGER_WRITE" });

    await rm(filler);
    const second = await appendUntilItFails(ledger);
    expect(second.appended).toBeGreaterThan(3);
    await ledger.close();

    const again = await openSqliteLedger(path, { readOnly: true });
    expect((await verifyLedger(again)).events).toBe(first.appended + second.appended);
    await again.close();
  });

  test("a ledger cannot be made on it", async (context) => {
    await mountSmallDisk(context);
    // Fills to the last byte: the write ends with an error when the disk is full.
    await execa("dd", ["if=/dev/zero", `of=${join(disk, "filler")}`, "bs=4k"], { reject: false });
    const path = join(disk, "ledger.sqlite");
    await expect(openSqliteLedger(path)).rejects.toMatchObject({ code: "PAWL_LEDGER_WRITE", path });
  });

  test("a disk that turned read-only can be read but not written", async (context) => {
    await mountSmallDisk(context);
    const path = join(disk, "ledger.sqlite");
    const ledger = await openSqliteLedger(path);
    await ledger.append("night", [{ type: "note", version: 1, data: 1 }]);
    await ledger.close();
    await execa("mount", ["-o", "remount,ro", disk]);

    const reader = await openSqliteLedger(path, { readOnly: true });
    expect((await verifyLedger(reader)).events).toBe(1);
    await reader.close();
    const refusal = openSqliteLedger(path).then((opened) =>
      opened.append("night", [{ type: "note", version: 1, data: 2 }]),
    );
    await expect(refusal).rejects.toMatchObject({ code: "PAWL_LEDGER_WRITE", path });
  });
});
