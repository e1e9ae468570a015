import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, expect, test } from "vitest";

/** The guide's examples are code: they are cut out, and its test is run with Node's own runner, as a reader would. */
const root = new URL("../../../", import.meta.url);
const scratch = new URL(".cache/guide-test/", root);

afterAll(() => rm(scratch, { recursive: true, force: true }));

async function examples(): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(new URL("docs/guides/write-a-plugin.md", root), "utf8");
  return new Map([...text.matchAll(/```ts\n\/\/ (\S+\.ts)\n([\s\S]*?)```/g)].map(([, name, code]) => [name!, code!]));
}

async function runTests(
  files: ReadonlyMap<string, string>,
): Promise<{ readonly failed: boolean; readonly told: string }> {
  await mkdir(scratch, { recursive: true });
  for (const [name, code] of files) await writeFile(new URL(name, scratch), code);
  const { VITEST: _, NODE_OPTIONS: __, ...env } = process.env;
  const { exitCode, all } = await execa(process.execPath, ["--test", "--test-reporter=tap"], {
    cwd: fileURLToPath(scratch),
    env,
    extendEnv: false,
    reject: false,
    all: true,
  });
  return { failed: exitCode !== 0, told: all };
}

test("the scorer of the guide passes its suite", async () => {
  const files = await examples();
  expect([...files.keys()]).toEqual(["spending.ts", "spending.test.ts"]);
  const { failed, told } = await runTests(files);
  expect(told).toMatch(/# fail 0/);
  expect(Number(/# pass (\d+)/.exec(told)?.[1])).toBeGreaterThanOrEqual(10);
  expect(failed).toBe(false);
});

test("and would not, if its splits shared their cases", async () => {
  const files = await examples();
  const leaking = files.get("spending.ts")!.replace("seed * 7_919 + split.length * 104_729", "seed * 7_919");
  expect(leaking).not.toBe(files.get("spending.ts"));
  const { failed, told } = await runTests(new Map([...files, ["spending.ts", leaking]]));
  expect(failed).toBe(true);
  expect(told).toMatch(/stand in train as well/);
});
