import { type AttestedLimit, type Job, type Limits, PawlError } from "@pawl/plugin";
import type { Probed } from "./options.ts";

/** What Node and the runner need beside the candidate of a `call` job, in mebibytes and in threads. */
export const RUNNER_MB = 64;
export const RUNNER_PIDS = 16;
/** Processes and threads of a program, where the config does not say. Numeric libraries start one thread for each CPU. */
export const DEFAULT_PIDS = 64;
/** The shell that started the program. */
export const SHELL_PIDS = 1;

/**
 * Refuses entries that cannot work.
 * @throws PawlError `PAWL_CONFIG_INVALID`
 */
export function assertEntry({ entry, limits }: Pick<Job, "entry" | "limits">): void {
  if (entry.kind !== "exec" || entry.artifacts === undefined || entry.artifacts.length === 0 || limits.diskMb > 0)
    return;
  throw new PawlError(
    "PAWL_CONFIG_INVALID",
    "the entry declares artifacts, and limits.diskMb leaves no room to write them",
    {
      path: "limits.diskMb",
      remedy: "Set limits.diskMb to what the artifacts need.",
    },
  );
}

/**
 * The limits of an evaluator, which is trusted but reads what a hostile program wrote: at least a minute, 2 GB of memory,
 * 256 processes and 256 MB of disk, more where the candidate has more.
 */
export function evaluatorLimits({ wallMs, memoryMb, pids = 0, diskMb, outputBytes }: Limits): Limits {
  return {
    wallMs: Math.max(60_000, wallMs),
    memoryMb: Math.max(2_048, memoryMb),
    pids: Math.max(256, pids),
    diskMb: Math.max(256, diskMb),
    outputBytes,
    network: "none",
  };
}

/** Processes and threads that a job's container may have, Pawl's own included. */
export function pidsOf(kind: "call" | "exec", { pids }: Pick<Limits, "pids">): number {
  return kind === "call" ? (pids ?? 1) + RUNNER_PIDS : (pids ?? DEFAULT_PIDS) + SHELL_PIDS;
}

/** The limits in force, and what enforces each. `unenforced` are those that the daemon was seen not to enforce. */
export function attest(
  kind: "call" | "exec",
  limits: Limits,
  { cgroup, unenforced }: { cgroup: string; unenforced: ReadonlySet<Probed> },
  gpu: AttestedLimit | undefined,
): AttestedLimit[] {
  const unless = (probed: Probed, limit: AttestedLimit): AttestedLimit =>
    unenforced.has(probed)
      ? { limit: limit.limit, value: "not enforced", by: "nothing (allowed by the config)" }
      : limit;
  const memoryBy = unenforced.has("swap")
    ? `${cgroup}, swap not counted (allowed by the config)`
    : `${cgroup}, swap included`;
  const attested = [
    { limit: "wallMs", value: limits.wallMs, by: "docker-kill" } as const,
    unless("memoryMb", { limit: "memoryMb", value: limits.memoryMb, by: memoryBy }),
    unless("pids", { limit: "pids", value: limits.pids ?? (kind === "call" ? 1 : DEFAULT_PIDS), by: `${cgroup} pids` }),
    kind === "call" || limits.diskMb === 0
      ? unless("rootfs", { limit: "diskMb", value: 0, by: "read-only root file system" })
      : unless("diskMb", { limit: "diskMb", value: limits.diskMb, by: "size of a memory file system" }),
    { limit: "outputBytes", value: limits.outputBytes, by: "host-count" } as const,
    unless("network", {
      limit: "network",
      value: limits.network,
      by: limits.network === "gateway" ? "network-namespace and one unix socket" : "network-namespace",
    }),
  ];
  if (limits.cpuMs !== undefined)
    attested.push({ limit: "cpuMs", value: limits.cpuMs, by: `${cgroup} count and docker-kill` });
  if (gpu !== undefined) attested.push(gpu);
  return attested;
}
