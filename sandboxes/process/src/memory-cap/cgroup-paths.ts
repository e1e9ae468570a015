/** Where this process is in the cgroup hierarchies, read from the texts of procfs; see cgroups(7) and proc(5). */

/** One hierarchy that is mounted where this process can see its own group. */
export interface CgroupPlace {
  /** Folder where the hierarchy, or the visible part of it, is mounted. */
  readonly mount: string;
  /** Folder of this process's own group, at or below `mount`. */
  readonly own: string;
}

interface Mount {
  readonly root: string;
  readonly point: string;
  readonly type: string;
  readonly superOptions: readonly string[];
}

/** procfs writes blanks and backslashes as octal escapes. */
const unescape = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));

function parseMounts(mountinfo: string): Mount[] {
  return mountinfo.split("\n").flatMap((line) => {
    const [left, right] = line.split(" - ");
    const [, , , root, point] = left?.split(" ") ?? [];
    const [type, , superOptions] = right?.split(" ") ?? [];
    if (root === undefined || point === undefined || type === undefined) return [];
    return [{ root: unescape(root), point: unescape(point), type, superOptions: superOptions?.split(",") ?? [] }];
  });
}

/** The group of a hierarchy from `/proc/self/cgroup`: `memory` for version 1, the empty name for version 2. */
function groupOf(cgroup: string, controller: string): string | undefined {
  for (const line of cgroup.split("\n")) {
    const match = /^\d+:([^:]*):(.*)$/.exec(line);
    if (match?.[1]?.split(",").includes(controller)) return match[2];
  }
  return undefined;
}

/**
 * Finds the hierarchy that has the memory controller.
 * @param cgroup text of `/proc/self/cgroup`
 * @param mountinfo text of `/proc/self/mountinfo`
 */
export function findCgroup(version: 1 | 2, cgroup: string, mountinfo: string): CgroupPlace | undefined {
  const group = groupOf(cgroup, version === 1 ? "memory" : "");
  if (group === undefined) return undefined;
  for (const mount of parseMounts(mountinfo)) {
    const fits =
      version === 2 ? mount.type === "cgroup2" : mount.type === "cgroup" && mount.superOptions.includes("memory");
    if (!fits) continue;
    // A container may see only its own part of the hierarchy: the mount then starts at `root`.
    const root = mount.root === "/" ? "" : mount.root;
    if (group !== root && !group.startsWith(`${root}/`)) continue;
    const below = group.slice(root.length).replace(/\/+$/, "");
    if (below.split("/").includes("..")) continue;
    return { mount: mount.point, own: mount.point + below };
  }
  return undefined;
}
