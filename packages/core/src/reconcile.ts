import { PawlError } from "@pawl/plugin";
import { measureBaseline, proposeBaseline } from "./experiment/0-baseline.ts";
import { commit, diverged } from "./experiment/6-commit.ts";
import { readLockFile } from "./lock/lock-file.ts";
import type { Session } from "./session.ts";

/** Brings git, the lock's epoch and the baseline to where the ledger says they should be. */
export async function reconcile(session: Session): Promise<void> {
  const { context, left, baseFiles } = session;
  const { project, state, guard, recorder } = context;
  const ref = `refs/heads/${state.options.branch}`;
  const busy = await project.git.checkedOutAt(ref);
  if (busy !== null) {
    throw new PawlError("PAWL_GIT_DIVERGED", `"${state.options.branch}" is checked out`, {
      path: busy,
      remedy: "Switch to another branch first: the run is going to move this one.",
    });
  }
  if ((await project.git.resolve(ref)) === null) await project.git.updateRef(ref, state.championCommit, null);
  if (left.uncommitted !== undefined) {
    const { candidate, event, previousScore } = left.uncommitted;
    await commit(context, { ...candidate, event, previousScore });
  }
  // Also where the ledger lost its last rows, which no hash chain can tell: git remembers them.
  const head = await project.git.resolve(ref);
  if (head !== state.championCommit) throw diverged(state, head ?? "nowhere");
  if (guard.reference.digest !== state.lock.digest) {
    const lock = await readLockFile(project.lockPath);
    const accepted = lock?.accepted.at(-1);
    const data = { lock: guard.reference, reason: accepted?.reason ?? "", by: accepted?.by ?? "" };
    await recorder.record([{ type: "run.epoch", data }]);
  }
  if (state.baseline === undefined) {
    const cutOff = left.inFlight.find(({ proposed }) => proposed.parent === null);
    const files = context.champion?.files ?? baseFiles;
    await measureBaseline(context, cutOff ?? (await proposeBaseline(context, files)));
  }
}
