import { existsSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/**
 * The disk that holds a folder, as the path of its device; undefined where it is none that has a name here. The number
 * of a device is made as in makedev(3): twelve bits of the major number above eight of the minor one, and the rest of
 * both above those.
 */
export function diskOf(folder: string): string | undefined {
  try {
    const { dev } = statSync(folder);
    const major = (dev >>> 8) & 0xfff;
    const minor = (dev & 0xff) | ((dev >>> 12) & 0xfff00);
    const device = realpathSync(`/sys/dev/block/${major}:${minor}`);
    // Only a whole disk has counters.
    const disk = existsSync(join(device, "partition")) ? dirname(device) : device;
    const path = join("/dev", basename(disk));
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}
