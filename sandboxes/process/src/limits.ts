import { type AttestedLimit, type Limits, PawlError } from "@pawl/plugin";
import type { Confinement } from "./launch.ts";
import type { MemoryCap } from "./memory-cap/memory-cap.ts";

/** Which sandbox speaks, and what it runs candidates in. */
export interface Speaker {
  /** Such as `isolate`. */
  readonly name: string;
  /** Such as `an isolate`. */
  readonly noun: string;
  /** Whether candidates can be given a function that asks models. */
  readonly asksModels?: boolean;
}

/**
 * Refuses a limit.
 * @throws PawlError `PAWL_SANDBOX_UNENFORCEABLE`
 */
export function refuseLimit({ name }: Speaker, limit: keyof Limits, why: string): never {
  throw new PawlError("PAWL_SANDBOX_UNENFORCEABLE", `the ${name} sandbox cannot enforce limits.${limit}: ${why}`, {
    path: `limits.${limit}`,
    remedy: "Drop the limit or use another executor.",
  });
}

/**
 * Refuses what a sandbox without devices, sockets and files cannot offer, rather than offering less.
 * @throws PawlError `PAWL_SANDBOX_UNENFORCEABLE`
 */
export function refuseUnenforceable(limits: Limits, speaker: Speaker): void {
  const { noun, asksModels = false } = speaker;
  if (limits.gpu !== undefined) refuseLimit(speaker, "gpu", `${noun} has no devices`);
  if (limits.network === "gateway" && !asksModels) {
    refuseLimit(speaker, "network", `${noun} has neither sockets nor a function that asks models`);
  }
  if (limits.diskMb > 0) refuseLimit(speaker, "diskMb", `${noun} has no files, so there is no disk to write to`);
}

/**
 * The limits in force, and what enforces each.
 * @param by what the candidate's own engine enforces time and memory with, beside the kernel
 */
export function attest(
  limits: Limits,
  cap: MemoryCap,
  confinement: Confinement,
  by: { readonly time: string; readonly memory: string },
): AttestedLimit[] {
  const attested: AttestedLimit[] = [
    { limit: "wallMs", value: limits.wallMs, by: `${by.time}+sigkill` },
    { limit: "memoryMb", value: limits.memoryMb, by: `${by.memory}+${cap.by}` },
    { limit: "pids", value: 1, by: "no-api" },
    { limit: "diskMb", value: 0, by: confinement.noFiles ? "no-api+rlimit-fsize" : "no-api" },
    { limit: "outputBytes", value: limits.outputBytes, by: "host-count" },
    {
      limit: "network",
      value: limits.network,
      // The one function is all that there is of a network; the process has none.
      by: `${limits.network === "gateway" ? "host-function" : "no-api"}${confinement.noNetwork ? "+network-namespace" : ""}`,
    },
  ];
  if (limits.cpuMs !== undefined) attested.push({ limit: "cpuMs", value: limits.cpuMs, by: "procfs+sigkill" });
  return attested;
}
