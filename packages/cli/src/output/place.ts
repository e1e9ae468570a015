import { relative, resolve, sep } from "node:path";

/** Where the user stands, and how they called us: what is printed for copying must work from there. */
export interface Place {
  /** Absolute path of the folder that the user's shell is in. */
  readonly cwd: string;
  /** How the command was called, such as `pawl` or `pnpm pawl`. */
  readonly command: string;
}

/**
 * A package manager's script runs in the package's folder, and not where the user stands; INIT_CWD tells where that
 * is. PAWL_COMMAND overrides what is printed.
 */
export function findPlace(env: NodeJS.ProcessEnv = process.env, cwd: string = process.cwd()): Place {
  const script = env["npm_lifecycle_event"] === "pawl";
  const own = script && env["INIT_CWD"] !== undefined ? resolve(env["INIT_CWD"]) : cwd;
  const wanted = env["PAWL_COMMAND"];
  if (wanted !== undefined && wanted !== "") return { cwd: own, command: wanted };
  return { cwd: own, command: script ? `${packageManager(env)} pawl` : calledThrough(env) };
}

/** `pnpm`, or, for somebody who has none and came through npx, the same npx call. */
export function packageManager(env: NodeJS.ProcessEnv): string {
  const [name = "npm", version = ""] = (env["npm_config_user_agent"] ?? "").split(" ", 1)[0]?.split("/") ?? [];
  if (/[\\/]_npx[\\/]/.test(env["npm_execpath"] ?? "")) return `npx -y ${name}@${version}`;
  return name === "npm" ? "npm run" : name;
}

function calledThrough(env: NodeJS.ProcessEnv): string {
  return env["npm_lifecycle_event"] === "npx" ? "npx pawl" : "pawl";
}

/** A folder as the user would write it: relative where that is shorter to read. */
export function displayPath({ cwd }: Place, path: string): string {
  const below = relative(cwd, path);
  if (below === "") return ".";
  return below.startsWith(`..${sep}..`) ? path : below;
}

/** Quotes a word for a POSIX shell where it needs it. */
export function quote(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** A pawl command for copying: `pnpm pawl -C .demo/fraud show`. */
export function pawlCommand(place: Place, folder: string, ...words: string[]): string {
  const dir = displayPath(place, folder);
  return [place.command, ...(dir === "." ? [] : ["-C", quote(dir)]), ...words.map(quote)].join(" ");
}

/** A git command for copying. */
export function gitCommand(place: Place, folder: string, ...words: string[]): string {
  const dir = displayPath(place, folder);
  return ["git", ...(dir === "." ? [] : ["-C", quote(dir)]), ...words.map(quote)].join(" ");
}
