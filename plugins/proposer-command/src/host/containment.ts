import { execFileSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { release } from "node:os";
import { join } from "node:path";

/** What keeps an agent's processes together on the bare host. It is no sandbox: nothing of this hides a file. */
export interface Containment {
  /** Words before the agent's own: each program starts the next one. */
  readonly launcher: readonly string[];
  /** A PID namespace: when its first process ends, the kernel ends all others in it, also those that called setsid. */
  readonly namespace: boolean;
  /** The end of this process ends the agent, even where nobody could see to it. */
  readonly diesWithEngine: boolean;
  /** What bounds the number of processes, if anything does. */
  readonly processesBy: "pid_max" | "nproc" | undefined;
}

/** Where the system keeps its commands: the user's PATH is not asked. */
const FOLDERS = ["/usr/bin", "/bin", "/usr/sbin", "/sbin", "/run/current-system/sw/bin"];

function findTool(name: string): string | undefined {
  return FOLDERS.map((folder) => join(folder, name)).find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function works(command: readonly string[]): boolean {
  const [file, ...args] = command;
  if (file === undefined) return false;
  try {
    execFileSync(file, args, { env: {}, cwd: "/", stdio: "ignore", timeout: 10_000 });
    return true;
  } catch {
    return false;
  }
}

/** Tries what this machine offers. */
export function probeContainment(processes: number, pidNamespace: boolean): Containment {
  const none: Containment = { launcher: [], namespace: false, diesWithEngine: false, processesBy: undefined };
  const [setpriv, unshare, prlimit, shell, nothing] = ["setpriv", "unshare", "prlimit", "sh", "true"].map(findTool);
  if (process.platform !== "linux" || shell === undefined || nothing === undefined) return none;
  const dies = setpriv === undefined ? [] : [setpriv, "--pdeathsig", "KILL"];
  const diesWithEngine = dies.length > 0 && works([...dies, nothing]);
  const first = diesWithEngine ? dies : [];
  if (!pidNamespace || unshare === undefined) return { ...none, launcher: first, diesWithEngine };

  const privileged = process.getuid?.() === 0;
  const users = privileged ? [] : ["--user", "--map-current-user"];
  const spread = [unshare, ...users, "--pid", "--fork", "--kill-child", "--mount-proc"];
  if (!works([...spread, nothing])) return { ...none, launcher: first, diesWithEngine };
  // The limit on processes counts those of a user namespace apart; the superuser of the machine has none.
  const counted = prlimit === undefined || privileged ? [] : [prlimit, `--nproc=${processes}:${processes}`];
  const counts = counted.length > 0 && works([...spread, ...counted, nothing]);
  const ownPidMax = privileged && hasOwnPidMax();
  const init = ownPidMax ? `echo ${processes} > /proc/sys/kernel/pid_max; ${INIT}` : INIT;
  return {
    launcher: [...first, ...spread, ...(counts ? counted : []), shell, "-c", init, "sh"],
    namespace: true,
    diesWithEngine,
    processesBy: counts ? "nproc" : ownPidMax ? "pid_max" : undefined,
  };
}

/** The shell stays the first process of the namespace: signals that end the agent do not end it. */
const INIT = '"$@"; exit $?';

/** Since Linux 6.14 each PID namespace has a `pid_max` of its own; before, writing it would change the whole machine. */
function hasOwnPidMax(): boolean {
  const [major = 0, minor = 0] = release().split(".").map(Number);
  return major > 6 || (major === 6 && minor >= 14);
}
