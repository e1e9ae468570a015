import { isOpenFile, joined, pathText, plainPath } from "../python/files.ts";
import type { Fact } from "../read/fact.ts";
import type { Reading } from "../read/source.ts";
import { type Hit, isUnder, names } from "./fact-detector.ts";
import { tellingHit } from "./telling.ts";

const REJECTED = names(
  "subprocess socket ctypes atexit pty fcntl mmap ptrace gc sysconfig urllib requests http ftplib smtplib telnetlib " +
    "os.system os.popen os.fork os.forkpty os.kill os.killpg os.execv os.execve os.execvp os.spawnv os.spawnl os.posix_spawn " +
    "os.dup os.dup2 os.pipe os.setsid os.nice os.sched_setaffinity os.listdir os.scandir os.walk os.readlink os.link " +
    "os.symlink os.mkfifo os._exit sys.modules sys.meta_path sys.path_hooks sys.stdout sys.stderr sys.stdin " +
    "sys.displayhook sys.excepthook os.getppid multiprocessing.shared_memory numpy.ctypeslib numpy.f2py " +
    "numpy.distutils ?.ctypes",
);
const HELD = names(
  "os sys platform multiprocessing threading concurrent asyncio signal shutil pathlib glob tempfile resource psutil " +
    "select builtins.globals builtins.locals builtins.dir builtins.input builtins.memoryview " +
    "builtins.__loader__ builtins.__spec__ weakref tracemalloc linecache site faulthandler argparse.FileType " +
    "logging.FileHandler logging.handlers logging.config ?.tofile",
);
/** They say something to people, end the program, or make one path of others. What is done with it counts. */
const HARMLESS = names(
  "os sys pathlib pathlib.Path pathlib.PurePath os.path os.path.join os.path.basename os.path.dirname os.path.splitext " +
    "os.path.split os.path.normpath os.path.abspath os.path.realpath os.fspath os.sep os.linesep os.PathLike sys.exit " +
    "sys.stdout sys.stdout.write sys.stdout.writelines sys.stdout.flush " +
    "sys.stderr sys.stderr.write sys.stderr.writelines sys.stderr.flush",
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
/** What libraries are told of how they shall compute. */
const SETTINGS =
  /^(?:(?:OMP|MKL|OPENBLAS|BLIS|NUMEXPR|VECLIB|NUMBA)_\w*THREADS|CUBLAS_WORKSPACE_CONFIG|TOKENIZERS_PARALLELISM)$/;
const FILES =
  /^(?:builtins\.open|(?:io|os|codecs|gzip|bz2|lzma|tokenize)\.open|io\.(?:FileIO|open_code)|gzip\.GzipFile|bz2\.BZ2File|lzma\.LZMAFile|pathlib\.Path(?:\.\w+)?|os\.path\.(?:exists|isfile|getsize)|numpy\.(?:\w+\.)*(?:load|loadtxt|genfromtxt|fromfile|fromregex|memmap|open_memmap|DataSource|NpzFile|save|savez|savez_compressed|savetxt)|torch\.(?:load|save)|pandas\.read_\w+|json\.load)$/;
/** What leaves a file, or changes one. */
const WRITES =
  /\.(?:save|savez|savez_compressed|savetxt|open_memmap|write_text|write_bytes|touch|unlink|mkdir|rmdir|rename|replace|chmod|symlink_to|hardlink_to)$/;
/** What finds files whose names it was not told. */
const SEARCHES = /^pathlib\.Path\.(?:glob|rglob|iterdir|walk)$/;

/** What of Python's ways to look around a fact is, beside what the champion does. */
export function pythonProbe(fact: Fact, champion: Reading | undefined): Hit | undefined {
  switch (fact.op) {
    case "read":
      if (HARMLESS.has(fact.name) || ENVIRONMENT.test(fact.name) || FILES.test(fact.name)) return undefined;
      if (isUnder(fact.name, REJECTED)) return { what: fact.name, severity: "reject" };
      if (isUnder(fact.name, ELSEWHERE)) return undefined;
      return isUnder(fact.name, HELD) && !knows(champion, fact.name)
        ? { what: fact.name, severity: "hold" }
        : undefined;
    case "write":
      return fact.name.startsWith("os.environ") && !SETTINGS.test(fact.name.slice("os.environ.".length))
        ? { what: fact.name, severity: "hold" }
        : undefined;
    case "tell":
      return tellingHit(fact.name);
    case "look":
      return { what: `what ${fact.name} holds`, severity: "hold" };
    case "escape":
      if (HARMLESS.has(fact.name) && fact.name.includes(".")) return undefined;
      return ENVIRONMENT.test(fact.name) ||
        FILES.test(fact.name) ||
        isUnder(fact.name, REJECTED) ||
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
      if (ENVIRONMENT.test(fact.name)) return variable(fact, champion);
      if (fact.name === "builtins.vars" && fact.args.length === 0)
        return { what: "the names of the module", severity: "hold" };
      return FILES.test(fact.name) ? file(fact, champion) : undefined;
    default:
      return undefined;
  }
}

type Call = Fact & { readonly op: "call" };

/** A variable of the environment that the champion does not read. */
function variable({ name, args }: Call, champion: Reading | undefined): Hit | undefined {
  const known = args[0]?.kind === "constant" ? String(args[0].value) : undefined;
  const changes = /setdefault|pop|putenv/.test(name);
  if (known !== undefined && (changes ? SETTINGS.test(known) : knows(champion, `os.environ.${known}`)))
    return undefined;
  return { what: `a variable of the environment (${name})`, severity: "hold" };
}

/** A file that the champion does not touch. */
function file(fact: Call, champion: Reading | undefined): Hit | undefined {
  const { name, args } = fact;
  if (isOpenFile(args[0])) return undefined;
  const path = name === "pathlib.Path" ? joined(args) : pathText(args[0]);
  if (path === undefined) return { what: `a file by a name that cannot be told (${name})`, severity: "hold" };
  const outside = path.startsWith("/") || path.includes("..") || path.startsWith("~");
  if (outside) return { what: `the file ${path}`, severity: "reject" };
  // What is done with a path is noted where it is done.
  if (name === "pathlib.Path") return undefined;
  if (SEARCHES.test(name)) return { what: `the files in ${path}`, severity: "hold" };
  return knows(champion, fileKey(fact)) ? undefined : { what: `the file ${path}`, severity: "hold" };
}

/** One name for everything that reads a file, and one for everything that changes it. */
function fileKey({ name, args }: Call): string {
  const mode = name.endsWith("open") && args[1]?.kind === "constant" ? String(args[1].value) : "";
  const writes = WRITES.test(name) || /[wax+]/.test(mode);
  return `${writes ? "writes" : "reads"} ${plainPath(pathText(args[0]) ?? "")}`;
}

const touched = new WeakMap<Reading, ReadonlySet<string>>();

/** Whether the champion reads this variable, or does this with this file. */
function knows(champion: Reading | undefined, key: string): boolean {
  if (champion === undefined) return false;
  let found = touched.get(champion);
  if (found === undefined) touched.set(champion, (found = new Set(champion.facts.flatMap(keysOf))));
  return found.has(key);
}

function keysOf(fact: Fact): readonly string[] {
  if (fact.op === "read" && fact.name.startsWith("os.environ.")) return [fact.name];
  if (fact.op !== "call") return [];
  if (ENVIRONMENT.test(fact.name)) return fact.args.slice(0, 1).map((name) => `os.environ.${pathText(name) ?? "?"}`);
  return FILES.test(fact.name) && pathText(fact.args[0]) !== undefined ? [fileKey(fact)] : [];
}
