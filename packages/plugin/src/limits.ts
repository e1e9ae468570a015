import { z } from "zod";

/** GPU share of one experiment. Only executors that can enforce it accept it. */
export const gpuLimitsSchema = z
  .strictObject({
    /** How many devices, whichever are free. */
    count: z.int().min(1).optional(),
    /** Devices by id, such as `0`, `GPU-…` or `MIG-…`. Either this or `count`. */
    ids: z.array(z.string().min(1)).min(1).optional(),
    /** Device memory per device, in mebibytes. */
    memoryMb: z.int().min(1),
    /** Device time, in seconds. */
    seconds: z.number().positive(),
  })
  .refine(({ count, ids }) => (count === undefined) !== (ids === undefined), "needs either count or ids");

/** Hard limits of one execution. An executor that cannot enforce one that it was asked for refuses to run. */
export const limitsSchema = z.strictObject({
  /** Wall time of the whole execution, start-up included, in milliseconds. */
  wallMs: z.int().min(10).default(5_000),
  /** CPU time over all threads, in milliseconds. Absent: bounded by `wallMs` alone. */
  cpuMs: z.int().min(10).optional(),
  /** Memory that the candidate may use, in mebibytes. */
  memoryMb: z.int().min(16).default(128),
  /** Processes and threads that the candidate may have. Absent: the executor's own, which is the tightest it can. */
  pids: z.int().min(1).optional(),
  /** Disk that the candidate may write, in mebibytes. 0 means no writable disk. */
  diskMb: z.int().min(0).default(0),
  /** All outputs together, in bytes, as counted by the host. */
  outputBytes: z.int().min(1_024).default(16_777_216),
  /** `none`, or the host's metered model gateway. There is no other network. */
  network: z.enum(["none", "gateway"]).default("none"),
  gpu: gpuLimitsSchema.optional(),
});

/** Hard limits of one execution, all defaults filled in. */
export type Limits = z.output<typeof limitsSchema>;

/** One limit that was in force during an execution, and what enforced it. */
export interface AttestedLimit {
  readonly limit: keyof Limits;
  /** The enforced value, in the limit's own unit. */
  readonly value: number | string;
  /** The mechanism: `sigkill`, `cgroup-v2`, `rlimit-data`, `isolate`, `host-count` … */
  readonly by: string;
}
