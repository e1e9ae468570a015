import { createEngine } from "@pawl/core";
import type { Command } from "commander";
import { openCli } from "../cli.ts";
import { type Overrides, dollars, duration, override, wholeNumber } from "../config/overrides.ts";
import { drive } from "../run/drive.ts";
import { createView } from "../window/view.ts";

interface Options extends Overrides {
  readonly name?: string;
  readonly repeat?: string;
  readonly plain?: boolean;
}

/** `pawl run` */
export function runCommand(program: Command): void {
  program
    .command("run")
    .description("start a new run")
    .option("--experiments <n>", "how many, the baseline not counted", wholeNumber("--experiments", 1))
    .option("--wall <duration>", "for how long, such as 90s, 10m or 1h30m", duration("--wall"))
    .option("--usd <amount>", "for how much money, in US dollars", dollars("--usd"))
    .option("--concurrency <n>", "experiments in flight", wholeNumber("--concurrency", 1))
    .option("--seed <n>", "seed of the search", wholeNumber("--seed", Number.MIN_SAFE_INTEGER))
    .option("--name <run>", "name of the run and of its branch pawl/<run> (default: run-1, run-2 …)")
    .option("--repeat <run>", "do an earlier run again: its commit, seed and budget, and what was known at its start")
    .option("--plain", "lines instead of the live window")
    .action(async (options: Options, command: Command) => {
      const cli = openCli(command);
      const { config, root, file } = await cli.loadConfig();
      const engine = createEngine(override(config, options), { root, configFile: file });
      await drive(cli, {
        engine,
        options: {
          ...(options.name === undefined ? {} : { name: options.name }),
          ...(options.repeat === undefined ? {} : { repeat: options.repeat }),
        },
        view: createView(),
        plain: options.plain === true,
        root,
      });
    });
}
