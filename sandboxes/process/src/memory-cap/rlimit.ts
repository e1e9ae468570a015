import { findTool } from "../tools.ts";
import { dataLimit } from "../proc.ts";
import type { CapProbe } from "./memory-cap.ts";

/**
 * `RLIMIT_DATA`, set by util-linux's `prlimit` before Node starts. It counts private writable memory, also where it is
 * only reserved. `RLIMIT_AS` is no use here: V8 reserves many gigabytes of address space that it never touches.
 *
 * @param measureBase starts a child without the limit and tells its own private writable memory, in bytes
 */
export function probeRlimit(measureBase: () => Promise<number>): CapProbe {
  if (process.platform !== "linux") return { why: `rlimit: not enforced for ${process.platform}` };
  const prlimit = findTool("prlimit");
  if (prlimit === undefined) return { why: "rlimit: prlimit (util-linux) is not installed" };
  let base: Promise<number> | undefined;
  return {
    cap: {
      mechanism: "rlimit",
      by: "rlimit-data",
      detail: `RLIMIT_DATA through ${prlimit}`,
      async open(bytes) {
        base ??= measureBase();
        const limit = (await base) + bytes;
        return {
          launcher: [prlimit, `--data=${limit}:${limit}`],
          adopt: () => undefined,
          settle: (pid) => {
            const held = dataLimit(pid);
            if (!(held <= limit)) throw new Error(`RLIMIT_DATA of process ${pid} is ${held}, not ${limit}`);
          },
          resize: (wanted) => wanted === bytes,
          // The kernel keeps no count of refused allocations; what V8 says at its end tells.
          exceeded: () => false,
          resetPeak: () => undefined,
          peakBytes: () => undefined,
          remove: async () => undefined,
        };
      },
    },
  };
}
