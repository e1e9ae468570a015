import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/**
 * Who made a container, in enough words that another process can tell whether that one is still alive: the machine, its
 * boot, the process namespace, the process and its start time. A process number alone is used again by the next one.
 */
interface Owner {
  readonly machine: string;
  readonly boot: string;
  readonly namespace: string;
  readonly pid: number;
  readonly start: string;
}

const read = (path: string): string => {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return "";
  }
};

const link = (path: string): string => {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
};

/** The 22nd column of `/proc/<pid>/stat`, the start in clock ticks since boot; see proc(5). Empty without `/proc`. */
function startOf(pid: number): string {
  const text = read(`/proc/${pid}/stat`);
  return text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}

const HERE: Omit<Owner, "pid" | "start"> = {
  machine: read("/etc/machine-id") || hostname(),
  boot: read("/proc/sys/kernel/random/boot_id"),
  namespace: link("/proc/self/ns/pid"),
};

const encode = ({ machine, boot, namespace, pid, start }: Owner): string =>
  [machine, boot, namespace, pid, start].map((each) => encodeURIComponent(each)).join(" ");

/** The label of this process. */
export function ownOwner(): string {
  return encode({ ...HERE, pid: process.pid, start: startOf(process.pid) });
}

/**
 * Whether the process behind a label is certainly gone. What cannot be known from here (a process of another machine
 * that shares the daemon, or of another container) counts as alive, since its things are not ours to remove.
 */
export function isDead(label: string): boolean {
  const parts = label.split(" ").map((each) => decodeURIComponent(each));
  if (parts.length !== 5) return false;
  const [machine, boot, namespace, pid, start] = parts as [string, string, string, string, string];
  if (machine !== HERE.machine) return false;
  if (boot !== HERE.boot) return true;
  if (namespace !== HERE.namespace) return false;
  if (!/^[1-9]\d*$/.test(pid)) return false;
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return true;
  }
  return start !== "" && startOf(Number(pid)) !== start;
}
