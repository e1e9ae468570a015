import type { Command } from "commander";
import { type Cli, openCli } from "../cli.ts";
import { wholeNumber } from "../config/overrides.ts";
import { RED_TEAM_HEADER, redTeamRow, redTeamSummary } from "../output/red-team-table.ts";
import { type Choice, technique } from "../redteam/plan.ts";
import { redTeam } from "../redteam/red-team.ts";
import type { Result } from "../redteam/result.ts";
import { type RedTeamSummary, summariseResults } from "../redteam/summary.ts";
import { onStop } from "../run/signals.ts";

const GOT_THROUGH = 2;
const INTERRUPTED = 130;

/** `pawl redteam` */
export function redteamCommand(program: Command): void {
  program
    .command("redteam")
    .description("try known cheats against your config, scorer and surface, in a copy of the project")
    .option("--only <technique>", "only attacks of this technique, such as lookup or host", technique)
    .option("--attacks <n>", "at most so many attacks, and so many honest changes", wholeNumber("--attacks", 1))
    .action(async (choice: Choice, command: Command) => {
      const cli = openCli(command);
      const stop = new AbortController();
      const unlisten = onStop({ drain: () => stop.abort(), abort: () => stop.abort() });
      try {
        const summary = await attack(cli, choice, stop.signal);
        if (cli.output.json) await cli.output.data({ type: "redteam", ...summary });
        else for (const line of ["", ...redTeamSummary(summary, cli.output.colors)]) cli.output.say(line);
        if (summary.passed.length > 0) process.exitCode = GOT_THROUGH;
      } catch (error) {
        if (!stop.signal.aborted) throw error;
        cli.output.note("interrupted; the project was not touched");
        process.exitCode = INTERRUPTED;
      } finally {
        unlisten();
      }
    });
}

async function attack(cli: Cli, choice: Choice, signal: AbortSignal): Promise<RedTeamSummary> {
  const { output } = cli;
  const loaded = await cli.loadConfig();
  const results: Result[] = [];
  const played = redTeam(loaded, { ...choice, signal, onStep: (what) => output.note(`${what} …`) });
  let next = await played.next();
  for (; next.done !== true; next = await played.next()) {
    if (output.json) await output.data({ type: next.value.kind, ...next.value });
    else tell(cli, next.value, results.at(-1));
    results.push(next.value);
  }
  return summariseResults(results, next.value, loaded.config);
}

function tell({ output }: Cli, result: Result, before: Result | undefined): void {
  if (before === undefined) output.say(output.colors.bold(RED_TEAM_HEADER));
  else if (before.kind !== result.kind)
    output.say(`\n${output.colors.bold("honest changes, which should pass the lock")}`);
  output.say(redTeamRow(result, output));
}
