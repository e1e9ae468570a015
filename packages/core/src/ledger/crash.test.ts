import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { expect, test } from "vitest";
import { openSqliteLedger } from "./sqlite.ts";
import { verifyLedger } from "./verify.ts";

const KILLS = 20;

test(`after kill -9 of the writer, ${KILLS} times, every acknowledged event is there and the chain verifies`, async () => {
  const folder = await mkdtemp(join(tmpdir(), "pawl-crash-"));
  const path = join(folder, "ledger.sqlite");
  const code = `
    import { writeSync } from "node:fs";
    const { openSqliteLedger } = await import(${JSON.stringify(new URL("sqlite.ts", import.meta.url))});
    const ledger = await openSqliteLedger(${JSON.stringify(path)});
    for (let n = 0; ; n += 1) {
      const blob = "candidate " + process.pid + " " + n;
      const events = [0, 1, 2].map((part) => ({ type: "note", version: 1, data: { n, part, fill: "x".repeat(n % 3000) } }));
      const appended = await ledger.append("night", events, [blob]);
      writeSync(1, appended.map(({ seq, hash }) => seq + " " + hash + "\\n").join(""));
    }`;
  const acknowledged = new Map<number, string>();
  let survivors = 0;
  try {
    for (let round = 0; round < KILLS; round += 1) {
      const child = execa(process.execPath, ["--input-type=module", "-e", code], { reject: false, buffer: false });
      let output = "";
      const started = new Promise<void>((resolve) => {
        child.stdout.on("data", (chunk: Buffer) => {
          output += chunk.toString();
          resolve();
        });
      });
      // In some rounds the kill comes while the ledger is being opened, recovered or made.
      if (round % 5 === 4) await sleep(Math.random() * 200);
      else {
        await started;
        await sleep(Math.random() * 80);
      }
      child.kill("SIGKILL");
      await child;
      const lines = output.slice(0, output.lastIndexOf("\n") + 1).split("\n");
      for (const line of lines.filter((text) => text !== "")) {
        const [seq, hash] = line.split(" ");
        acknowledged.set(Number(seq), String(hash));
      }

      const ledger = await openSqliteLedger(path);
      const found = new Map<number, string>();
      for await (const { seq, hash } of ledger.events()) found.set(seq, hash);
      for (const [seq, hash] of acknowledged) expect(found.get(seq)).toBe(hash);
      expect(found.size % 3, "appends are all or nothing").toBe(0);
      expect((await verifyLedger(ledger)).events).toBe(found.size);
      survivors = found.size;
      await ledger.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  expect(acknowledged.size).toBeGreaterThan(100);
  expect(survivors).toBeGreaterThanOrEqual(acknowledged.size);
});
