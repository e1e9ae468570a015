import { existsSync, readFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import type { Measured } from "./usage.ts";

const MIB = 1_048_576;
const ROOT = "/sys/fs/cgroup";

/** Reads what a container uses from the kernel's own files. */
export type CgroupReader = () => Measured | undefined;

/**
 * Finds the control group of a container of a daemon on this machine, under the names that Docker gives it. Asking the
 * daemon for it works everywhere, but some versions take a second for each answer after the first.
 * @param id the container's full id: no other group is called so
 * @returns undefined where there is no such group, as with a daemon in a virtual machine
 */
export function findCgroup(id: string): CgroupReader | undefined {
  for (const name of groupNames(id)) {
    const unified = join(ROOT, name);
    if (existsSync(join(unified, "cpu.stat")) && existsSync(join(unified, "memory.current")))
      return () => readUnified(unified);
    if (existsSync(join(ROOT, "memory", name))) return () => readLegacy(name);
  }
  return undefined;
}

function groupNames(id: string): string[] {
  const { uid } = userInfo();
  return [
    `docker/${id}`,
    `system.slice/docker-${id}.scope`,
    `user.slice/user-${uid}.slice/user@${uid}.service/user.slice/docker-${id}.scope`,
    `user.slice/user-${uid}.slice/user@${uid}.service/app.slice/docker-${id}.scope`,
  ];
}

const read = (path: string): string => readFileSync(path, "utf8");
const readOr = (path: string): string => {
  try {
    return read(path);
  } catch {
    return "";
  }
};

const throttledIn = (statistics: string): number => Number(/^nr_throttled (\d+)/m.exec(statistics)?.[1] ?? 0);

/** See the kernel's documentation, "Control Group v2". `memory.peak` came with Linux 5.19. */
function readUnified(folder: string): Measured | undefined {
  try {
    const statistics = read(join(folder, "cpu.stat"));
    const cpu = /^usage_usec (\d+)/m.exec(statistics)?.[1];
    const memory = Math.max(Number(read(join(folder, "memory.current"))), Number(readOr(join(folder, "memory.peak"))));
    const blocks = readOr(join(folder, "io.stat"));
    const bytes = (name: string): number =>
      [...blocks.matchAll(new RegExp(`\\b${name}=(\\d+)`, "g"))].reduce((sum, [, value]) => sum + Number(value), 0);
    return {
      cpuMs: Number(cpu) / 1e3,
      memoryMb: memory / MIB,
      readBytes: bytes("rbytes"),
      writtenBytes: bytes("wbytes"),
      throttled: throttledIn(statistics),
      outOfMemory: /^oom_kill [1-9]/m.test(readOr(join(folder, "memory.events"))),
    };
  } catch {
    return undefined;
  }
}

/** See the kernel's documentation, "Control Groups version 1". */
function readLegacy(name: string): Measured | undefined {
  const file = (controller: string, key: string): string => join(ROOT, controller, name, key);
  try {
    const blocks = readOr(file("blkio", "blkio.throttle.io_service_bytes_recursive"));
    const bytes = (operation: string): number | undefined => {
      const found = [...blocks.matchAll(new RegExp(` ${operation} (\\d+)$`, "gm"))];
      // No line for any disk: there is no rule, and newer kernels do not count without one.
      return found.length === 0 ? undefined : found.reduce((sum, [, value]) => sum + Number(value), 0);
    };
    return {
      cpuMs: Number(read(file("cpuacct", "cpuacct.usage"))) / 1e6,
      memoryMb: Number(read(file("memory", "memory.max_usage_in_bytes"))) / MIB,
      readBytes: bytes("Read"),
      writtenBytes: bytes("Write"),
      throttled: throttledIn(readOr(file("cpu", "cpu.stat"))),
      outOfMemory: /^oom_kill [1-9]/m.test(readOr(file("memory", "memory.oom_control"))),
    };
  } catch {
    return undefined;
  }
}
