import { readdirSync, readFileSync } from "node:fs";

/**
 * The living processes that descend from this one, as `pid command`; an empty list where there is no `/proc`. Zombies
 * are left out. For the columns see proc(5).
 */
export function descendants(): readonly string[] {
  const parents = new Map<number, { parent: number; command: string }>();
  let entries: readonly string[];
  try {
    entries = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
  for (const name of entries) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      const end = stat.lastIndexOf(")");
      const [state, parent] = stat.slice(end + 2).split(" ");
      if (state !== "Z")
        parents.set(Number(name), { parent: Number(parent), command: stat.slice(stat.indexOf("(") + 1, end) });
    } catch {
      // It ended meanwhile.
    }
  }
  const isOurs = (pid: number): boolean => {
    const found = parents.get(pid);
    return found !== undefined && (found.parent === process.pid || isOurs(found.parent));
  };
  return [...parents].flatMap(([pid, { command }]) => (isOurs(pid) ? [`${pid} ${command}`] : []));
}
