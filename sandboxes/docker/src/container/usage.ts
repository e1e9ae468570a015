import type Docker from "dockerode";

const MIB = 1_048_576;

/** What the daemon has counted of a container, up to now. */
export interface Measured {
  readonly cpuMs: number;
  /** The peak where the kernel keeps one, else what is used now. Page cache and memory file systems count. */
  readonly memoryMb: number;
  /** Bytes read from and written to disks; undefined where nobody counts them. */
  readonly readBytes: number | undefined;
  readonly writtenBytes: number | undefined;
  /** How often it was held back because it had used up its share of CPU time. */
  readonly throttled: number;
  /** Whether a process in it was ended for want of memory; undefined where that is not told here. */
  readonly outOfMemory?: boolean;
}

/** Reads `GET /containers/{id}/stats`. Fields that a daemon or a kernel does not have count as zero. */
export function readUsage(stats: Docker.ContainerStats): Measured | undefined {
  const cpu = stats.cpu_stats?.cpu_usage?.total_usage;
  // A container that has ended answers with zeros and without most fields.
  if (cpu === undefined || (cpu === 0 && stats.memory_stats?.usage === undefined)) return undefined;
  const memory = stats.memory_stats as { usage?: number; max_usage?: number };
  const blocks = (stats.blkio_stats?.io_service_bytes_recursive ?? []) as { op: string; value: number }[];
  const bytes = (op: string): number | undefined =>
    blocks.length === 0
      ? undefined
      : blocks.reduce((sum, each) => (each.op.toLowerCase() === op ? sum + each.value : sum), 0);
  return {
    cpuMs: cpu / 1e6,
    memoryMb: Math.max(memory.max_usage ?? 0, memory.usage ?? 0) / MIB,
    readBytes: bytes("read"),
    writtenBytes: bytes("write"),
    throttled: stats.cpu_stats?.throttling_data?.throttled_periods ?? 0,
  };
}
