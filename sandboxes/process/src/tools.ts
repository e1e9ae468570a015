import { accessSync, constants } from "node:fs";
import { join } from "node:path";

/** Where the system keeps its commands. The user's own PATH is not asked: what is found there starts sandboxes. */
const FOLDERS = ["/usr/bin", "/bin", "/usr/sbin", "/sbin", "/run/current-system/sw/bin"];

/** The absolute path of a system command, if it is installed. */
export function findTool(name: string): string | undefined {
  for (const folder of FOLDERS) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not here.
    }
  }
  return undefined;
}
