import { type Git, type Ledger, type PawlEvent, PawlError, openGit, peekLedger, stable } from "@pawl/core";
import type { Command } from "commander";
import { type Cli, openCli } from "../cli.ts";
import { type LogRow, type RowReader, createRowReader } from "../ledger/log-rows.ts";
import { chooseRun, openExistingLedger } from "../ledger/open-existing.ts";
import { LOOK_HEADER, lookRow } from "../output/look-table.ts";
import { toJsonLine } from "../output/output.ts";
import { TABLE_HEADER, TSV_HEADER, tableRow, tsvRow } from "../output/log-table.ts";

interface Options {
  readonly jsonl?: boolean;
  readonly tsv?: boolean;
  readonly stable?: boolean;
  readonly looks?: boolean;
}

/** `pawl log [run]` */
export function logCommand(program: Command): void {
  program
    .command("log")
    .description("every experiment of a run")
    .argument("[run]", "name of the run (default: the newest)")
    .option("--tsv", "tab-separated values, with a header")
    .option("--jsonl", "the ledger's rows as they are, one JSON object a line")
    .option("--stable", "with --jsonl: without what the clock decides, so that equal runs print the same")
    .option("--looks", "the peek ledger instead: every look at sealed or fresh cases; of all runs, unless one is named")
    .action(async (wanted: string | undefined, options: Options, command: Command) => {
      checkOptions(options);
      const cli = openCli(command);
      const git: Git = await openGit(cli.dir);
      const ledger = await openExistingLedger(git);
      try {
        if (options.looks === true) return await printLooks(cli, ledger, wanted);
        const run = await chooseRun(ledger, wanted);
        if (options.jsonl === true) await printRaw(cli, ledger, run, options.stable === true);
        else await printRows(cli, ledger, run, options.tsv === true);
      } finally {
        await ledger.close();
      }
    });
}

function checkOptions({ jsonl = false, tsv = false, stable: timeless = false, looks = false }: Options): void {
  if (looks && (jsonl || tsv || timeless)) {
    throw new PawlError("PAWL_USAGE", "--looks goes with none of the other options", { remedy: "Choose one." });
  }
  if (jsonl && tsv) {
    throw new PawlError("PAWL_USAGE", "--jsonl and --tsv exclude each other", { remedy: "Choose one." });
  }
  if (timeless && !jsonl) {
    throw new PawlError("PAWL_USAGE", "--stable is only for --jsonl", { remedy: "Add --jsonl." });
  }
}

async function printLooks({ output }: Cli, ledger: Ledger, wanted: string | undefined): Promise<void> {
  const run = wanted === undefined ? undefined : await chooseRun(ledger, wanted);
  if (!output.json) await output.text(`${output.colors.bold(LOOK_HEADER)}\n`);
  for (const look of await peekLedger(ledger)) {
    if (run !== undefined && look.run !== run) continue;
    if (output.json) await output.data({ type: "look", ...look });
    else await output.text(`${lookRow(look, output)}\n`);
  }
}

async function printRaw({ output }: Cli, ledger: Ledger, run: string, timeless: boolean): Promise<void> {
  for await (const event of ledger.events({ run })) {
    await output.text(`${toJsonLine(timeless ? stable(event as unknown as PawlEvent) : event)}\n`);
  }
}

async function printRows({ output }: Cli, ledger: Ledger, run: string, tsv: boolean): Promise<void> {
  const reader: RowReader = createRowReader();
  const print = async (row: LogRow): Promise<void> => {
    if (output.json) await output.data(row);
    else await output.text(`${tsv ? tsvRow(row) : tableRow(row, output)}\n`);
  };
  if (!output.json) await output.text(`${tsv ? TSV_HEADER : output.colors.bold(TABLE_HEADER)}\n`);
  for await (const event of ledger.events({ run })) {
    const row = reader.read(event as unknown as PawlEvent);
    if (row !== undefined) await print(row);
  }
  for (const row of reader.unfinished()) await print(row);
}
