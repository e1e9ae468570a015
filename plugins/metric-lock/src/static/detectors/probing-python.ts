import type { Fact } from "../read/fact.ts";
import { type Hit, isUnder, names } from "./fact-detector.ts";
import { tellingHit } from "./telling.ts";

const REJECTED = names(
  "subprocess socket ctypes atexit pty fcntl mmap ptrace gc sysconfig urllib requests http ftplib smtplib telnetlib " +
    "os.system os.popen os.fork os.forkpty os.kill os.killpg os.execv os.execve os.execvp os.spawnv os.spawnl os.posix_spawn " +
    "os.dup os.dup2 os.pipe os.setsid os.nice os.sched_setaffinity os.listdir os.scandir os.walk os.readlink os.link " +
    "os.symlink os.mkfifo os._exit sys.exit sys.modules sys.meta_path sys.path_hooks sys.stdout sys.stderr sys.stdin " +
    "sys.displayhook sys.excepthook builtins.exit builtins.quit os.getppid multiprocessing.shared_memory",
);
const HELD = names(
  "os sys platform multiprocessing threading concurrent asyncio signal shutil pathlib glob tempfile resource psutil " +
    "select builtins.globals builtins.locals builtins.vars builtins.dir builtins.input builtins.memoryview builtins.__file__ " +
    "builtins.__loader__ builtins.__spec__ weakref tracemalloc linecache site faulthandler",
);
/** Modules that compute, and know nothing of where they run. */
const PLAIN = names(
  "math cmath numpy scipy statistics collections itertools functools operator heapq bisect array struct string re json csv " +
    "dataclasses typing enum abc copy decimal fractions numbers random datetime calendar zoneinfo hashlib base64 binascii codecs " +
    "textwrap difflib unicodedata contextlib pprint warnings __future__ types time torch sklearn pandas numba jax xgboost " +
    "lightgbm tqdm logging argparse secrets uuid io zlib gzip bz2 lzma einops",
);
/** Judged by other detectors. */
const ELSEWHERE = names(
  "os.urandom os.getrandom os.times threading.Timer signal.alarm signal.setitimer asyncio.sleep resource.getrusage",
);
const ENVIRONMENT = /^os\.(?:environ\.(?:get|setdefault|pop|__getitem__)|getenv|putenv)$/;
const FILES =
  /^(?:builtins\.open|io\.open|os\.open|codecs\.open|pathlib\.Path|numpy\.(?:load|loadtxt|genfromtxt|fromfile|memmap|save|savez|savez_compressed|savetxt)|torch\.(?:load|save)|pandas\.read_\w+|json\.load)$/;

/** What of Python's ways to look around a fact is. */
export function pythonProbe(fact: Fact): Hit | undefined {
  switch (fact.op) {
    case "read":
      if (isUnder(fact.name, REJECTED)) return { what: fact.name, severity: "reject" };
      if (isUnder(fact.name, ELSEWHERE)) return undefined;
      // A module that was imported and never used does nothing.
      return isUnder(fact.name, HELD) && fact.name !== "os" && fact.name !== "sys"
        ? { what: fact.name, severity: "hold" }
        : undefined;
    case "write":
      return fact.name.startsWith("os.environ") ? { what: fact.name, severity: "hold" } : undefined;
    case "tell":
      return tellingHit(fact.name);
    case "look":
      return { what: `what ${fact.name} holds`, severity: "hold" };
    case "escape":
      return isUnder(fact.name, REJECTED) ||
        fact.name === "os.environ" ||
        (isUnder(fact.name, HELD) && !fact.name.includes("."))
        ? { what: `${fact.name}, handed on`, severity: "hold" }
        : undefined;
    case "import": {
      const root = fact.name.split(".")[0] ?? "";
      if (isUnder(fact.name, REJECTED)) return { what: `the module ${fact.name}`, severity: "reject" };
      return PLAIN.has(root) || isUnder(fact.name, HELD) || root === "importlib"
        ? undefined
        : { what: `the module ${fact.name}`, severity: "hold" };
    }
    case "call":
      if (ENVIRONMENT.test(fact.name))
        return { what: `a variable of the environment (${fact.name})`, severity: "hold" };
      return FILES.test(fact.name) ? file(fact) : undefined;
    default:
      return undefined;
  }
}

/** A file that the champion does not touch. */
function file({ name, args }: Fact & { op: "call" }): Hit {
  const path = args[0]?.kind === "constant" ? String(args[0].value) : undefined;
  if (path === undefined) return { what: `a file by a name that cannot be told (${name})`, severity: "hold" };
  const outside = path.startsWith("/") || path.includes("..") || path.startsWith("~");
  return { what: `the file ${path}`, severity: outside ? "reject" : "hold" };
}
