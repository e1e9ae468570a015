import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import type { Limits, PawlConfig } from "@pawl/plugin";
import { afterAll, expect, test } from "vitest";
import { openSandbox, valuesOf } from "./test/sandbox.ts";

/** The example of the README is code: it is cut out and run. */
const root = new URL("../../../", import.meta.url);
const scratch = new URL(".cache/wasm-readme-test/", root);

afterAll(() => rm(scratch, { recursive: true, force: true }));

test("the config and the surface of the README work together", async () => {
  const text = await readFile(new URL("../README.md", import.meta.url), "utf8");
  const blocks = [...text.matchAll(/```ts\n\/\/ (\S+\.ts)(?:,[^\n]*)?\n([\s\S]*?)```/g)];
  const files = new Map(blocks.map(([, name, code]) => [name!, code!]));
  expect([...files.keys()]).toEqual(["pawl.config.ts", "double.ts"]);
  await mkdir(scratch, { recursive: true });
  const file = new URL("pawl.config.ts", scratch);
  await writeFile(file, files.get("pawl.config.ts")!);
  const { default: config } = (await import(file.href)) as { default: PawlConfig };
  await using sandbox = await openSandbox(config.executor.options as never, config.limits as Partial<Limits>);
  const execution = await sandbox.run({ "double.ts": files.get("double.ts")! }, [1, 2.5], { entry: config.entry! });
  expect(valuesOf(execution)).toEqual([2, 5]);
});
