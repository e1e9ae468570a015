// `pnpm demo`: hundreds of real experiments on the fraud example, in a scratch repository of its own.
// `pnpm demo:support`: a whole run of the support-agent example, with models that are played back from a recording.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

interface Demo {
  readonly example: string;
  /** Default: as many as the example's config says. */
  readonly experiments?: number;
  readonly env?: NodeJS.ProcessEnv;
  readonly announcement: string;
}

const FRAUD: Demo = {
  example: "fraud",
  experiments: 900,
  announcement: "Running 900 experiments; Ctrl-C pauses",
};
const SUPPORT: Demo = {
  example: "support-agent",
  // What the user has set for a model of their own is for their own runs.
  env: {
    PAWL_MODELS: "replay",
    ...Object.fromEntries(
      ["URL", "MODEL", "KEY"].flatMap((name) => [
        [`PAWL_TASK_${name}`, undefined],
        [`PAWL_META_${name}`, undefined],
      ]),
    ),
  },
  announcement: "Playing back a recorded run: no model is asked, and all else is real; Ctrl-C pauses",
};

const chosen = process.argv[2] === SUPPORT.example ? SUPPORT : FRAUD;
const root = fileURLToPath(new URL("../", import.meta.url));
const pawl = join(root, "packages/cli/bin/pawl.js");

/** The next free folder: what an earlier demo found is the user's, and stays. */
function freeFolder(example: string): string {
  const parent = join(root, ".demo");
  mkdirSync(parent, { recursive: true });
  for (let number = 1; ; number += 1) {
    const folder = join(parent, number === 1 ? example : `${example}-${number}`);
    if (!existsSync(folder)) return folder;
  }
}

/** How the user can call pawl afterwards: as they called us, also where they have no pnpm but came through npx. */
function commandPrefix(): string {
  const { npm_execpath: path = "", npm_config_user_agent: agent = "", PAWL_COMMAND: wanted } = process.env;
  if (wanted !== undefined && wanted !== "") return wanted;
  const version = /^pnpm\/(\S+)/.exec(agent)?.[1];
  if (version === undefined) return `node ${relative(process.cwd(), pawl) || pawl}`;
  return /[\\/]_npx[\\/]/.test(path) ? `npx -y pnpm@${version} pawl` : "pnpm pawl";
}

/** Runs the built command line and resolves with its exit code. */
function run(args: readonly string[], stdout: "inherit" | "ignore"): Promise<number> {
  const child = spawn(process.execPath, [pawl, ...args], {
    cwd: root,
    stdio: ["inherit", stdout, "inherit"],
    env: { ...process.env, ...chosen.env, PAWL_COMMAND: commandPrefix() },
  });
  // Ctrl-C at a terminal reaches the child by itself; a signal that was sent to us alone is passed on.
  const pass = (signal: NodeJS.Signals): void => void child.kill(signal);
  const ignore = (): void => {};
  process.on("SIGINT", process.stdin.isTTY ? ignore : pass);
  process.on("SIGTERM", pass);
  return new Promise((done, fail) => {
    child.on("error", fail);
    child.on("close", (code, signal) => {
      process.removeAllListeners("SIGINT");
      process.removeAllListeners("SIGTERM");
      done(code ?? (signal === "SIGINT" ? 130 : 1));
    });
  });
}

async function demo({ example, experiments, announcement }: Demo): Promise<number> {
  const folder = freeFolder(example);
  const dir = relative(root, folder);
  console.log(`A scratch git repository with the ${example} example: ${dir}`);
  const made = await run(["init", "--example", example, dir], "ignore");
  if (made !== 0) return made;
  console.log("Locking the metric: scorer, evaluation data, limits and versions");
  const locked = await run(["-C", dir, "lock"], "ignore");
  if (locked !== 0) return locked;
  console.log(announcement);
  const limit = experiments === undefined ? [] : ["--experiments", String(experiments)];
  return run(["-C", dir, "run", ...limit], "inherit");
}

process.exitCode = await demo(chosen);
