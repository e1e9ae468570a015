import { existsSync } from "node:fs";
import { devNull } from "node:os";
import { PawlError } from "@pawl/plugin";
import { execa } from "execa";
import { gitEnvironment } from "./environment.ts";

/** Settings that must hold whatever the user's config says. */
const SETTINGS = [
  // Plumbing runs no commit hooks, but update-ref does run reference-transaction.
  `core.hooksPath=${devNull}`,
  "core.fsmonitor=false",
  // A split index would put a shared part beside the user's own.
  "core.splitIndex=false",
  "core.quotePath=false",
  "i18n.commitEncoding=UTF-8",
  "gc.auto=0",
  // Another git command of the user may hold a lock for a moment. Milliseconds.
  "core.filesRefLockTimeout=2000",
  "core.packedRefsTimeout=2000",
  // The ledger says that a commit exists; after a power cut it must.
  "core.fsync=loose-object,reference",
].flatMap((setting) => ["-c", setting]);

/** What a git command gets beside its arguments. */
export interface GitInput {
  readonly stdin?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
}

/** How a git command ended. */
export interface GitResult {
  readonly exitCode: number;
  readonly stdout: Uint8Array;
  readonly stderr: string;
}

/**
 * Runs one git command in `cwd` and tells how it ended, whatever the exit code.
 * @throws PawlError `PAWL_GIT_NOT_INSTALLED`, `PAWL_GIT_MISSING` where `cwd` is gone, `PAWL_GIT_FAILED` where git was
 * killed or could not be started.
 */
export async function tryGit(cwd: string, args: readonly string[], { stdin, env }: GitInput = {}): Promise<GitResult> {
  const result = await execa("git", [...SETTINGS, ...args], {
    cwd,
    env: { ...gitEnvironment(), ...env },
    extendEnv: false,
    ...(stdin === undefined ? { stdin: "ignore" as const } : { input: stdin }),
    encoding: "buffer",
    stripFinalNewline: false,
    maxBuffer: 1_073_741_824,
    reject: false,
    // A process group of its own: Ctrl-C at the terminal reaches the engine, which drains, and not a commit half-way.
    detached: process.platform !== "win32",
    windowsHide: true,
  });
  const stderr = Buffer.from(result.stderr ?? []).toString();
  if (result.exitCode !== undefined && !result.isMaxBuffer) {
    return { exitCode: result.exitCode, stdout: result.stdout, stderr };
  }
  throw notRun(cwd, args, result);
}

/**
 * Runs one git command that must succeed and returns its output.
 * @throws PawlError `PAWL_GIT_FAILED` and what {@link tryGit} throws.
 */
export async function git(cwd: string, args: readonly string[], input: GitInput = {}): Promise<Uint8Array> {
  const result = await tryGit(cwd, args, input);
  if (result.exitCode !== 0) throw gitFailed(cwd, args, result);
  return result.stdout;
}

/** As {@link git}, for one line of output. */
export async function gitLine(cwd: string, args: readonly string[], input: GitInput = {}): Promise<string> {
  return oneLine(await git(cwd, args, input));
}

/** The text of an output without the line break that git ends it with. Paths may end in spaces, so nothing is trimmed. */
export function oneLine(output: Uint8Array): string {
  return Buffer.from(output)
    .toString()
    .replace(/\r?\n$/, "");
}

/** The error for a command that ended with an exit code that was not expected. */
export function gitFailed(cwd: string, args: readonly string[], result: GitResult): PawlError {
  const said = result.stderr.trim();
  const name = `git ${args[0] ?? ""}`;
  return new PawlError(
    "PAWL_GIT_FAILED",
    `${name} failed in ${cwd} with exit code ${result.exitCode}: ${firstLine(said)}`,
    {
      path: cwd,
      remedy: remedyFor(said),
      details: said.split("\n").slice(1),
    },
  );
}

function notRun(
  cwd: string,
  args: readonly string[],
  result: { code?: string | undefined; shortMessage?: string | undefined },
): PawlError {
  if (!existsSync(cwd)) {
    return new PawlError("PAWL_GIT_MISSING", `The folder ${cwd} does not exist.`, {
      path: cwd,
      remedy: "Check the path.",
    });
  }
  if (result.code === "ENOENT") {
    return new PawlError("PAWL_GIT_NOT_INSTALLED", "The git command cannot be found.", {
      remedy: "Install git, and see that it is on the PATH.",
    });
  }
  return new PawlError("PAWL_GIT_FAILED", `git ${args[0] ?? ""} did not end by itself: ${result.shortMessage ?? ""}`, {
    path: cwd,
    remedy: "Try again.",
    cause: result,
  });
}

function firstLine(text: string): string {
  const line = text.split("\n", 1)[0] ?? "";
  return line === "" ? "it said nothing" : line;
}

function remedyFor(said: string): string {
  if (/dubious ownership/.test(said)) {
    return "The repository belongs to another user. If you trust it, run the git config command that git names below.";
  }
  if (/\.lock': File exists/.test(said)) {
    return "Another git command is running, or one was killed: when none runs, delete the .lock file that git names.";
  }
  if (/exists; cannot create/.test(said)) {
    return "A branch stands where a folder of branches is needed: rename that branch, or the run.";
  }
  if (/bad name|bad ref/i.test(said)) return "Choose another name: git allows no such branch.";
  if (/No space left on device/.test(said)) return "Free some space on the disk, then resume.";
  if (/Permission denied|insufficient permission|Read-only file system/.test(said)) {
    return "Give this user write permission on the repository's .git folder.";
  }
  return "Run `git fsck` in the repository, repair what it reports, then try again.";
}
