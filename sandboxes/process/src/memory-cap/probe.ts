import { probeCgroupV1 } from "./cgroup-v1.ts";
import { probeCgroupV2 } from "./cgroup-v2.ts";
import { MECHANISMS, type MemoryCap, type Mechanism } from "./memory-cap.ts";
import { probeRlimit } from "./rlimit.ts";

/** The mechanism that is used, or why none can be. */
export type Probed = { readonly cap: MemoryCap } | { readonly why: readonly string[] };

/** Finds the first mechanism that works here, from the strictest to the last resort, or tries the one asked for. */
export async function probeMemoryCap(wanted: "auto" | Mechanism, measureBase: () => Promise<number>): Promise<Probed> {
  const why: string[] = [];
  for (const mechanism of wanted === "auto" ? MECHANISMS : [wanted]) {
    const probe =
      mechanism === "cgroup-v2"
        ? await probeCgroupV2()
        : mechanism === "cgroup-v1"
          ? await probeCgroupV1()
          : probeRlimit(measureBase);
    if ("cap" in probe) return probe;
    why.push(probe.why);
  }
  return { why };
}
