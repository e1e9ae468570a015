import { readFileSync } from "node:fs";

/** Clock ticks per second of `/proc`: Linux has fixed the value that user space sees. */
const TICK_MS = 10;

/** The columns of `/proc/<pid>/stat` after the command's name, which may itself hold blanks; see proc(5). */
function statColumns(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}

/** When a process started, in clock ticks since boot; with its number it is unique. Undefined if there is none. */
export function processStart(pid: number): number | undefined {
  const columns = statColumns(pid);
  return columns === undefined ? undefined : Number(columns[19]);
}

/** CPU time of a process over all of its threads, in milliseconds, in steps of ten. */
export function processCpuMs(pid: number): number | undefined {
  const columns = statColumns(pid);
  return columns === undefined ? undefined : (Number(columns[11]) + Number(columns[12])) * TICK_MS;
}

/** A field of `/proc/<pid>/status`, such as `VmData`, in bytes. */
export function processMemory(pid: number, field: string): number | undefined {
  const match = new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return match === null ? undefined : Number(match[1]) * 1_024;
}

/** The hard limit on private writable memory that the kernel holds for a process, in bytes. */
export function dataLimit(pid: number): number {
  const match = /^Max data size\s+\S+\s+(\S+)/m.exec(readFileSync(`/proc/${pid}/limits`, "utf8"));
  return match?.[1] === undefined || match[1] === "unlimited" ? Number.POSITIVE_INFINITY : Number(match[1]);
}
