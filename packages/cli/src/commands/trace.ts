import { openGit, readTrace } from "@pawl/core";
import type { Command } from "commander";
import { openCli } from "../cli.ts";
import { wholeNumber } from "../config/overrides.ts";
import { chooseRun, openExistingLedger } from "../ledger/open-existing.ts";
import { formatTrace } from "../output/format-trace.ts";

/** `pawl trace <experiment>` */
export function traceCommand(program: Command): void {
  program
    .command("trace")
    .description("one experiment from the prompt to the verdict: messages, edits, train cases, gates, cost")
    .argument("<experiment>", "its number", wholeNumber("experiment", 0))
    .option("--run <name>", "name of the run (default: the newest)")
    .option("--exchanges", "every message to and from models, whole")
    .action(async (experiment: number, options: { run?: string; exchanges?: boolean }, command: Command) => {
      const { dir, output } = openCli(command);
      const ledger = await openExistingLedger(await openGit(dir));
      try {
        const trace = await readTrace(ledger, await chooseRun(ledger, options.run), experiment);
        if (output.json) return await output.data({ type: "trace", ...trace });
        for (const line of formatTrace(trace, output, options.exchanges === true)) output.say(line);
      } finally {
        await ledger.close();
      }
    });
}
