import { PawlError, closePlugins, openProject, writeLock } from "@pawl/core";
import type { Command } from "commander";
import { type Cli, openCli } from "../cli.ts";
import { displayPath, gitCommand, pawlCommand } from "../output/place.ts";
import { sanitise } from "../output/text.ts";

interface Options {
  readonly accept?: boolean;
  readonly reason?: string;
}

/** `pawl lock` */
export function lockCommand(program: Command): void {
  program
    .command("lock")
    .description("lock what defines the metric, or accept a change of it")
    .option("--accept", "accept what has changed: opens a new epoch that is not comparable with the old one")
    .option("--reason <text>", "why it had to change; goes into the lock and the ledger, with your git name")
    .action(async ({ accept = false, reason }: Options, command: Command) => {
      const acceptance = checkAcceptance(accept, reason);
      const cli = openCli(command);
      const { config, root, file } = await cli.loadConfig();
      const project = await openProject(config, { root, configFile: file });
      const stop = new AbortController();
      const interrupt = (): void => stop.abort();
      process.once("SIGINT", interrupt);
      try {
        const result = await writeLock(project, {
          signal: stop.signal,
          ...(acceptance === undefined ? {} : { accept: acceptance }),
        });
        await tell(cli, root, project.lockPath, result);
      } catch (error) {
        if (!stop.signal.aborted || error instanceof PawlError) throw error;
        cli.output.note("interrupted; nothing was written");
        process.exitCode = 130;
      } finally {
        process.off("SIGINT", interrupt);
        await closePlugins(project);
      }
    });
}

function checkAcceptance(accept: boolean, reason: string | undefined): { reason: string } | undefined {
  const why = reason?.trim() ?? "";
  if (accept && why !== "") return { reason: why };
  if (!accept && reason === undefined) return undefined;
  throw new PawlError("PAWL_USAGE", accept ? "accepting a change needs a reason" : "a reason is only for --accept", {
    path: accept ? "--reason" : "--accept",
    remedy: 'Write: pawl lock --accept --reason "why it had to change".',
  });
}

async function tell(
  { output, place }: Cli,
  root: string,
  lockPath: string,
  { status, lock, changes }: Awaited<ReturnType<typeof writeLock>>,
): Promise<void> {
  const { epoch, digest } = lock;
  if (output.json) return output.data({ type: "lock", status, epoch, digest, changes, path: lockPath });
  const path = displayPath(place, lockPath);
  if (status === "unchanged") return output.say(`${path} fits: nothing that defines the metric has changed`);
  if (status === "written") output.say(`${path} written: the metric is locked`);
  else {
    output.say(`${path} accepted as epoch ${epoch}: the next run measures a new baseline`);
    for (const change of changes) output.say(`  - ${sanitise(change)}`);
  }
  output.say("");
  output.say("Next");
  output.say(
    `  keep the lock  ${gitCommand(place, root, "add", "pawl.lock.json")} && ${gitCommand(place, root, "commit", "-m", "Lock the metric")}`,
  );
  output.say(`  start          ${pawlCommand(place, root, "run")}`);
}
