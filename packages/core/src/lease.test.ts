import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { afterEach, beforeEach, expect, test } from "vitest";
import { acquireLease, readLease } from "./lease.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "pawl-lease-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const module = JSON.stringify(new URL("lease.ts", import.meta.url));

/** A process that takes the lease, says so, then runs `then`. */
function holder(then: string) {
  const code = `
    const { acquireLease } = await import(${module});
    try {
      const lease = await acquireLease(${JSON.stringify(folder)}, "night");
      console.log("got it");
      ${then}
    } catch (error) { console.log(error.code); process.exitCode = 3; }`;
  return execa(process.execPath, ["--input-type=module", "-e", code], { reject: false });
}

function firstLine(child: ReturnType<typeof holder>): Promise<string> {
  return new Promise((resolve) => child.stdout.once("data", (chunk: Buffer) => resolve(chunk.toString().trim())));
}

test("one at a time in this process, and again after release", async () => {
  expect(await readLease(folder)).toEqual({ held: false });
  const lease = await acquireLease(folder, "night");
  expect(lease.holder).toMatchObject({ pid: process.pid, host: hostname(), run: "night" });
  expect(await readLease(folder)).toEqual({ held: true, holder: lease.holder });
  await expect(acquireLease(folder)).rejects.toMatchObject({
    code: "PAWL_REPO_BUSY",
    message: expect.stringContaining(`process ${process.pid} on ${hostname()}, since ${lease.holder.since}, run night`),
    remedy: expect.stringContaining(`end process ${process.pid}`),
  });
  expect(await readLease(folder), "a failed attempt does not free it").toMatchObject({ held: true });
  await lease.release();
  await lease.release();
  expect(await readLease(folder)).toEqual({ held: false });
  const second = await acquireLease(folder);
  // The first holder's release must not take the second's note or lock away.
  await lease.release();
  expect(await readLease(folder)).toEqual({ held: true, holder: second.holder });
  await second.release();
  expect((await readdir(join(folder, "pawl"))).filter((name) => name !== "lease.sqlite")).toEqual([]);
});

test("kept from other processes, with the name of who holds it", async () => {
  const child = holder("await new Promise((resolve) => process.stdin.once('data', resolve)); await lease.release();");
  expect(await firstLine(child)).toBe("got it");
  expect(await readLease(folder)).toMatchObject({ held: true, holder: { pid: child.pid, run: "night" } });
  await expect(acquireLease(folder)).rejects.toMatchObject({
    code: "PAWL_REPO_BUSY",
    message: expect.stringContaining(`process ${child.pid} `),
  });
  child.stdin.write("go\n");
  const lease = await acquireLease(folder);
  child.stdin.end();
  await child;
  await lease.release();
});

test("freed by kill -9 at any moment, ten times", async () => {
  for (let round = 0; round < 10; round += 1) {
    const child = holder("setInterval(() => {}, 1000);");
    if (round % 2 === 0) expect(await firstLine(child)).toBe("got it");
    else await sleep(Math.random() * 250);
    child.kill("SIGKILL");
    await child;
    expect(await readLease(folder)).toEqual({ held: false });
    const lease = await acquireLease(folder);
    expect((await readLease(folder)).held).toBe(true);
    await lease.release();
  }
});

test("not kept by a child that outlives its killed holder", async () => {
  const child = holder(`
    const { spawn } = await import("node:child_process");
    const orphan = spawn("sleep", ["30"], { detached: true, stdio: "ignore" });
    console.log(orphan.pid);
    setInterval(() => {}, 1000);`);
  let output = "";
  while (!/got it\n\d+\n/.test(output)) output += `${await firstLine(child)}\n`;
  child.kill("SIGKILL");
  await child;
  const lease = await acquireLease(folder);
  expect((await readLease(folder)).held).toBe(true);
  await lease.release();
  process.kill(Number(output.trim().split("\n").at(-1)), "SIGKILL");
});

test("of several that start at once exactly one gets it", async () => {
  const children = Array.from({ length: 4 }, () =>
    holder("await new Promise((r) => setTimeout(r, 3000)); process.exit(0);"),
  );
  const results = await Promise.all(children);
  const outputs = results.map(({ stdout }) => stdout).toSorted();
  expect(outputs).toEqual(["PAWL_REPO_BUSY", "PAWL_REPO_BUSY", "PAWL_REPO_BUSY", "got it"]);
});

test("readers never make an engine fail to start", async () => {
  let stop = false;
  await (await acquireLease(folder)).release();
  const readers = [0, 1, 2].map(async () => {
    while (!stop) {
      await readLease(folder);
      await sleep(0);
    }
  });
  let started = 0;
  for (let round = 0; round < 30; round += 1) {
    await (await acquireLease(folder)).release();
    started += 1;
  }
  expect(started).toBe(30);
  stop = true;
  await Promise.all(readers);
});

test("a note that is missing or nonsense changes only the message", async () => {
  const lease = await acquireLease(folder);
  await writeFile(join(folder, "pawl", "lease.json"), "{ nonsense");
  expect(await readLease(folder)).toEqual({ held: true, holder: undefined });
  await rm(join(folder, "pawl", "lease.json"));
  await expect(acquireLease(folder)).rejects.toMatchObject({
    code: "PAWL_REPO_BUSY",
    message: expect.stringContaining("another process"),
  });
  await lease.release();
  await writeFile(join(folder, "pawl", "lease.json"), JSON.stringify({ pid: 1, host: "x", since: "y", run: null }));
  expect(await readLease(folder), "a note alone holds nothing").toEqual({ held: false });
});

test("a lease file that cannot be used is a clear error", async () => {
  await mkdir(join(folder, "pawl", "lease.sqlite"), { recursive: true });
  await expect(acquireLease(folder)).rejects.toMatchObject({ code: "PAWL_LEDGER_WRITE" });
  await rm(join(folder, "pawl"), { recursive: true });
  await mkdir(join(folder, "pawl"));
  await writeFile(join(folder, "pawl", "lease.sqlite"), "no database at all, and longer than a header ".repeat(30));
  await expect(acquireLease(folder)).rejects.toMatchObject({
    code: "PAWL_LEDGER_WRITE",
    remedy: expect.stringContaining("deleted"),
  });
  await expect(readLease(folder)).rejects.toMatchObject({ code: "PAWL_LEDGER_WRITE" });
});
