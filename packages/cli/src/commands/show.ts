import { openGit, unifiedDiff } from "@pawl/core";
import type { Command } from "commander";
import { openCli } from "../cli.ts";
import { wholeNumber } from "../config/overrides.ts";
import { chooseRun, openExistingLedger } from "../ledger/open-existing.ts";
import { type ExperimentDetails, readExperiment } from "../ledger/read-experiment.ts";
import { formatExperiment } from "../output/format-experiment.ts";

/** `pawl show [experiment]` */
export function showCommand(program: Command): void {
  program
    .command("show")
    .description("one experiment: hypothesis, verdicts with evidence, usage, limits, diff")
    .argument("[experiment]", "its number (default: the champion)", wholeNumber("experiment", 0))
    .option("--run <name>", "name of the run (default: the newest)")
    .action(async (experiment: number | undefined, options: { run?: string }, command: Command) => {
      const cli = openCli(command);
      const ledger = await openExistingLedger(await openGit(cli.dir));
      try {
        const run = await chooseRun(ledger, options.run);
        const details = await readExperiment(ledger, run, experiment);
        if (cli.output.json) return await cli.output.data(experimentData(details));
        for (const line of formatExperiment(details, cli.output.colors)) cli.output.say(line);
      } finally {
        await ledger.close();
      }
    });
}

/** An experiment as `--json` prints it. */
export function experimentData(details: ExperimentDetails) {
  const { run, metric, isChampion, proposed, finished, files, parentFiles, championScore, limits, printed, commit } =
    details;
  return {
    type: "experiment",
    run,
    metric,
    isChampion,
    proposed: proposed.data,
    finished: finished?.data ?? null,
    championScore: championScore ?? null,
    limits,
    printed: printed ?? null,
    commit: commit ?? null,
    files,
    diff: parentFiles === undefined || proposed.data.files === undefined ? null : unifiedDiff(parentFiles, files),
  };
}
