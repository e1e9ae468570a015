import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Json } from "@pawl/plugin";
import { readable } from "@pawl/sandbox-process";
import { compilerOf } from "./build/native.ts";
import type { Build } from "./options.ts";

const root = new URL("../", import.meta.url);
const run = promisify(execFile);

/** The engine and the compiler that decide how a candidate behaves, by their versions. */
export async function fingerprintOf(build: Build | undefined): Promise<Record<string, Json>> {
  const engine = { quickjs: await versionOf("quickjs-wasi") };
  if (build === undefined) return engine;
  if (build.language === "assemblyscript")
    return { ...engine, compiler: `assemblyscript ${await versionOf("assemblyscript")}` };
  const compiler = compilerOf(build.language);
  if (typeof compiler === "string") return { ...engine, compiler: null };
  const { stdout } = await run(compiler[0]!, ["--version"], { env: {}, cwd: "/", timeout: 30_000 });
  return { ...engine, compiler: stdout.split("\n")[0]!.trim() };
}

async function versionOf(name: string): Promise<string> {
  const folder = readable(root, name)[0]!.replace(/\*$/, "");
  return (JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as { version: string }).version;
}
