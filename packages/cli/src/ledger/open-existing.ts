import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Git, type Ledger, PawlError, openLedger, pawlFolder } from "@pawl/core";

/**
 * Opens a repository's ledger for reading; unlike the engine it makes none where there is none.
 * @throws PawlError `PAWL_RUN_NOT_FOUND`, `PAWL_LEDGER_*`
 */
export async function openExistingLedger(git: Git): Promise<Ledger> {
  const folder = pawlFolder(git);
  if (existsSync(join(folder, "ledger.sqlite"))) return openLedger(git);
  throw new PawlError("PAWL_RUN_NOT_FOUND", "nothing has been run in this repository yet", {
    path: folder,
    remedy: 'Start with "pawl lock", then "pawl run".',
  });
}

/**
 * The run of that name, or the newest.
 * @throws PawlError `PAWL_RUN_NOT_FOUND` with the names that there are
 */
export async function chooseRun(ledger: Ledger, wanted: string | undefined): Promise<string> {
  const runs = await ledger.runs();
  const newest = runs.at(-1);
  if (newest === undefined) {
    throw new PawlError("PAWL_RUN_NOT_FOUND", "nothing has been run in this repository yet", {
      remedy: 'Start with "pawl run".',
    });
  }
  if (wanted === undefined) return newest;
  if (runs.includes(wanted)) return wanted;
  throw new PawlError("PAWL_RUN_NOT_FOUND", `there is no run "${wanted}"`, {
    details: runs.slice(-10).map((run) => `there is ${run}`),
    remedy: "Name one of these, or none for the newest.",
  });
}
