import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findCgroup } from "./cgroup-paths.ts";
import { makeGroup, readCount, readField, removeGroup, removeLeftoverGroups } from "./groups.ts";
import { tryGroup } from "./join.ts";
import type { CapProbe, CapSlot } from "./memory-cap.ts";

/** The memory controller of cgroup version 1, under this process's own group. */
export async function probeCgroupV1(): Promise<CapProbe> {
  try {
    const place = findCgroup(
      1,
      readFileSync("/proc/self/cgroup", "utf8"),
      readFileSync("/proc/self/mountinfo", "utf8"),
    );
    if (place === undefined) return { why: "cgroup v1: the memory controller is not mounted" };
    removeLeftoverGroups(place.own);
    await tryGroup(place.own, (group, pid) => openSlot(group).adopt(pid));
    return {
      cap: {
        mechanism: "cgroup-v1",
        by: "cgroup-v1",
        detail: `cgroup v1 memory controller under ${place.own}`,
        open: async () => openSlot(makeGroup(place.own)),
      },
    };
  } catch (error) {
    return { why: `cgroup v1: ${(error as Error).message}` };
  }
}

function openSlot(group: string): CapSlot {
  const file = (name: string): string => join(group, name);
  const LIMIT = file("memory.limit_in_bytes");
  const SWAP_LIMIT = file("memory.memsw.limit_in_bytes");
  const countsSwap = existsSync(SWAP_LIMIT);
  let base = 0;
  let allowed = 0;
  let before = 0;
  let previous = Number.POSITIVE_INFINITY;
  const set = (bytes: number): void => {
    allowed = bytes;
    const limit = base + bytes;
    // The limit on memory and swap together may never be below the one on memory alone.
    const order = limit > previous ? [SWAP_LIMIT, LIMIT] : [LIMIT, SWAP_LIMIT];
    for (const path of order) if (path === LIMIT || countsSwap) writeFileSync(path, String(limit));
    previous = limit;
    const held = readCount(LIMIT);
    if (!(held <= limit)) throw new Error(`${LIMIT} is ${held} after ${limit} was written`);
  };
  // Without swap accounting this keeps the child out of swap, which would be memory beyond the limit.
  writeFileSync(file("memory.swappiness"), "0");
  return {
    launcher: [],
    adopt: (pid) => writeFileSync(file("cgroup.procs"), String(pid)),
    settle: (_pid, bytes) => {
      base = readCount(file("memory.usage_in_bytes"));
      set(bytes);
    },
    resize: (bytes) => {
      if (bytes === allowed) return true;
      try {
        set(bytes);
        return true;
      } catch {
        // The kernel refuses a limit below what is in use.
        return false;
      }
    },
    exceeded: () => readField(file("memory.oom_control"), "oom_kill") > 0,
    resetPeak: () => {
      writeFileSync(file("memory.max_usage_in_bytes"), "0");
      before = readCount(file("memory.usage_in_bytes"));
    },
    peakBytes: () => Math.max(0, readCount(file("memory.max_usage_in_bytes")) - before),
    remove: () => removeGroup(group),
  };
}
