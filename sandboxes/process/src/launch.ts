import { execFileSync } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
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

/** Tries what this machine offers. All of it is a second line: candidates have no files, sockets or processes. */
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

/** Node's own flags for a child that runs no code of the host's but ours; none of it is needed by a candidate. */
const FLAGS = [
  "--permission",
  "--allow-worker",
  "--disable-warning=SecurityWarning",
  "--disable-warning=ExperimentalWarning",
  "--disable-proto=delete",
  "--disable-sigusr1",
  "--disallow-code-generation-from-strings",
  "--v8-pool-size=1",
];

/**
 * The command that starts a child, without its arguments: this very Node, with as little as it can do its work with.
 * Node's permission model leaves it the paths that are named to read, and neither processes nor files to write.
 * @param root folder of the package whose child it is, as a URL that ends in a slash
 * @param readablePaths more paths that the child may read; see {@link readable}
 * @param more more flags of Node, and the program where it is another one
 * @throws PawlError `PAWL_SANDBOX_FAILED` where a part of the package is not there
 */
export function childFlags(
  root: URL,
  readablePaths: readonly string[],
  { flags = [], program = "dist/child/main.js" }: { flags?: readonly string[]; program?: string } = {},
): string[] {
  const main = fileURLToPath(new URL(program, root));
  if (!existsSync(main)) {
    throw new PawlError("PAWL_SANDBOX_FAILED", "the sandbox's child program is not built", {
      path: main,
      remedy: "Build the workspace first: pnpm build.",
    });
  }
  const own = [fileURLToPath(new URL("dist/*", root)), fileURLToPath(new URL("package.json", root))];
  const paths = [...own, ...readable(root, "@pawl/sandbox-process"), "/proc/self/statm", ...readablePaths];
  return [process.execPath, ...FLAGS, ...flags, ...paths.map((path) => `--allow-fs-read=${path}`), main];
}

/**
 * What a child must be allowed to read to import a package: its folder as the importing package sees it, which may be
 * a link, and where that really is.
 * @throws PawlError `PAWL_SANDBOX_FAILED` where the package is not installed
 */
export function readable(root: URL, name: string): string[] {
  for (let folder = fileURLToPath(root); ; folder = dirname(folder)) {
    const path = join(folder, "node_modules", name);
    if (existsSync(path)) return [...new Set([path, realpathSync(path)])].map((each) => join(each, "*"));
    if (folder === dirname(folder)) break;
  }
  throw new PawlError("PAWL_SANDBOX_FAILED", `the package ${name}, which the sandbox needs, is not installed`, {
    remedy: "Install the dependencies again.",
  });
}
