import { createEngine, openGit } from "@pawl/core";
import type { Command } from "commander";
import { openCli } from "../cli.ts";
import { chooseRun, openExistingLedger } from "../ledger/open-existing.ts";
import { readRun } from "../ledger/read-run.ts";
import { drive } from "../run/drive.ts";
import { type View, applyToView, createView } from "../window/view.ts";

/** `pawl resume [run]` */
export function resumeCommand(program: Command): void {
  program
    .command("resume")
    .description("go on with a run that was stopped, with its own budget, seed and concurrency")
    .argument("[run]", "name of the run (default: the newest)")
    .option("--plain", "lines instead of the live window")
    .action(async (wanted: string | undefined, options: { plain?: boolean }, command: Command) => {
      const cli = openCli(command);
      const { config, root, file } = await cli.loadConfig();
      const engine = createEngine(config, { root, configFile: file });
      const { run, view } = await readBefore(root, wanted);
      await drive(cli, { engine, options: { resume: run }, view, plain: options.plain === true, root });
    });
}

/** The window goes on where it stopped: sparkline and counts start with what the ledger holds. */
async function readBefore(root: string, wanted: string | undefined): Promise<{ run: string; view: View }> {
  const ledger = await openExistingLedger(await openGit(root));
  try {
    const run = await chooseRun(ledger, wanted);
    const view = createView();
    await readRun(ledger, run, (event) => void applyToView(view, event));
    return { run, view };
  } finally {
    await ledger.close();
  }
}
