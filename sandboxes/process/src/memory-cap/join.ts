import { spawn } from "node:child_process";
import { once } from "node:events";
import { findTool } from "../tools.ts";
import { makeGroup, removeGroup } from "./groups.ts";

/**
 * Makes a group under `parent`, lets a process join it and removes it again: the whole of what a child will need.
 * @throws Error from the system where one of these is refused
 */
export async function tryGroup(parent: string, join: (group: string, pid: number) => void): Promise<void> {
  const sleep = findTool("sleep");
  if (sleep === undefined) throw new Error("there is no sleep command to try a group with");
  const group = makeGroup(parent);
  try {
    const sleeper = spawn(sleep, ["10"], { env: {}, cwd: "/", stdio: "ignore" });
    const gone = once(sleeper, "exit");
    try {
      join(group, sleeper.pid!);
    } finally {
      sleeper.kill("SIGKILL");
      await gone;
    }
  } finally {
    await removeGroup(group);
  }
}
