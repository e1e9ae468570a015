import { type Engine, type Notice, PawlError, type RunOptions, type Summary } from "@pawl/core";
import type { Cli } from "../cli.ts";
import { formatSummary } from "../output/format-summary.ts";
import { nextCommands } from "../output/next-commands.ts";
import { plural } from "../output/numbers.ts";
import { pawlCommand } from "../output/place.ts";
import { openJson, openPlain } from "../window/plain.ts";
import type { Reporter } from "../window/reporter.ts";
import { type View, applyToView } from "../window/view.ts";
import { openWindow } from "../window/window.ts";
import { onStop } from "./signals.ts";
import { openTelemetry } from "./telemetry.ts";

/** What {@link drive} runs and how it is shown. */
export interface Drive {
  readonly engine: Engine;
  readonly options: RunOptions;
  /** Empty for a new run; already filled with what happened before for one that is resumed. */
  readonly view: View;
  /** Lines instead of a window, also on a terminal. */
  readonly plain: boolean;
  /** The folder that the next commands are about. */
  readonly root: string;
}

const INTERRUPTED = 130;

/** Runs the engine to its end, shows it, and sets the exit code. */
export async function drive(cli: Cli, { engine, options, view, plain, root }: Drive): Promise<void> {
  const reporter = openReporter(cli, view, plain);
  const stop = new AbortController();
  let ended = false;
  // Nobody stops listening: a signal that comes late must not change how the command ends.
  onStop({
    drain() {
      if (ended) return;
      engine.drain();
      reporter.notice(`finishing ${view.state?.inFlight.size ?? 0} in flight; Ctrl-C again stops at once`);
    },
    abort() {
      if (ended) return;
      stop.abort();
      reporter.notice("stopping at once; what is in flight will run again on resume");
    },
  });
  const told = (notice: Notice): void => reporter.told(notice);
  engine.on("notice", told);
  const gone = (error: NodeJS.ErrnoException): void => {
    if (error.code === "EPIPE") stop.abort();
  };
  process.stdout.on("error", gone);
  const telemetry = await openTelemetry(engine, root, cli.output.note);
  let summary: Summary;
  try {
    const run = engine.run({ ...options, signal: stop.signal });
    for await (const event of run) await reporter.event(event, applyToView(view, event));
    summary = await run.result;
  } catch (error) {
    reporter.close();
    if (stop.signal.aborted && !(error instanceof PawlError)) return interruptedEarly(cli, view, root);
    tellHowToGoOn(cli, view, root);
    throw error;
  } finally {
    ended = true;
    engine.off("notice", told);
    reporter.close();
    await telemetry.close();
  }
  if (cli.output.json) await cli.output.data({ type: "summary", ...summary });
  else for (const line of formatSummary(summary, cli.output.colors)) cli.output.say(line);
  if (!cli.output.json) {
    for (const line of await nextCommands(cli, root, summary)) cli.output.say(line);
  }
  process.stdout.off("error", gone);
  if (summary.status === "paused") process.exitCode = INTERRUPTED;
}

function openReporter({ output }: Cli, view: View, plain: boolean): Reporter {
  if (output.json) return openJson(output);
  const { isTTY, columns, rows } = process.stdout;
  // A terminal without a size, as some tools make them, has no room for a window.
  const window = isTTY && columns > 0 && rows > 0 && process.env["TERM"] !== "dumb";
  if (plain || !window) return openPlain(view, output);
  return openWindow(view, process.stdout, output.colors);
}

/** Stopped while the lock was measured or the sandbox warmed up: there may be nothing to resume yet. */
function interruptedEarly(cli: Cli, view: View, root: string): void {
  process.exitCode = INTERRUPTED;
  cli.output.note("interrupted");
  tellHowToGoOn(cli, view, root);
}

function tellHowToGoOn({ output, place }: Cli, { state, finished }: View, root: string): void {
  if (state === undefined || state.status === "finished") return;
  const command = pawlCommand(place, root, "resume", state.run);
  output.note(
    `${state.run} stopped after ${plural(finished, "experiment")}; nothing accepted is lost. Go on with: ${command}`,
  );
}
