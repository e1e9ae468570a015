import { type Ledger, PawlError, openGit } from "@pawl/core";
import { openExistingLedger } from "../ledger/open-existing.ts";
import type { Session } from "./session.ts";

/** Reads, or adds to, the ledger beside the engine: rows are appended one process, or one handle, at a time. */
export async function withLedger<T>(session: Session, work: (ledger: Ledger, run: string) => Promise<T>): Promise<T> {
  const { run } = session;
  if (run === undefined) throw new PawlError("PAWL_RUN_NOT_FOUND", "the run has not begun yet", {});
  const ledger = await openExistingLedger(await openGit(session.root));
  try {
    return await work(ledger, run);
  } finally {
    await ledger.close();
  }
}
