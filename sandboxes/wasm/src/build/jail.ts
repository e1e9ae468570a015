import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, normalize } from "node:path";
import { type FailedOutcome, type Files, PawlError } from "@pawl/plugin";
import { type CapSlot, childDescriptors, findTool } from "@pawl/sandbox-process";

/** Kept of what a compiler says, in characters. */
const SAID = 65_536;

/**
 * Run by the shell inside the new namespaces, with the folder of the jail as `$1`, the folder of the files as `$2` and
 * the compiler's command after them. It makes a root of nothing but the system's own programs, libraries and headers,
 * read-only, and goes there: a source that includes a file of the host finds none.
 */
const SCRIPT = `
set -e
jail=$1; files=$2; shift 2
mount -t tmpfs -o size=256m,mode=755,nosuid,nodev tmpfs "$jail"
mkdir -p "$jail/usr" "$jail/tmp" "$jail/src" "$jail/proc"
chmod 1777 "$jail/tmp"
for part in bin lib lib32 lib64 libx32 libexec include; do
  if [ -L "/usr/$part" ]; then cp -P "/usr/$part" "$jail/usr/$part"
  elif [ -d "/usr/$part" ]; then mkdir "$jail/usr/$part"; mount --bind "/usr/$part" "$jail/usr/$part"; mount -o remount,bind,ro,nosuid,nodev "/usr/$part" "$jail/usr/$part" 2>/dev/null || mount -o remount,bind,ro "$jail/usr/$part"; fi
  if [ -L "/$part" ]; then cp -P "/$part" "$jail/$part"
  elif [ -d "/$part" ]; then mkdir "$jail/$part"; mount --bind "/$part" "$jail/$part"; mount -o remount,bind,ro "$jail/$part"; fi
done
# A compiler may look for itself here; it sees the processes of this namespace alone.
mount -t proc -o nosuid,nodev,noexec,subset=pid proc "$jail/proc" 2>/dev/null || mount -t proc -o nosuid,nodev,noexec proc "$jail/proc"
mount --bind "$files" "$jail/src"
mount -o remount,bind,ro "$jail/src"
# Not with exec: this shell is the first process of its namespace, so all the others end with it. It must keep its user,
# for the kernel forgets with a change of user that a process is to end with its parent.
if chroot "$jail" /bin/sh -c 'cd /src && exec "$@"' sh "$@"; then exit 0; else exit $?; fi
`;

/** Run after the change of root, without any rights: the compiler, and then its module to stdout. */
const COMPILE = `"$@" >&2 && exec cat /tmp/module.wasm`;

export interface JailRun {
  readonly files: Files;
  /** The compiler and its arguments. It must write \`/tmp/module.wasm\`; the files are in its folder. */
  readonly command: readonly string[];
  readonly slot: CapSlot;
  readonly memoryBytes: number;
  readonly wallMs: number;
  readonly outputBytes: number;
  readonly signal: AbortSignal;
}

export interface JailEnd {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
  readonly wallMs: number;
  /** Why it was ended from outside, or by the kernel. */
  readonly ended?: { readonly outcome: FailedOutcome; readonly reason: string };
}

/**
 * The commands that lead into a jail, or why there can be none here: a mount, process and network namespace of its own,
 * as root or through a user namespace.
 */
export function jailLauncher(): readonly string[] | string {
  const tools = Object.fromEntries(
    ["unshare", "setpriv", "mount", "chroot", "sh"].map((name) => [name, findTool(name)]),
  );
  const missing = Object.keys(tools).filter((name) => tools[name] === undefined);
  if (missing.length > 0) return `these commands are not installed: ${missing.join(", ")}`;
  const root = process.getuid?.() === 0;
  const namespaces = ["--mount", "--net", "--pid", "--ipc", "--fork", "--kill-child"];
  return [
    // It ends with the engine, however that ends.
    tools["setpriv"]!,
    "--pdeathsig",
    "KILL",
    // Nothing is begun before the memory cap is in place.
    tools["sh"]!,
    "-c",
    'read _ && exec "$@"',
    "sh",
    tools["unshare"]!,
    ...(root ? [] : ["--user", "--map-root-user"]),
    ...namespaces,
    tools["sh"]!,
    "-c",
    SCRIPT,
    "sh",
  ];
}

/** What takes every right away inside of the jail. */
function unprivileged(): readonly string[] {
  const bare = ["--no-new-privs", "--inh-caps=-all", "--bounding-set=-all"];
  const nobody = ["--reuid", "65534", "--regid", "65534", "--clear-groups"];
  return ["/usr/bin/setpriv", ...(process.getuid?.() === 0 ? nobody : []), ...bare];
}

/** Runs a compiler over files in a jail. Always ends. */
export async function runInJail(launcher: readonly string[], run: JailRun): Promise<JailEnd> {
  const folder = await mkdtemp(join(tmpdir(), "pawl-build-"));
  try {
    const [jail, source] = [join(folder, "jail"), join(folder, "src")];
    await mkdir(jail);
    await mkdir(source);
    await writeFiles(source, run.files);
    const compile = [...unprivileged(), "/bin/sh", "-c", COMPILE, "sh", ...run.command];
    return await spawnCapped([...run.slot.launcher, ...launcher, jail, source, ...compile], run);
  } finally {
    await run.slot.remove();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function writeFiles(folder: string, files: Files): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const target = join(folder, normalize(path));
    if (!target.startsWith(`${folder}/`))
      throw new PawlError("PAWL_INTERNAL", `a candidate's file lies outside: ${path}`);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text);
  }
}

async function spawnCapped([file, ...args]: readonly string[], run: JailRun): Promise<JailEnd> {
  const { slot, signal, wallMs, outputBytes } = run;
  const started = performance.now();
  const env = {
    PATH: "/usr/bin:/bin:/usr/sbin:/sbin",
    LANG: "C",
    TMPDIR: "/tmp",
    HOME: "/tmp",
    SOURCE_DATE_EPOCH: "0",
  };
  const child = spawn(file!, args, { env, cwd: "/", stdio: childDescriptors(), detached: true });
  const closed = once(child, "close") as Promise<[number | null]>;
  let ended: JailEnd["ended"];
  const end = (outcome: FailedOutcome, reason: string): void => {
    ended ??= { outcome, reason };
    child.kill("SIGKILL");
  };
  const abort = (): void => end("crashed", "aborted");
  signal.addEventListener("abort", abort, { once: true });
  const timer = setTimeout(() => end("timeout", `the build: not done after ${wallMs} ms`), wallMs);
  const stdout: Buffer[] = [];
  let bytes = 0;
  let stderr = "";
  child.stdin!.on("error", () => undefined);
  child.stdout!.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > outputBytes) end("output-limit", `the module is larger than ${outputBytes} bytes`);
    else stdout.push(chunk);
  });
  child.stderr!.setEncoding("utf8").on("data", (text: string) => {
    if (stderr.length < SAID) stderr += text;
  });
  try {
    slot.adopt(child.pid!);
    slot.settle(child.pid!, run.memoryBytes);
    child.stdin!.end("\n");
    const [code] = await closed;
    if (slot.exceeded()) end("out-of-memory", `the build: more than ${run.memoryBytes / 1_048_576} MB of memory`);
    return {
      code,
      stdout: Buffer.concat(stdout),
      stderr,
      wallMs: performance.now() - started,
      ...(ended === undefined ? {} : { ended }),
    };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
    child.kill("SIGKILL");
  }
}
