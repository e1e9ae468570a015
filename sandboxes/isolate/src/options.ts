import { z } from "zod";
import { MECHANISMS } from "./memory-cap/memory-cap.ts";

export const optionsSchema = z.strictObject({
  /**
   * What caps the memory of the child processes. `auto` takes the first that works here, in this order: `cgroup-v2`,
   * `cgroup-v1`, `rlimit`.
   */
  memoryCap: z.enum(["auto", ...MECHANISMS]).default("auto"),
  /** Warm children beyond the concurrency, so that one that was killed is replaced at once. */
  spares: z.int().min(0).max(16).default(1),
});
export type IsolateOptions = z.output<typeof optionsSchema>;
