import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import type { ConfiguredPlugin, Gate } from "@pawl/plugin";
import { afterAll, expect, test } from "vitest";

/** Examples in documents are code: they are cut out and run. */
const root = new URL("../../../", import.meta.url);
const scratch = new URL(".cache/readme-test/", root);

afterAll(() => rm(scratch, { recursive: true, force: true }));

async function firstExample<T>(document: string, name: string): Promise<T> {
  const text = await readFile(new URL(document, root), "utf8");
  const code = [...text.matchAll(/```ts\n([\s\S]*?)```/g)]
    .map(([, found]) => found ?? "")
    .find((found) => found.includes(name));
  await mkdir(scratch, { recursive: true });
  const file = new URL(`${document.replaceAll("/", "-")}.ts`, scratch);
  await writeFile(file, code ?? "");
  const module = (await import(pathToFileURL(file.pathname).href)) as Record<string, T>;
  return module[name] as T;
}

test.each(["README.md", "packages/plugin/README.md"])("the gate of %s does what it says", async (document) => {
  const shortEnough = await firstExample<(options: unknown) => ConfiguredPlugin<"gate">>(document, "shortEnough");
  const { create } = shortEnough({});
  const gate = (await create({ lines: 3 } as never, { root: "." })) as Gate;
  const inspect = (text: string) =>
    gate.inspect?.({ files: { "a.ts": text } }, {} as never, new AbortController().signal);
  expect(await inspect("1\n2\n3")).toMatchObject({ decision: "pass" });
  expect(await inspect("1\n2\n3\n4")).toMatchObject({ decision: "reject", evidence: { found: 4, lines: 3 } });
});

test("the plugin of the first page has twenty lines at most", async () => {
  const text = await readFile(new URL("README.md", root), "utf8");
  const code = /```ts\n([\s\S]*?)```/.exec(text)?.[1] ?? "";
  expect(code.trimEnd().split("\n").length).toBeLessThanOrEqual(20);
});
