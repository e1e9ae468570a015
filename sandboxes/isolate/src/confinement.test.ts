import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { findTool } from "@pawl/sandbox-process";
import { answerOf, childrenOf, openSandbox, until } from "./test/sandbox.ts";

const root = process.getuid?.() === 0;
const dist = new URL("../dist/index.js", import.meta.url).href;

/** An engine of its own, as a program: it prepares a sandbox and then does as told. */
const engine = (then: string): string => `
  import { createHash } from "node:crypto";
  const { isolate } = await import(${JSON.stringify(dist)});
  const configured = isolate();
  const executor = await configured.create(configured.schema.parse({}), { root: "/" });
  const limits = { wallMs: 60_000, memoryMb: 1_024, diskMb: 0, outputBytes: 1_048_576, network: "none" };
  const { signal } = new AbortController();
  await executor.prepare({ limits, concurrency: 3, run: "test" }, signal);
  const items = [1];
  const inputs = { items, digest: createHash("sha256").update(JSON.stringify(items)).digest("hex") };
  const run = (code) => executor.execute({ id: "1", files: { "a.js": code }, entry: { kind: "call", file: "a.js" }, inputs, seed: 1, limits }, signal);
  ${then}`;

test("a child has no environment, no descriptors of ours, no rights", async () => {
  await using sandbox = await openSandbox({ spares: 0 });
  await answerOf(sandbox, `export default () => 1;`);
  const [pid] = childrenOf(process.pid);
  expect(readFileSync(`/proc/${pid}/environ`, "utf8")).toBe("");
  expect(readlinkSync(`/proc/${pid}/cwd`)).toBe("/");
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  expect(status).toMatch(/^CapEff:\s+0+$/m);
  if (root) expect(status).toMatch(/^Uid:\s+65534\s+65534\s+65534\s+65534$/m);
  if (root) expect(status).toMatch(/^Groups:\s*$/m);
  if (findTool("setpriv") !== undefined) expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
  if (findTool("prlimit") !== undefined) {
    expect(readFileSync(`/proc/${pid}/limits`, "utf8")).toMatch(/^Max file size\s+0\s+0 /m);
  }
  for (const fd of readdirSync(`/proc/${pid}/fd`)) {
    expect(readlinkSync(`/proc/${pid}/fd/${fd}`)).toMatch(/^(socket|pipe|anon_inode):|^\/dev\/null$/);
  }
});

test.runIf(existsSync("/bin/bash"))("descriptors that a shell left open in the engine do not reach a child", () => {
  const look = `
    import { readdirSync, readFileSync, readlinkSync } from "node:fs";
    const mine = readdirSync("/proc/self/fd").filter((fd) => { try { return readlinkSync("/proc/self/fd/" + fd) === "/etc/passwd"; } catch { return false; } });
    const children = readFileSync("/proc/self/task/" + process.pid + "/children", "utf8").trim().split(" ");
    const theirs = children.flatMap((pid) => readdirSync("/proc/" + pid + "/fd").map((fd) => readlinkSync("/proc/" + pid + "/fd/" + fd)));
    console.log(JSON.stringify({ mine, theirs }));
    await executor.close();`;
  const shell = spawnSync(
    "/bin/bash",
    ["-c", `exec 200</etc/passwd; exec "$0" --input-type=module -e "$1"`, process.execPath, engine(look)],
    {
      encoding: "utf8",
    },
  );
  const { mine, theirs } = JSON.parse(shell.stdout) as { mine: string[]; theirs: string[] };
  expect(mine).toEqual(["200"]);
  expect(theirs.length).toBeGreaterThan(3);
  expect(theirs).not.toContain("/etc/passwd");
});

describe("when the engine is killed, its children end by themselves", () => {
  const stuck = {
    "in a loop": `export default () => { while (true) {} }`,
    "in native code": `export default () => new Array(1e9).fill()`,
    "in a regular expression": `export default () => /^(a+)+$/.test("a".repeat(60) + "b")`,
  };

  test("also while they are stuck", async () => {
    const script = engine(
      `for (const code of ${JSON.stringify(Object.values(stuck))}) run(code); console.log("running");`,
    );
    const parent = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await new Promise((resolve) => parent.stdout.once("data", resolve));
    // The three at work, and the spare.
    await until(() => childrenOf(parent.pid!).length === 4);
    const children = childrenOf(parent.pid!);
    const busy = (): number =>
      children.filter((pid) => readFileSync(`/proc/${pid}/stat`, "utf8").includes(" R ") || cpuTicks(pid) > 30).length;
    await until(() => busy() >= 3);
    parent.kill("SIGKILL");
    await expect.poll(() => children.filter(alive), { timeout: 5_000 }).toEqual([]);
  });

  test("also while they start", async () => {
    const parent = spawn(process.execPath, ["--input-type=module", "-e", engine("")], { stdio: "ignore" });
    await until(() => childrenOf(parent.pid!).length > 0);
    const children = childrenOf(parent.pid!);
    parent.kill("SIGKILL");
    await expect.poll(() => children.filter(alive), { timeout: 5_000 }).toEqual([]);
  });
});

test.runIf(root && findTool("setpriv") !== undefined)("works for a user without rights", () => {
  const then = `const { outcome, limits: attested } = await run("export default (x) => x"); await executor.close(); console.log(JSON.stringify({ outcome, attested, uid: process.getuid() }));`;
  const args = [
    "--reuid",
    "65534",
    "--regid",
    "65534",
    "--clear-groups",
    process.execPath,
    "--input-type=module",
    "-e",
    engine(then),
  ];
  const output = execFileSync(findTool("setpriv")!, args, { encoding: "utf8", cwd: "/" });
  const { outcome, attested, uid } = JSON.parse(output) as {
    outcome: string;
    attested: { limit: string; by: string }[];
    uid: number;
  };
  expect([outcome, uid]).toEqual(["ok", 65_534]);
  expect(attested.find(({ limit }) => limit === "memoryMb")?.by).toMatch(/^isolate\+(rlimit-data|cgroup-v2)$/);
});

function alive(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
}

function cpuTicks(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[11]);
}
