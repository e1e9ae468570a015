import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { execa } from "execa";
import { expect, test } from "vitest";
import { createEngine } from "./engine.ts";
import { verifyLedger } from "./ledger/verify.ts";
import { openLedger } from "./project.ts";
import { longConfig, scratchRepo, toyConfig } from "./test/toy.ts";

const isRoot = process.getuid?.() === 0 && process.platform === "linux";
if (!isRoot) console.warn("SKIPPED: the full-disk run needs root, to mount a small disk");

test.skipIf(!isRoot)(
  "a disk that fills up in mid-run stops it with a code; with space again, resume loses nothing",
  async () => {
    const disk = await mkdtemp(join(tmpdir(), "pawl-disk-"));
    await execa("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", disk]);
    try {
      await using repo = await scratchRepo(undefined, disk);
      const config = longConfig(4);
      await repo.lock(config);
      const failure = await createEngine(config, { root: repo.root })
        .run()
        .result.catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: "PAWL_LEDGER_WRITE", exitCode: 1 });
      expect((failure as { remedy: string }).remedy).not.toBe("");

      await execa("mount", ["-o", "remount,size=64m", disk]);
      const summary = await createEngine(config, { root: repo.root }).run({ resume: true }).result;
      expect(summary).toMatchObject({ status: "finished", experiments: 1_200 });
      const ledger = await openLedger({ root: repo.root });
      await verifyLedger(ledger);
      await ledger.close();
    } finally {
      await execa("umount", [disk]);
      await rm(disk, { recursive: true });
    }
  },
);

test("a ledger that was tampered with is refused, and says where", async () => {
  await using repo = await scratchRepo();
  const config = toyConfig();
  await repo.lock(config);
  const engine = createEngine(config, { root: repo.root });
  engine.on("experiment.finished", ({ data }) => data.experiment === 12 && engine.drain());
  await engine.run().result;
  const db = new DatabaseSync(join(repo.root, ".pawl/ledger.sqlite"));
  for (const { name } of db.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").all()) {
    db.exec(`DROP TRIGGER "${String(name)}"`);
  }
  db.exec(`UPDATE events SET json = replace(json, '"rejected"', '"kept"') WHERE type = 'experiment.finished'`);
  db.close();
  await expect(createEngine(config, { root: repo.root }).run({ resume: true }).result).rejects.toMatchObject({
    code: "PAWL_LEDGER_CORRUPT",
  });
});
