import { type AttestedLimit, type Entry, type Limits, PawlError } from "@pawl/plugin";
import type { Confinement } from "./launch.ts";
import type { MemoryCap } from "./memory-cap/memory-cap.ts";

/**
 * Refuses what an isolate cannot offer, rather than offering less.
 * @throws PawlError `PAWL_SANDBOX_UNENFORCEABLE`
 */
export function assertEnforceable(limits: Limits): void {
  const refuse = (limit: keyof Limits, why: string): never => {
    throw new PawlError("PAWL_SANDBOX_UNENFORCEABLE", `the isolate sandbox cannot enforce limits.${limit}: ${why}`, {
      path: `limits.${limit}`,
      remedy: "Drop the limit or use another executor.",
    });
  };
  if (limits.gpu !== undefined) refuse("gpu", "an isolate has no devices");
  if (limits.network === "gateway") refuse("network", "an isolate has no sockets, so there is no way to the gateway");
  if (limits.diskMb > 0) refuse("diskMb", "an isolate has no files, so there is no disk to write to");
}

/**
 * Refuses programs: an isolate has no processes.
 * @throws PawlError `PAWL_SANDBOX_UNENFORCEABLE`
 */
export function assertCallable(entry: Entry): asserts entry is Extract<Entry, { kind: "call" }> {
  if (entry.kind === "call") return;
  throw new PawlError("PAWL_SANDBOX_UNENFORCEABLE", "the isolate sandbox cannot run programs, only functions", {
    path: "entry.kind",
    remedy: 'Export a function by default and use the entry kind "call", or use another executor.',
  });
}

/** The limits in force, and what enforces each. */
export function attest(limits: Limits, cap: MemoryCap, confinement: Confinement): AttestedLimit[] {
  const attested: AttestedLimit[] = [
    { limit: "wallMs", value: limits.wallMs, by: "isolate+sigkill" },
    { limit: "memoryMb", value: limits.memoryMb, by: `isolate+${cap.by}` },
    { limit: "pids", value: 1, by: "no-api" },
    { limit: "diskMb", value: 0, by: confinement.noFiles ? "no-api+rlimit-fsize" : "no-api" },
    { limit: "outputBytes", value: limits.outputBytes, by: "host-count" },
    { limit: "network", value: "none", by: confinement.noNetwork ? "no-api+network-namespace" : "no-api" },
  ];
  if (limits.cpuMs !== undefined) attested.push({ limit: "cpuMs", value: limits.cpuMs, by: "procfs+sigkill" });
  return attested;
}
