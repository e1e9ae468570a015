import { readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";

const PAGE = 4_096;

/** Private writable address space of this process in bytes, from the sixth column of `/proc/self/statm`; see proc(5). */
export function privateBytes(): number {
  return Number(readFileSync("/proc/self/statm", "utf8").split(" ")[5]) * PAGE;
}

/**
 * Waits until no more than `bytes` are mapped, for a fifth of a second at the most. The thread that ran an isolate lets
 * it go a moment after `dispose`, and V8 reserves half a gigabyte for the code of each: two at once would be more than
 * the memory cap allows for.
 */
export async function shrinkTo(bytes: number): Promise<boolean> {
  for (let i = 0; i < 200; i++) {
    if (privateBytes() <= bytes) return true;
    await setTimeout(1);
  }
  return false;
}
