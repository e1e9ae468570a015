import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { PAWL, cleanEnv } from "./command.ts";

/** A command of the built pawl that is at work. */
export interface Running {
  readonly child: ChildProcess;
  /** Resolves when so much of stdout matches. */
  until(pattern: RegExp): Promise<void>;
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>;
  stdout(): string;
  stderr(): string;
}

/** Starts a command in a process group of its own, as a shell does. */
export function start(cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
  const child = spawn(process.execPath, [PAWL, ...args], {
    cwd,
    env: cleanEnv(env),
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const ended = once(child, "close").then(([code]) => code as number | null);
  return {
    child,
    ended,
    stdout: () => stdout,
    stderr: () => stderr,
    async until(pattern) {
      while (!pattern.test(stdout)) {
        if (child.exitCode !== null) throw new Error(`ended before ${String(pattern)}: ${stdout}${stderr}`);
        await sleep(20);
      }
    },
  };
}
