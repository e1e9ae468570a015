import { type Summary, openGit } from "@pawl/core";
import type { Cli } from "../cli.ts";
import { gitCommand, pawlCommand } from "./place.ts";

/** What to do next, as commands that work where the user stands. */
export async function nextCommands({ place }: Cli, root: string, summary: Summary): Promise<string[]> {
  const { run, status, baseline, champion, base, branch, waiting } = summary;
  const commands: [purpose: string, command: string][] = [];
  if (status === "paused") commands.push(["go on", pawlCommand(place, root, "resume", run)]);
  if (waiting > 0) commands.push(["decide what is held", pawlCommand(place, root, "review", "--run", run)]);
  if (champion !== null && champion.experiment !== baseline?.experiment) {
    const git = await openGit(root);
    commands.push(
      ["see the champion", pawlCommand(place, root, "show", "--run", run)],
      ["see all changes", gitCommand(place, git.root, "diff", `${base.slice(0, 12)}..${branch}`)],
      ["merge them", gitCommand(place, git.root, "merge", branch)],
    );
  }
  commands.push(["see every experiment", pawlCommand(place, root, "log", run)]);
  const width = Math.max(...commands.map(([purpose]) => purpose.length));
  return ["Next", ...commands.map(([purpose, command]) => `  ${purpose.padEnd(width)}  ${command}`), ""];
}
