import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import type { Limits, PawlConfig } from "@pawl/plugin";
import { afterAll, expect, test } from "vitest";
import { compilerOf } from "./build/native.ts";
import { openSandbox, valuesOf } from "./test/sandbox.ts";

/** The examples of the README are code: they are cut out and run. */
const root = new URL("../../../", import.meta.url);
const scratch = new URL(".cache/wasm-readme-test/", root);

afterAll(() => rm(scratch, { recursive: true, force: true }));

async function examples(language: string): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(new URL("../README.md", import.meta.url), "utf8");
  const blocks = text.matchAll(new RegExp(`\`\`\`${language}\\n// (\\S+\\.\\w+)(?:,[^\\n]*)?\\n([^]*?)\`\`\``, "g"));
  return new Map([...blocks].map(([, name, code]) => [name!, code!]));
}

test("the config and the surface of the README work together", async () => {
  const files = await examples("ts");
  expect([...files.keys()]).toEqual(["pawl.config.ts", "double.ts"]);
  await mkdir(scratch, { recursive: true });
  const file = new URL("pawl.config.ts", scratch);
  await writeFile(file, files.get("pawl.config.ts")!);
  const { default: config } = (await import(file.href)) as { default: PawlConfig };
  await using sandbox = await openSandbox(config.executor.options as never, config.limits as Partial<Limits>);
  const execution = await sandbox.run({ "double.ts": files.get("double.ts")! }, [1, 2.5], { entry: config.entry! });
  expect(valuesOf(execution)).toEqual([2, 5]);
});

for (const language of ["c", "rust"] as const) {
  test.runIf(typeof compilerOf(language) !== "string")(`the ${language} of the README works`, async () => {
    const [[source, code]] = [...(await examples(language))] as [[string, string]];
    await using sandbox = await openSandbox({ build: { language, source } });
    expect(valuesOf(await sandbox.run({ [source]: code }, [1, 2.5]))).toEqual([2, 5]);
  });
}
