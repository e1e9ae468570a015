import type { Command } from "commander";
import { openCli } from "../cli.ts";
import { type Overrides, dollars, duration, override, wholeNumber } from "../config/overrides.ts";
import { sanitise } from "../output/text.ts";

interface Options extends Overrides {
  readonly runName?: string;
  readonly resume?: string | true;
}

/** `pawl mcp` */
export function mcpCommand(program: Command): void {
  program
    .command("mcp")
    .description("let an agent drive a run over the Model Context Protocol, on stdin and stdout")
    .option("--run-name <run>", "name of the new run and of its branch pawl/<run> (default: run-1, run-2 …)")
    .option("--resume [run]", "go on with a run that was stopped (default: the newest)")
    .option("--experiments <n>", "how many, the baseline not counted", wholeNumber("--experiments", 1))
    .option("--wall <duration>", "for how long, such as 90s, 10m or 1h30m", duration("--wall"))
    .option("--usd <amount>", "for how much money, in US dollars", dollars("--usd"))
    .option("--concurrency <n>", "experiments in flight", wholeNumber("--concurrency", 1))
    .action(async (options: Options, command: Command) => {
      const { claimStdout, serve } = await import("../mcp/serve.ts");
      const { Session } = await import("../mcp/session.ts");
      // Before the config is loaded: what that prints is no part of the protocol.
      const stdout = claimStdout();
      const cli = openCli(command);
      const log = (line: string): void => cli.output.note(sanitise(line));
      const { config, root, file } = await cli.loadConfig();
      const session = new Session({
        config: override(config, options),
        root,
        file,
        name: options.runName,
        resume: options.resume,
        log,
      });
      const how = await serve(session, stdout, log);
      if (session.failure !== undefined) process.exitCode = session.failure.exitCode;
      else if (how === "signal") process.exitCode = INTERRUPTED;
    });
}

const INTERRUPTED = 130;
