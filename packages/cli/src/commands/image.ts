import type { Command } from "commander";
import { openCli } from "../cli.ts";

/** `pawl image` */
export function imageCommand(program: Command): void {
  program
    .command("image")
    .argument("<action>", "build: make a minimal image from this machine's own Node, without a registry")
    .description("images for the Docker sandbox")
    .option("--tag <name>", "name and tag of the image; default: what the Docker sandbox uses by itself")
    .action(async (action: string, { tag }: { tag?: string }, command: Command) => {
      if (action !== "build") command.error(`error: there is no action '${action}'; there is build`);
      const { output } = openCli(command);
      // Only here: the client of the Docker daemon is large, and all other commands start sooner without it.
      const { makeNodeImage } = await import("@pawl/sandbox-docker");
      const id = await makeNodeImage({
        ...(tag === undefined ? {} : { tag }),
        onProgress: (message) => output.note(message),
      });
      if (output.json) await output.data({ type: "image", id });
      else output.say(id);
    });
}
