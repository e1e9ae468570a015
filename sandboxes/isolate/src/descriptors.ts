import { readdirSync, readFileSync } from "node:fs";

const O_CLOEXEC = 0o2_000_000;

/**
 * How many descriptors a child must be given so that it inherits none of this process's own. Node opens everything with
 * close-on-exec, but a shell may have left descriptors in this process that are not: a child's own table, filled with
 * `/dev/null` up to the highest of them, covers them.
 */
export function descriptorsToCover(): number {
  let highest = 2;
  for (const name of readdirSync("/proc/self/fd")) {
    const fd = Number(name);
    if (fd <= highest) continue;
    try {
      const flags = /^flags:\s+(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, "utf8"))?.[1] ?? "0";
      if ((Number.parseInt(flags, 8) & O_CLOEXEC) === 0) highest = fd;
    } catch {
      // The descriptor that listed this folder is closed by now.
    }
  }
  return highest + 1;
}
