import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { publint } from "publint";
import { afterAll, beforeAll, expect, test } from "vitest";

/**
 * The way of a stranger: an empty folder outside of the repository, packed packages, the code of the README and nothing
 * else.
 */
const root = fileURLToPath(new URL("../../../", import.meta.url));
const packages = ["packages/plugin", "packages/testkit", "sandboxes/process", "sandboxes/isolate"];
const HANG_GUARD_MS = 540_000;

let folder: string;
let tarballs: readonly string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pawl-outside-"));
  const store = join(folder, "tarballs");
  await mkdir(store);
  for (const path of packages) {
    await execa("npx", ["-y", "pnpm@12.21.0", "pack", "--pack-destination", store], { cwd: join(root, path) });
  }
  tarballs = (await readdir(store)).map((name) => join(store, name));
}, HANG_GUARD_MS);

afterAll(() => rm(folder, { recursive: true, force: true }));

/** The examples of the README that start with a file name, by that name. */
async function examples(): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(join(root, "packages/testkit/README.md"), "utf8");
  return new Map([...text.matchAll(/```ts\n\/\/ (\S+\.ts)\n([\s\S]*?)```/g)].map(([, name, code]) => [name!, code!]));
}

test("what is packed is as publint wants it, and holds no tests", { timeout: HANG_GUARD_MS }, async () => {
  expect(tarballs).toHaveLength(packages.length);
  for (const path of tarballs) {
    const tarball = await readFile(path);
    const { messages } = await publint({
      pack: { tarball: new Uint8Array(tarball).buffer },
      level: "suggestion",
      strict: true,
    });
    expect(messages).toEqual([]);
    const { stdout } = await execa("tar", ["-tzf", path]);
    expect(stdout).toContain("package/dist/index.js");
    expect(stdout).toContain("package/README.md");
    expect(stdout).not.toMatch(/\.test\.|\/test\/|\.map$|tsbuildinfo|workspace/m);
  }
});

test("plugins written from the README alone pass", { timeout: HANG_GUARD_MS }, async () => {
  const project = join(folder, "stranger");
  await mkdir(project);
  const manifest = { name: "stranger", private: true, type: "module" };
  await writeFile(join(project, "package.json"), JSON.stringify(manifest));
  const files = await examples();
  expect([...files.keys()]).toEqual([
    "spending.ts",
    "spending.test.ts",
    "cautious.ts",
    "cautious.test.ts",
    "nudge.ts",
    "nudge.test.ts",
    "isolate.test.ts",
  ]);
  for (const [name, code] of files) await writeFile(join(project, name), code);

  // A clean environment: the test runner at work here must not be taken for the stranger's.
  const { VITEST: _, NODE_PATH: __, NODE_OPTIONS: ___, ...env } = process.env;
  const run = (file: string, args: readonly string[]) =>
    execa(file, args, { cwd: project, env, extendEnv: false, reject: false, all: true });
  const installed = await run("npm", [
    "install",
    "--no-audit",
    "--no-fund",
    "--prefer-offline",
    "zod@4.6.7",
    ...tarballs,
  ]);
  expect(installed).toMatchObject({ exitCode: 0 });
  // Nothing of the repository but what was packed, and nothing twice.
  const { stdout: tree } = await run("npm", ["ls", "--all", "--parseable", "--long"]);
  const ours = tree.split("\n").filter((line) => line.includes("@pawl/"));
  expect(ours).toHaveLength(packages.length);
  for (const line of ours) expect(line).toContain(join(project, "node_modules/@pawl"));
  expect(tree).not.toContain(root);

  const testNode = (...args: readonly string[]) => run(process.execPath, ["--test", "--test-reporter=tap", ...args]);
  const tested = await testNode("spending.test.ts", "cautious.test.ts", "nudge.test.ts");
  expect(tested).toMatchObject({ exitCode: 0 });
  expect(tested.all).toMatch(/# fail 0/);
  expect(Number(/# pass (\d+)/.exec(tested.all ?? "")?.[1])).toBeGreaterThanOrEqual(30);

  // The suites for executors take minutes, and the sandbox passes them elsewhere: here a part of each is enough.
  const part = await testNode("--test-name-pattern=order of the inputs|^walk over the input$", "isolate.test.ts");
  expect(part).toMatchObject({ exitCode: 0 });
  for (const name of ["outputs stand in the order of the inputs", "walk over the input"]) {
    expect(part.all).toMatch(new RegExp(`ok \\d+ - ${name}`));
  }

  // The same tests notice a plugin that is wrong.
  const broken = files.get("spending.ts")!.replace("cases.map(({ age, visits }) => ({ age, visits }))", "cases");
  expect(broken).not.toBe(files.get("spending.ts"));
  await writeFile(join(project, "spending.ts"), broken);
  const failed = await testNode("spending.test.ts");
  expect(failed.exitCode).not.toBe(0);
  expect(failed.all).toMatch(/give answers away/);
});
