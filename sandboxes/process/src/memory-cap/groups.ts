import { mkdirSync, readdirSync, readFileSync, rmdirSync } from "node:fs";
import { rmdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { processStart } from "../proc.ts";

const NAME = /^pawl-(\d+)-(\d+)-(\d+)$/;
let made = 0;

/** Makes a group under `parent`, named after this process so that a later engine can tell whose it was. */
export function makeGroup(parent: string): string {
  const path = join(parent, `pawl-${process.pid}-${processStart(process.pid) ?? 0}-${made++}`);
  mkdirSync(path);
  return path;
}

/** Removes a group; its last process may take a moment to vanish. */
export async function removeGroup(path: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      await rmdir(path);
      return;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENOENT") return;
      if (code !== "EBUSY" || attempt >= 100) throw error;
      await setTimeout(20);
    }
  }
}

/**
 * Removes the groups of engines that are gone. A group that still has a process cannot be removed, so one that belongs
 * to a living engine in another container is safe even though its process number means nothing here.
 */
export function removeLeftoverGroups(parent: string): void {
  for (const name of readdirSync(parent)) {
    const match = NAME.exec(name);
    if (match === null) continue;
    if (String(processStart(Number(match[1]))) === match[2]) continue;
    try {
      rmdirSync(join(parent, name));
    } catch {
      // Still in use, or just removed by another engine.
    }
  }
}

/** A number in a control file; `max` and what cannot be read count as infinite. */
export function readCount(path: string): number {
  const text = readFileSync(path, "utf8").trim();
  return text === "max" ? Number.POSITIVE_INFINITY : Number(text);
}

/** One line of a control file of the form `name value`. */
export function readField(path: string, field: string): number {
  const line = readFileSync(path, "utf8")
    .split("\n")
    .find((each) => each.startsWith(`${field} `));
  return line === undefined ? 0 : Number(line.slice(field.length + 1));
}
