import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll } from "vitest";

/** The built command. */
export const PAWL = fileURLToPath(new URL("../../bin/pawl.js", import.meta.url));

/** How a command ended. */
export interface Ended {
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

// What a package manager or a developer's shell may have set, and what would change what is printed.
const NOISE = /^(npm_|pnpm_|PAWL_|INIT_CWD$|NO_COLOR$|FORCE_COLOR$|GIT_)/i;

/** An environment without colours, package managers or git settings of the machine. */
export function cleanEnv(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  const own = Object.entries(process.env).filter(([name, value]) => value !== undefined && !NOISE.test(name));
  return {
    ...(Object.fromEntries(own) as Record<string, string>),
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    ...extra,
  };
}

export interface CallOptions {
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs the built command to its end, with pipes for stdout and stderr. */
export async function pawl(cwd: string, args: readonly string[], { env = {} }: CallOptions = {}): Promise<Ended> {
  const result = await execa(process.execPath, [PAWL, ...args], {
    cwd,
    env: cleanEnv(env),
    extendEnv: false,
    reject: false,
    stdin: "ignore",
    stripFinalNewline: false,
    timeout: 120_000,
  });
  return { code: result.exitCode, stdout: result.stdout, stderr: result.stderr };
}

/** As {@link pawl}, for a command that must end well and quietly; returns its stdout. */
export async function succeed(cwd: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await pawl(cwd, args);
  if (code === 0 && stderr === "") return stdout;
  throw new Error(`pawl ${args.join(" ")} ended with ${code}: ${stderr}`);
}

/** Runs git in a folder and returns what it printed. */
export async function git(cwd: string, ...args: string[]): Promise<string> {
  const identity = ["-c", "user.name=Tess", "-c", "user.email=tess@example.org"];
  const { stdout } = await execa("git", [...identity, ...args], { cwd, env: cleanEnv(), extendEnv: false });
  return stdout;
}

/** A folder that is gone when the tests of the file are done. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "pawl-cli-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A place for projects: the first one is made with `pawl init` and `pawl lock`, the others are copies of it. */
export function projects(): (name: string) => Promise<string> {
  const folder = temporaryFolder();
  let base: Promise<string> | undefined;
  return async (name) => {
    base ??= makeBase(folder);
    const copy = join(folder, name);
    cpSync(await base, copy, { recursive: true });
    return copy;
  };
}

async function makeBase(folder: string): Promise<string> {
  const base = join(folder, "base");
  await succeed(folder, "init", "base");
  await succeed(folder, "-C", "base", "lock");
  await git(base, "add", "-A");
  await git(base, "commit", "-qm", "Lock the metric");
  return base;
}

/** Changes a file of a project. */
export function edit(folder: string, path: string, change: (text: string) => string): void {
  const file = join(folder, path);
  writeFileSync(file, change(readFileSync(file, "utf8")));
}

/** Lines of JSON, all of them. */
export function jsonLines(stdout: string): Record<string, unknown>[] {
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
