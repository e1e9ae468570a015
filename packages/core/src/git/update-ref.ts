import { PawlError } from "@pawl/plugin";
import { gitFailed, tryGit } from "./command.ts";

/** The object id of the commit that a revision names, or `null` where there is none. */
export async function resolveCommit(root: string, revision: string): Promise<string | null> {
  if (/[\n\0]/.test(revision)) return null;
  // Through stdin, so that a revision may look like an option.
  const { stdout } = await tryGit(root, ["cat-file", "--batch-check"], { stdin: `${revision}^{commit}\n` });
  return /^([0-9a-f]{40,64}) commit \d+\n$/.exec(Buffer.from(stdout).toString())?.[1] ?? null;
}

/** How often a ref that another git holds locked is tried. Git itself waits each time, for as long as it is told to. */
const LOCKED_TRIES = 3;

/**
 * Moves `ref` to the commit `to`, provided that it is at `from` (`null`: does not exist) at that very moment.
 * A symbolic ref is replaced, not followed: the branch that it points at stays where it is.
 *
 * The git of an engine that was killed may still be at work when the next engine mends the same step: that it was
 * faster is as good, and that it holds the ref's lock will pass.
 */
export async function updateRef(root: string, ref: string, to: string, from: string | null): Promise<void> {
  if (!ref.startsWith("refs/")) throw new PawlError("PAWL_INTERNAL", `${ref} is not a full ref name.`);
  const args = ["update-ref", "--no-deref", "-m", "pawl: new champion", ref, to, from ?? "0".repeat(to.length)];
  for (let tries = 1; ; tries += 1) {
    const result = await tryGit(root, args, {
      // For the reflog, which must be writable also where the user has no identity.
      env: { GIT_COMMITTER_NAME: "Pawl", GIT_COMMITTER_EMAIL: "pawl@localhost" },
    });
    if (result.exitCode === 0) return;
    const now = await resolveCommit(root, ref);
    if (now === to) return;
    if (now !== from) {
      throw new PawlError(
        "PAWL_GIT_DIVERGED",
        `${ref} was moved by someone else: it should be ${from ?? "absent"} and is ${now ?? "absent"}.`,
        { path: ref, remedy: "Put the branch back where it was, or start a new run from where it is now." },
      );
    }
    const isLocked = /\.lock': File exists/.test(result.stderr);
    if (!isLocked || tries === LOCKED_TRIES) throw gitFailed(root, args, result);
  }
}
