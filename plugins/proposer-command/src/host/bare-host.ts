import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { delimiter, join, resolve } from "node:path";
import { type Purse, PawlError } from "@pawl/plugin";
import type { AgentHost, AgentRun, AgentTask, Taken } from "../agent-run.ts";
import type { CommandOptions } from "../options.ts";
import { makeScratch, removeLeftovers } from "../scratch.ts";
import { otherFiles, takeFile } from "../take-back.ts";
import { type Containment, probeContainment } from "./containment.ts";
import { runProcess } from "./run-process.ts";

/** Runs agents as processes of this user, in a scratch folder. That is no sandbox. */
export class BareHost implements AgentHost {
  readonly name = "none";
  readonly #options: CommandOptions;
  readonly #root: string;
  #containment: Containment | undefined;
  #tidied = false;

  constructor(options: CommandOptions, root: string) {
    this.#options = options;
    this.#root = root;
  }

  get containment(): Containment {
    this.#containment ??= probeContainment(this.#options.processes, this.#options.pidNamespace);
    return this.#containment;
  }

  async run(task: AgentTask, _purse: Purse, signal: AbortSignal): Promise<AgentRun> {
    const { command, env, home, wallMs, graceMs } = this.#options;
    const [program = "", ...args] = command;
    const file = await findProgram(program, this.#root);
    if (!this.#tidied) await removeLeftovers();
    this.#tidied = true;
    const scratch = await makeScratch(this.#root, task.files);
    try {
      const ended = await runProcess(
        {
          command: [file, ...args.map((word) => word.replaceAll("{root}", this.#root))],
          cwd: scratch.work,
          env: {
            ...kept(["PATH", ...env]),
            HOME: home === "own" ? (process.env["HOME"] ?? scratch.home) : scratch.home,
            TMPDIR: scratch.temporary,
            LANG: "C.UTF-8",
            TERM: "dumb",
            NO_COLOR: "1",
            PAWL_EXPERIMENT: String(task.experiment),
            PAWL_SEED: String(task.seed),
          },
          wallMs,
          graceMs,
          containment: this.containment,
        },
        signal,
      );
      const files = new Map<string, Taken>();
      for (const path of task.wanted) {
        const taken = await takeFile(scratch.work, path);
        if (taken !== undefined) files.set(path, taken);
      }
      const known = new Set([...Object.keys(task.files), ...task.wanted]);
      return { ...ended, files, ignored: await otherFiles(scratch.work, known) };
    } finally {
      await scratch.remove();
    }
  }

  async close(): Promise<void> {}
}

function kept(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/**
 * The absolute path of the agent's program.
 * @throws PawlError `PAWL_CONFIG_INVALID` where there is none
 */
export async function findProgram(program: string, root: string): Promise<string> {
  const candidates = program.includes("/")
    ? [resolve(root, program.replaceAll("{root}", root))]
    : (process.env["PATH"] ?? "").split(delimiter).flatMap((folder) => (folder === "" ? [] : [join(folder, program)]));
  for (const path of candidates) {
    const runs = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs && (await stat(path)).isFile()) return path;
  }
  throw notFound(program);
}

export function notFound(program: string): PawlError {
  return new PawlError("PAWL_CONFIG_INVALID", `the agent "${program}" cannot be found or started`, {
    path: "proposer.options.command",
    remedy: "Install it, or correct its name; one of the project's own needs its path, such as ./agent.sh.",
  });
}
