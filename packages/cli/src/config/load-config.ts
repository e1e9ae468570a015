import { existsSync, statSync } from "node:fs";
import { dirname, extname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type PawlConfig, type PluginKind, PawlError } from "@pawl/core";
import { cosmiconfig, defaultLoaders } from "cosmiconfig";
import { builtinFile, provideBuiltins } from "./resolve-hook.ts";
import { unreadable } from "./unreadable.ts";

/** File names that are looked for, first match wins. */
export const CONFIG_FILES = ["ts", "mts", "js", "mjs", "json", "yaml", "yml"].map((ending) => `pawl.config.${ending}`);

/** A config as it stands in its file; the engine validates it. */
export interface LoadedConfig {
  readonly config: PawlConfig;
  readonly file: string;
  /** The folder that the config's paths are relative to. */
  readonly root: string;
}

/**
 * Finds the config in `dir` or above it, or takes `file`.
 * @throws PawlError `PAWL_CONFIG_NOT_FOUND`, `PAWL_CONFIG_UNREADABLE`, `PAWL_CONFIG_INVALID`
 */
export async function loadConfig(dir: string, file?: string): Promise<LoadedConfig> {
  provideBuiltins();
  const path = file === undefined ? findConfig(dir) : resolve(dir, file);
  if (file !== undefined && !existsSync(path)) {
    throw new PawlError("PAWL_CONFIG_NOT_FOUND", "there is no such config file", {
      path,
      remedy: "Correct the path that --config names.",
    });
  }
  const config = await read(path);
  if (typeof config !== "object" || config === null || Array.isArray(config)) {
    throw new PawlError("PAWL_CONFIG_INVALID", `the config is ${describe(config)}, not an object`, {
      path,
      remedy: SCRIPT.has(extname(path))
        ? "Export it by default: export default defineConfig({ … })."
        : "Write the settings as an object at the top level.",
    });
  }
  const root = dirname(path);
  return { config: await resolveBuiltins(config as PawlConfig, root), file: path, root };
}

function findConfig(dir: string): string {
  const looked: string[] = [];
  if (!existsSync(dir) || !statSync(dir).isDirectory()) {
    throw new PawlError("PAWL_CONFIG_NOT_FOUND", "there is no such folder", { path: dir, remedy: "Check the path." });
  }
  for (let folder = resolve(dir); ; folder = dirname(folder)) {
    const found = CONFIG_FILES.map((name) => join(folder, name)).find((path) => existsSync(path));
    if (found !== undefined) return found;
    looked.push(folder);
    if (folder === dirname(folder)) break;
  }
  throw new PawlError("PAWL_CONFIG_NOT_FOUND", "there is no pawl.config.* in this folder or above it", {
    path: resolve(dir),
    details: looked.map((folder) => `looked in ${folder}`),
    remedy: `Make a project with "pawl init", or name the folder with -C or the file with --config (${CONFIG_FILES.join(", ")}).`,
  });
}

const SCRIPT = new Set([".ts", ".mts", ".js", ".mjs"]);

async function importConfig(file: string): Promise<unknown> {
  const module = (await import(pathToFileURL(file).href)) as { default?: unknown };
  return module.default;
}

async function read(file: string): Promise<unknown> {
  const explorer = cosmiconfig("pawl", {
    searchPlaces: CONFIG_FILES,
    cache: false,
    loaders: {
      ...defaultLoaders,
      ...Object.fromEntries([...SCRIPT].map((ending) => [ending, importConfig])),
      noExt: defaultLoaders[".json"],
    },
  });
  try {
    const result = await explorer.load(file);
    return result?.config ?? undefined;
  } catch (error) {
    throw unreadable(file, error);
  }
}

function describe(config: unknown): string {
  if (config === undefined) return "empty, or has no default export";
  if (config === null) return "null";
  return Array.isArray(config) ? "a list" : `a ${typeof config}`;
}

/** Built-ins that are named in JSON or YAML are found from any folder. Anything else is left to the engine. */
async function resolveBuiltins(config: PawlConfig, root: string): Promise<PawlConfig> {
  const find = async (kind: PluginKind, entry: unknown): Promise<unknown> => {
    if (typeof entry !== "object" || entry === null || !("use" in entry) || typeof entry.use !== "string") return entry;
    const file = builtinFile(kind, entry.use, root);
    if (file === undefined) return entry;
    const { default: plugin } = (await import(pathToFileURL(file).href)) as { default: (options: unknown) => unknown };
    return plugin("options" in entry ? entry.options : {});
  };
  const { proposer, executor, scorer, gateway, gates } = config;
  const named = {
    ...("proposer" in config ? { proposer: await find("proposer", proposer) } : {}),
    ...("executor" in config ? { executor: await find("executor", executor) } : {}),
    ...("scorer" in config ? { scorer: await find("scorer", scorer) } : {}),
    ...("gateway" in config ? { gateway: await find("gateway", gateway) } : {}),
    ...(Array.isArray(gates) ? { gates: await Promise.all(gates.map((gate) => find("gate", gate))) } : {}),
  };
  return { ...config, ...named } as PawlConfig;
}
