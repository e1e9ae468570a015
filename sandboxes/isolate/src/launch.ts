import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { PawlError } from "@pawl/plugin";
import { findTool } from "./tools.ts";

/** What takes rights away from a child before Node starts in it, beside the memory cap. */
export interface Confinement {
  /** Commands that each start the next one. */
  readonly launcher: readonly string[];
  readonly noNewPrivileges: boolean;
  /** No files of any size, no core dumps. */
  readonly noFiles: boolean;
  /** A network namespace of its own, without so much as a loopback that is up. */
  readonly noNetwork: boolean;
}

/** Tries what this machine offers. All of it is a second line: an isolate has no files, sockets or processes. */
export function probeConfinement(): Confinement {
  const works = (...command: string[]): boolean => {
    const [tool, ...rest] = command;
    const path = tool === undefined ? undefined : findTool(tool);
    const probe = findTool("true");
    if (path === undefined || probe === undefined) return false;
    try {
      execFileSync(path, [...rest, probe], { env: {}, cwd: "/", stdio: "ignore", timeout: 5_000 });
      return true;
    } catch {
      return false;
    }
  };
  const parts: string[][] = [];
  const use = (...command: string[]): boolean => {
    if (!works(...command)) return false;
    const [tool, ...rest] = command;
    parts.push([findTool(tool!)!, ...rest]);
    return true;
  };
  const noNetwork = use("unshare", "--net") || use("unshare", "--user", "--map-current-user", "--net");
  const noNewPrivileges = use("setpriv", "--no-new-privs");
  const noFiles = use("prlimit", "--core=0:0", "--fsize=0:0", `--stack=${STACK}:${STACK}`);
  return { launcher: parts.flat(), noNetwork, noNewPrivileges, noFiles };
}

/** Stack of each thread in bytes, twice what V8 asks of a main thread. The usual eight megabytes count against a cap. */
const STACK = 2_097_152;

const root = new URL("../", import.meta.url);

/**
 * The command that starts a child: this very Node, with as little as it can do its work with. Node's permission model
 * leaves it three paths to read, and neither processes nor files to write.
 * @throws PawlError `PAWL_SANDBOX_FAILED` where a part of this package is not there
 */
export function childCommand(): readonly string[] {
  const main = fileURLToPath(new URL("dist/child/main.js", root));
  if (!existsSync(main)) {
    throw new PawlError("PAWL_SANDBOX_FAILED", "the sandbox's child program is not built", {
      path: main,
      remedy: "Build the workspace first: pnpm build.",
    });
  }
  const binary = findBinary();
  return [
    process.execPath,
    "--permission",
    "--allow-addons",
    "--allow-worker",
    `--allow-fs-read=${fileURLToPath(new URL("dist/*", root))}`,
    `--allow-fs-read=${fileURLToPath(new URL("package.json", root))}`,
    `--allow-fs-read=${binary}`,
    "--allow-fs-read=/proc/self/statm",
    "--disable-warning=SecurityWarning",
    "--disable-warning=ExperimentalWarning",
    "--disable-proto=delete",
    "--disable-sigusr1",
    "--disallow-code-generation-from-strings",
    "--v8-pool-size=1",
    // Collections that wait for an idle moment: isolated-vm keeps a sleeping thread for each.
    "--no-memory-reducer",
    "--no-minor-gc-task",
    "--no-incremental-marking-task",
    main,
    binary,
  ];
}

/** isolated-vm ships a binary for each platform; its own loader knows which one fits. */
function findBinary(): string {
  try {
    const entry = createRequire(import.meta.url).resolve("isolated-vm");
    const loader = createRequire(entry)("node-gyp-build") as { path(folder: string): string };
    return loader.path(dirname(entry));
  } catch (error) {
    throw new PawlError("PAWL_SANDBOX_FAILED", "isolated-vm has no binary for this machine", {
      remedy: `Use Node 24 on Linux with glibc or musl (this is ${process.version} on ${process.platform} ${process.arch}).`,
      cause: error,
    });
  }
}
