import { resolve } from "node:path";
import type { Command } from "commander";
import { openCli } from "../cli.ts";
import { initFolder } from "../init/init-folder.ts";
import { gitCommand, pawlCommand } from "../output/place.ts";

/** `pawl init [dir]` */
export function initCommand(program: Command): void {
  program
    .command("init")
    .description("make a small working project, or a copy of an example")
    .argument("[folder]", "where to (default: the current folder)", ".")
    .option("--example <name>", "copy this example instead, such as fraud or pricing")
    .action(async (folder: string, { example }: { example?: string }, command: Command) => {
      const { output, place, dir } = openCli(command);
      const target = resolve(dir, folder);
      const { created, repository } = await initFolder(target, example);
      if (output.json) return output.data({ type: "init", folder: target, created, repository });
      output.say(`made ${target} with ${created.join(", ")}`);
      if (repository === "created") output.say("made it a git repository, with a first commit");
      output.say("");
      output.say("Next");
      if (repository === "existing") {
        const add = gitCommand(place, target, "add", ...created);
        output.say(
          `  commit it                 ${add} && ${gitCommand(place, target, "commit", "-m", "Add a Pawl project")}`,
        );
      }
      output.say(`  see what this machine can ${pawlCommand(place, target, "doctor")}`);
      output.say(`  lock the metric           ${pawlCommand(place, target, "lock")}`);
      output.say(`  start                     ${pawlCommand(place, target, "run")}`);
    });
}
