import type { Limits } from "@pawl/plugin";

const MIB = 1_048_576;

/**
 * What the child itself may need beyond its measured base: garbage, and freed pages that the C library has not given
 * back. A child that keeps more than three quarters of it between jobs says so and is replaced.
 */
const SLACK = 128 * MIB;

/**
 * Bytes that a child may use beyond its measured base: the candidate's memory, and what carries inputs in and outputs
 * out. The isolate's own limit is `memoryMb` alone; this is the cap for what gets around it.
 * @param batchBytes size of the largest batch: text, copies in transit, and up to four held
 */
export function allowance(limits: Limits, batchBytes: number): number {
  return limits.memoryMb * MIB + SLACK + 2 * limits.outputBytes + 6 * batchBytes;
}
