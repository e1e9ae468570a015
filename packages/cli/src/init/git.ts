import { PawlError } from "@pawl/core";
import { execa } from "execa";

/** Settings of a calling git (a hook, an alias) that must not leak into a repository of our own. */
const FOREIGN = new Set([
  "GIT_DIR",
  "GIT_WORK_TREE",
  "GIT_INDEX_FILE",
  "GIT_OBJECT_DIRECTORY",
  "GIT_COMMON_DIR",
  "GIT_PREFIX",
]);

async function git(folder: string, args: readonly string[]) {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !FOREIGN.has(name)));
  const result = await execa("git", args, { cwd: folder, env, extendEnv: false, reject: false, stdin: "ignore" });
  if (result.code === "ENOENT") {
    throw new PawlError("PAWL_GIT_NOT_INSTALLED", "the git command cannot be found", {
      remedy: "Install git, and see that it is on the PATH.",
    });
  }
  return { exitCode: result.exitCode ?? 1, stdout: result.stdout.trim(), stderr: result.stderr.trim() };
}

async function mustSucceed(folder: string, args: readonly string[]): Promise<void> {
  const { exitCode, stderr } = await git(folder, args);
  if (exitCode === 0) return;
  throw new PawlError(
    "PAWL_GIT_FAILED",
    `git ${args.find((word) => /^[a-z]+$/.test(word)) ?? ""} failed: ${stderr.split("\n", 1)[0]}`,
    {
      path: folder,
      details: stderr.split("\n").slice(1),
      remedy: "Correct what git names, then commit the files yourself: they are all there.",
    },
  );
}

/**
 * Top level of the repository that the folder is part of. A folder that the repository around it ignores is not part
 * of it: nothing in there could ever be committed.
 */
export async function findRepository(folder: string): Promise<string | undefined> {
  const top = await git(folder, ["rev-parse", "--show-toplevel"]);
  if (top.exitCode !== 0) return undefined;
  const ignored = await git(folder, ["check-ignore", "--quiet", folder]);
  return ignored.exitCode === 0 ? undefined : top.stdout;
}

export async function initRepository(folder: string): Promise<void> {
  await mustSucceed(folder, ["-c", "init.defaultBranch=main", "init", "--quiet"]);
}

/** Makes the first commit, as the user where git knows one, else as Pawl. */
export async function commitAll(folder: string, paths: readonly string[]): Promise<void> {
  const known = await Promise.all(["user.name", "user.email"].map((key) => git(folder, ["config", key])));
  const identity = known.every(({ exitCode, stdout }) => exitCode === 0 && stdout !== "")
    ? []
    : ["-c", "user.name=Pawl", "-c", "user.email=pawl@localhost"];
  await mustSucceed(folder, ["add", "--force", "--", ...paths]);
  const message = "Start a Pawl project";
  await mustSucceed(folder, [...identity, "commit", "--quiet", "--no-gpg-sign", "--no-verify", "-m", message]);
}
