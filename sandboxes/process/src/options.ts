import { z } from "zod";
import { MECHANISMS } from "./memory-cap/memory-cap.ts";

/** Options of every sandbox that keeps a pool of warm children. */
export const warmOptions = {
  /**
   * What caps the memory of the child processes. `auto` takes the first that works here, in this order: `cgroup-v2`,
   * `cgroup-v1`, `rlimit`.
   */
  memoryCap: z.enum(["auto", ...MECHANISMS]).default("auto"),
  /** Warm children beyond the concurrency, so that one that was killed is replaced at once. */
  spares: z.int().min(0).max(16).default(1),
  /**
   * Jobs that one child serves before it is replaced. 1 gives every job a process of its own, which costs a quarter of
   * a second of CPU time each, and leaves a candidate that broke out of its engine nobody to impersonate.
   */
  jobsPerChild: z.int().min(1).default(1_000),
};

const schema = z.strictObject(warmOptions);
export type WarmOptions = z.output<typeof schema>;
