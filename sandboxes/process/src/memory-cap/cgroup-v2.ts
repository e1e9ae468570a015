import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { findCgroup, type CgroupPlace } from "./cgroup-paths.ts";
import { makeGroup, readCount, readField, removeGroup, removeLeftoverGroups } from "./groups.ts";
import { tryGroup } from "./join.ts";
import type { CapProbe, CapSlot } from "./memory-cap.ts";

/**
 * The memory controller of cgroup version 2. A group that has processes cannot have sub-groups with controllers, so the
 * new groups go beside this process's own group or further up, wherever this user may write and the controller is on.
 */
export async function probeCgroupV2(): Promise<CapProbe> {
  try {
    const place = findCgroup(
      2,
      readFileSync("/proc/self/cgroup", "utf8"),
      readFileSync("/proc/self/mountinfo", "utf8"),
    );
    if (place === undefined) return { why: "cgroup v2: not mounted" };
    const reasons: string[] = [];
    for (const parent of ancestors(place)) {
      const why = await unusable(parent);
      if (why === undefined) {
        return {
          cap: {
            mechanism: "cgroup-v2",
            by: "cgroup-v2",
            detail: `cgroup v2 memory controller under ${parent}`,
            open: async () => openSlot(makeGroup(parent)),
          },
        };
      }
      reasons.push(`${parent}: ${why}`);
    }
    return { why: `cgroup v2: ${reasons.join("; ")}` };
  } catch (error) {
    return { why: `cgroup v2: ${(error as Error).message}` };
  }
}

/** The own group and those above it, up to the mount. */
function ancestors({ mount, own }: CgroupPlace): string[] {
  const found = [own];
  while (found.at(-1) !== mount) found.push(dirname(found.at(-1)!));
  return found;
}

/** Why groups with a memory limit cannot be made under `parent`, found by making one that a process may join. */
async function unusable(parent: string): Promise<string | undefined> {
  const words = (name: string): string[] => readFileSync(join(parent, name), "utf8").trim().split(/\s+/);
  try {
    if (!words("cgroup.controllers").includes("memory")) return "no memory controller";
    if (!words("cgroup.subtree_control").includes("memory")) {
      writeFileSync(join(parent, "cgroup.subtree_control"), "+memory");
    }
    removeLeftoverGroups(parent);
    await tryGroup(parent, (group, pid) => {
      if (!existsSync(join(group, "memory.max"))) throw new Error("a new group has no memory.max");
      openSlot(group).adopt(pid);
    });
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? (error as Error).message;
  }
}

function openSlot(group: string): CapSlot {
  const file = (name: string): string => join(group, name);
  let base = 0;
  let allowed = 0;
  const set = (bytes: number): void => {
    allowed = bytes;
    writeFileSync(file("memory.max"), String(base + bytes));
    const held = readCount(file("memory.max"));
    if (!(held <= base + bytes)) throw new Error(`${file("memory.max")} is ${held} after ${base + bytes} was written`);
  };
  if (existsSync(file("memory.swap.max"))) writeFileSync(file("memory.swap.max"), "0");
  if (existsSync(file("memory.oom.group"))) writeFileSync(file("memory.oom.group"), "1");
  return {
    launcher: [],
    adopt: (pid) => writeFileSync(file("cgroup.procs"), String(pid)),
    settle: (_pid, bytes) => {
      base = readCount(file("memory.current"));
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
    exceeded: () => readField(file("memory.events"), "oom_kill") > 0,
    // The peak of version 2 belongs to the group's whole life unless a descriptor is kept open: it is not used.
    resetPeak: () => undefined,
    peakBytes: () => undefined,
    remove: () => removeGroup(group),
  };
}
