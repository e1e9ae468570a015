import { CommanderError } from "commander";
import { printError } from "./output/print-error.ts";
import { createProgram, usageError } from "./program.ts";

/**
 * Runs one command line (without node and the script) and returns the exit code: 0 done, 1 internal, 2 usage or
 * config, 4 lock violation, 130 interrupted.
 */
export async function main(args: readonly string[]): Promise<number> {
  const look = { json: args.includes("--json"), color: !args.includes("--no-color") };
  process.exitCode = 0;
  try {
    await createProgram().parseAsync(args, { from: "user" });
    return Number(process.exitCode);
  } catch (error) {
    if (!(error instanceof CommanderError)) return printError(error, look);
    const usage = usageError(error);
    return usage === undefined ? 0 : printError(usage, look);
  }
}

/** The `pawl` executable: everything that belongs to the process and not to a command. */
export async function start(args: readonly string[]): Promise<void> {
  // What a plugin throws from a timer, or leaves unhandled. What is in flight runs again on resume.
  const fatal = (error: unknown): void => {
    const look = { json: args.includes("--json"), color: !args.includes("--no-color") };
    process.exit(printError(error, look));
  };
  process.on("uncaughtException", fatal);
  process.on("unhandledRejection", fatal);
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      // The reader has gone, as in `pawl log | head`. Commands that must tidy up listen for themselves.
      if (error.code !== "EPIPE") throw error;
      if (stream.listenerCount("error") === 1) process.exit();
    });
  }
  const code = await main(args);
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  // A config may have left timers or connections behind; they must not keep a finished command alive.
  process.exit(code);
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((done) => {
    if (stream.destroyed || stream.writableLength === 0) done();
    else stream.write("", () => done());
  });
}
