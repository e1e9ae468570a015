import { posix } from "node:path";
import { type Files, type Measured, PawlError } from "@pawl/plugin";
import type { ExperimentFinished, ExperimentProposed, PawlEvent } from "../events.ts";
import { formatMessage } from "../git/trailers.ts";
import type { RunState } from "../state.ts";
import type { RunContext } from "./context.ts";

/** Everything that a commit is made of; all of it stands in the ledger, so it can be made again after a crash. */
export interface Keep {
  readonly proposed: ExperimentProposed;
  readonly files: Files;
  /** The row that says that the experiment is kept. */
  readonly event: PawlEvent<"experiment.finished">;
  /** The score of the champion that it replaces. */
  readonly previousScore: number;
}

/**
 * Step 6: makes the kept candidate a commit on the run's branch. The ledger has said so before; here git follows.
 * Doing it again changes nothing: a commit that is there already is recognised by its ledger hash.
 * @throws PawlError `PAWL_GIT_DIVERGED` where someone else moved the branch
 */
export async function commit(context: RunContext, keep: Keep): Promise<void> {
  const { project, state, recorder } = context;
  const ref = `refs/heads/${state.options.branch}`;
  const parent = state.championCommit;
  const head = await project.git.resolve(ref);
  const made = head === null || head === parent ? null : await recognise(context, head, keep.event.hash);
  const oid = made ?? (await createCommit(context, keep, parent));
  if (made === null) await project.git.updateRef(ref, oid, parent);
  const data = { experiment: keep.proposed.experiment, commit: oid, parent };
  await recorder.record([{ type: "champion.committed", data }]);
}

async function recognise({ project, state }: RunContext, head: string, ledgerHash: string): Promise<string> {
  const [commitAtHead] = await project.git.log(head, 1);
  if (commitAtHead?.trailers?.ledgerHash === ledgerHash) return head;
  throw diverged(state, head);
}

/** The branch is not where the ledger left it. */
export function diverged({ options, championCommit }: RunState, head: string): PawlError {
  return new PawlError("PAWL_GIT_DIVERGED", `"${options.branch}" was moved to ${head} by someone else`, {
    path: options.branch,
    remedy: `Point it back to ${championCommit}, or start a new run.`,
  });
}

async function createCommit({ project }: RunContext, keep: Keep, parent: string): Promise<string> {
  const { proposed, files, event, previousScore } = keep;
  const finished: ExperimentFinished = event.data;
  const { commit: oid } = await project.git.createCommit({
    parent,
    files: Object.fromEntries(Object.entries(files).map(([path, text]) => [posix.join(project.prefix, path), text])),
    message: formatMessage(proposed.hypothesis, {
      experiment: proposed.experiment,
      score: finished.score ?? Number.NaN,
      championScore: previousScore,
      lock: finished.lock.slice("sha256:".length),
      ledgerHash: event.hash,
    }),
    date: new Date(event.at),
  });
  return oid;
}

/** The new champion, once it is committed. */
export function crown(context: RunContext, measured: Measured): void {
  context.champion = measured;
}
