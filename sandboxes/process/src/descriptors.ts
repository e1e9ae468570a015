import type { StdioOptions } from "node:child_process";
import { openSync, readdirSync, readFileSync } from "node:fs";

const O_CLOEXEC = 0o2_000_000;

let devNull: number | undefined;

/**
 * What a child gets as its descriptors: three pipes, and nothing of this process's own. Node opens everything with
 * close-on-exec, but a shell may have left descriptors in this process that are not: for the child, those are covered
 * with `/dev/null`.
 */
export function childDescriptors(): StdioOptions {
  const highest = highestInherited();
  if (highest > 2) devNull ??= openSync("/dev/null", "r");
  return Array.from({ length: highest + 1 }, (_, fd) => (fd <= 2 ? "pipe" : devNull));
}

function highestInherited(): number {
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
  return highest;
}
