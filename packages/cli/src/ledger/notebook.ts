import { join } from "node:path";
import { type Ledger, type NoteScope, NotebookIndex, type RunState, openGit, pawlFolder } from "@pawl/core";
import type { Cli } from "../cli.ts";
import { chooseRun, openExistingLedger } from "./open-existing.ts";
import { readRun } from "./read-run.ts";

/** A notebook that is open, and the run whose project and lock it is about. */
export interface OpenNotebook {
  readonly ledger: Ledger;
  readonly index: NotebookIndex;
  readonly scope: NoteScope;
  readonly state: RunState;
  /** git's user name. Throws `PAWL_GIT_NO_IDENTITY` where there is none. */
  userName(): Promise<string>;
}

/** Opens the notebook of a run's project and lock, brings it up to date, and closes it afterwards. */
export async function withNotebook<T>(
  { dir }: Cli,
  wanted: string | undefined,
  use: (notebook: OpenNotebook) => Promise<T>,
): Promise<T> {
  const git = await openGit(dir);
  const ledger = await openExistingLedger(git);
  let index: NotebookIndex | undefined;
  try {
    const state = await readRun(ledger, await chooseRun(ledger, wanted));
    index = new NotebookIndex(ledger, join(pawlFolder(git), "notebook.sqlite"));
    await index.catchUp();
    const scope = { project: state.options.project, lock: state.lock.digest };
    return await use({ ledger, index, scope, state, userName: () => git.userName() });
  } finally {
    index?.close();
    await ledger.close();
  }
}
