import { Command, CommanderError } from "commander";
import { ENGINE_VERSION, PawlError } from "@pawl/core";
import { doctorCommand } from "./commands/doctor.ts";
import { imageCommand } from "./commands/image.ts";
import { initCommand } from "./commands/init.ts";
import { lockCommand } from "./commands/lock.ts";
import { logCommand } from "./commands/log.ts";
import { notesCommand } from "./commands/notes.ts";
import { mcpCommand } from "./commands/mcp.ts";
import { redteamCommand } from "./commands/redteam.ts";
import { resumeCommand } from "./commands/resume.ts";
import { reviewCommand } from "./commands/review.ts";
import { runCommand } from "./commands/run.ts";
import { showCommand } from "./commands/show.ts";
import { statusCommand } from "./commands/status.ts";
import { traceCommand } from "./commands/trace.ts";

/** The whole command line. Nothing runs before it is parsed. */
export function createProgram(): Command {
  const program = new Command("pawl")
    .description("Runs the auto-research loop: one editable surface, one locked metric, one fixed budget.")
    .version(ENGINE_VERSION)
    .option("-C, --dir <folder>", "the project's folder (default: the current one)")
    .option("--config <file>", "the config file, instead of searching for pawl.config.*")
    .option("--json", "JSON on stdout, one value a line; words for people go to stderr")
    .option("--no-color", "no colours (also: the environment variable NO_COLOR)")
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ outputError: () => {} })
    .exitOverride()
    .allowExcessArguments(false);
  const register = [
    initCommand,
    lockCommand,
    runCommand,
    resumeCommand,
    statusCommand,
    logCommand,
    showCommand,
    traceCommand,
    notesCommand,
    reviewCommand,
    doctorCommand,
    mcpCommand,
    redteamCommand,
    imageCommand,
  ];
  for (const add of register) add(program);
  return program;
}

/**
 * Commander's complaint as ours; `undefined` where the user asked for help or the version, and has been answered.
 */
export function usageError(error: CommanderError): PawlError | undefined {
  if (error.exitCode === 0) return undefined;
  if (error.code === "commander.help") {
    return new PawlError("PAWL_USAGE", "no command was given", { remedy: 'Name one; "pawl --help" lists them.' });
  }
  const [first = "", ...rest] = error.message.replace(/^error: /, "").split("\n");
  const hint = rest.join(" ").trim();
  return new PawlError("PAWL_USAGE", hint === "" ? first : `${first} ${hint}`, {
    remedy: '"pawl --help" lists the commands, "pawl <command> --help" its options.',
  });
}
