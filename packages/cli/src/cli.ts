import { resolve } from "node:path";
import type { Command } from "commander";
import { type LoadedConfig, loadConfig } from "./config/load-config.ts";
import { type Output, createOutput } from "./output/output.ts";
import { type Place, findPlace } from "./output/place.ts";

/** Options that every command understands. */
export interface GlobalOptions {
  readonly dir?: string;
  readonly config?: string;
  readonly json?: boolean;
  /** False after --no-color. */
  readonly color: boolean;
}

/** What a command has at hand. */
export interface Cli {
  readonly output: Output;
  readonly place: Place;
  /** Absolute path of the folder that --dir names; default: where the user stands. */
  readonly dir: string;
  /** @throws PawlError `PAWL_CONFIG_*` */
  loadConfig(): Promise<LoadedConfig>;
}

/** Makes the surroundings of a command from the options that were given before or after its name. */
export function openCli(command: Command): Cli {
  const { dir = ".", config, json = false, color } = command.optsWithGlobals<GlobalOptions>();
  const place = findPlace();
  const folder = resolve(place.cwd, dir);
  // A path on the command line is relative to where the user stands, and not to --dir, as with any other command.
  const file = config === undefined ? undefined : resolve(place.cwd, config);
  return {
    output: createOutput({ json, color }),
    place,
    dir: folder,
    loadConfig: () => loadConfig(folder, file),
  };
}
