import { type LeaseState, openGit, readLease, summarise } from "@pawl/core";
import type { Command } from "commander";
import { type Cli, openCli } from "../cli.ts";
import { chooseRun, openExistingLedger } from "../ledger/open-existing.ts";
import { readRun } from "../ledger/read-run.ts";
import { formatSummary } from "../output/format-summary.ts";
import { pawlCommand } from "../output/place.ts";

/** `pawl status [run]` */
export function statusCommand(program: Command): void {
  program
    .command("status")
    .description("how a run stands")
    .argument("[run]", "name of the run (default: the newest)")
    .action(async (wanted: string | undefined, _options: unknown, command: Command) => {
      const cli = openCli(command);
      const git = await openGit(cli.dir);
      const ledger = await openExistingLedger(git);
      try {
        const run = await chooseRun(ledger, wanted);
        const lease = await readLease(git.commonDir);
        // The lease does not say which run it is for; the newest event does.
        const latest = (await ledger.last())?.run === run;
        const folded = await readRun(ledger, run);
        const summary = summarise(folded);
        const state = stateOf(summary.status, lease, latest);
        const pid = state === "running" && lease.held ? (lease.holder?.pid ?? null) : null;
        if (cli.output.json) return await cli.output.data({ type: "status", state, pid, ...summary });
        const uncommitted = folded.uncommitted !== undefined;
        const unfinished = uncommitted || folded.inFlight.size > 0;
        tell(cli, { state, pid, summary, uncommitted, unfinished, runs: await ledger.runs() });
      } finally {
        await ledger.close();
      }
    });
}

type State = "running" | "paused" | "finished" | "stopped";

/** A run that says it is running, and that no process works on, was killed: it can be resumed. */
function stateOf(status: ReturnType<typeof summarise>["status"], lease: LeaseState, latest: boolean): State {
  if (status !== "running") return status;
  return lease.held && latest ? "running" : "stopped";
}

function tell(
  { output, place, dir }: Cli,
  {
    state,
    pid,
    summary,
    uncommitted,
    unfinished,
    runs,
  }: {
    state: State;
    pid: number | null;
    summary: ReturnType<typeof summarise>;
    runs: readonly string[];
    uncommitted: boolean;
    unfinished: boolean;
  },
): void {
  const { run, champion, branch } = summary;
  const [, , ...lines] = formatSummary(summary, output.colors);
  const by = pid === null ? "" : ` by process ${pid}`;
  const words = state === "stopped" ? "stopped: its process has ended without saying so" : `${state}${by}`;
  const reason = summary.endReason === null ? "" : ` (${summary.endReason})`;
  output.say(output.colors.bold(`${run} is ${words}${reason}`));
  for (const line of lines.slice(0, -1)) output.say(line);
  if (champion !== null) {
    // Killed between the ledger and git: the commit is made when the run goes on.
    const commit = uncommitted ? "its commit follows" : `commit ${champion.commit.slice(0, 12)} on ${branch}`;
    output.say(`  champion     experiment ${champion.experiment}, ${commit}`);
  }
  if (summary.waiting > 0) output.say(`  decide       ${pawlCommand(place, dir, "review", "--run", run)}`);
  // A finished run is unfinished where a person approved an experiment since, and its second try was cut off.
  if (state === "paused" || state === "stopped" || (state === "finished" && unfinished)) {
    output.say(`  go on        ${pawlCommand(place, dir, "resume", run)}`);
  }
  const others = runs.filter((other) => other !== run);
  if (others.length > 0) output.say(`  other runs   ${others.slice(-8).join(", ")}${others.length > 8 ? " …" : ""}`);
}
