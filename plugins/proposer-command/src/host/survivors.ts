import { readFileSync, readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** The variable that marks the processes of one call. They may take it away; most do not know of it. */
export const MARK = "PAWL_AGENT_CALL";

/** So often nothing must be found before it counts as gone, and so often it is looked for at most. */
const CALM = 3;
const ROUNDS = 500;

/**
 * Ends what an agent left running where no namespace does it: its process group, and whatever bears its mark, also where
 * that called setsid. A process that took its mark away and left its group is not found.
 */
export async function endSurvivors(group: number, mark: string): Promise<void> {
  let calm = 0;
  for (let round = 0; round < ROUNDS && calm < CALM; round += 1) {
    const groupAlive = kill(-group);
    const marked = findMarked(mark);
    for (const pid of marked) kill(pid);
    calm = groupAlive || marked.length > 0 ? 0 : calm + 1;
    await sleep(10);
  }
}

function kill(pid: number): boolean {
  try {
    process.kill(pid, "SIGKILL");
    return true;
  } catch {
    return false;
  }
}

/** Living processes with the mark in the environment that they were started with. Zombies have none. */
function findMarked(mark: string): number[] {
  const wanted = `${MARK}=${mark}`;
  let names: readonly string[];
  try {
    names = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
  return names.map(Number).filter((pid) => {
    if (pid === process.pid) return false;
    try {
      return readFileSync(`/proc/${pid}/environ`, "latin1").split("\0").includes(wanted);
    } catch {
      return false;
    }
  });
}
