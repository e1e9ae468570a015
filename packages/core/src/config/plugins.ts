import { createRequire } from "node:module";
import { isAbsolute, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import {
  type ConfiguredPlugin,
  type Notice,
  type Plugin,
  type PluginEntry,
  type PluginKind,
  type PluginKinds,
  type PluginReference,
  PawlError,
} from "@pawl/plugin";
import type { PluginNotice } from "../notices.ts";
import { sealInstance } from "../seal/instances.ts";
import { validate } from "./validate.ts";

/** A plugin that has been made, with what the ledger and the lock say of it. */
export interface LoadedPlugin<K extends PluginKind> {
  readonly name: string;
  readonly version: string;
  /** Options with their defaults. */
  readonly options: unknown;
  /** The functions that it consists of: where they were written is what the lock covers. */
  readonly code: readonly Function[];
  /** Its methods as they were when it was made. */
  readonly instance: PluginKinds[K];
  /** One line for each method that somebody replaced since. */
  tampered(): readonly string[];
}

const PREFIX: Record<PluginKind, string> = {
  proposer: "proposer-",
  executor: "sandbox-",
  scorer: "scorer-",
  gate: "gate-",
  gateway: "gateway-",
};

/**
 * Makes a plugin from its config entry.
 * @throws PawlError `PAWL_PLUGIN_UNKNOWN`, `PAWL_CONFIG_INVALID`, `PAWL_PLUGIN_INVALID`
 */
export async function loadPlugin<K extends PluginKind>(
  kind: K,
  entry: PluginEntry<K>,
  { path, root, onNotice }: { path: string; root: string; onNotice?: ((notice: PluginNotice) => void) | undefined },
): Promise<LoadedPlugin<K>> {
  const configured = "use" in entry ? await findPlugin(kind, entry, path, root) : entry;
  const options = validate(configured.schema, configured.options, `${path}.options`);
  try {
    const { name, version, create } = configured;
    const notify = (notice: Notice): void => onNotice?.({ ...notice, plugin: { kind, name } });
    const open = <N extends PluginKind>(inner: N, nested: PluginEntry<N>, at: string): Promise<LoadedPlugin<N>> =>
      loadPlugin(inner, nested, { path: `${path}.options.${at}`, root, onNotice });
    // What judges must stand in the config itself, where the lock sees it.
    const context = kind === "proposer" ? { root, notify, open } : { root, notify };
    const { instance, methods, tampered } = sealInstance(await create(options as never, context));
    return { name, version, options, code: [create, ...methods], instance, tampered };
  } catch (error) {
    if (error instanceof PawlError) throw error;
    throw new PawlError("PAWL_PLUGIN_INVALID", `"${configured.name}" could not be started: ${String(error)}`, {
      path,
      cause: error,
    });
  }
}

async function findPlugin<K extends PluginKind>(
  kind: K,
  reference: PluginReference,
  path: string,
  root: string,
): Promise<ConfiguredPlugin<K>> {
  const { use, options = {} } = reference;
  const module = await importFirst(candidates(kind, use, root), root);
  if (module === undefined) {
    throw new PawlError("PAWL_PLUGIN_UNKNOWN", `there is no plugin "${use}"`, {
      path: `${path}.use`,
      remedy: `Install it ("npm install ${use}"), or correct the name.`,
    });
  }
  const plugin = module.default as Plugin<K> | undefined;
  if (typeof plugin !== "function" || plugin.pawl !== kind) {
    throw new PawlError("PAWL_PLUGIN_INVALID", `the default export of "${use}" is not a ${kind}`, {
      path: `${path}.use`,
      remedy: `Name a plugin that was made with define${kind.charAt(0).toUpperCase()}${kind.slice(1)}().`,
    });
  }
  return (plugin as (options: unknown) => ConfiguredPlugin<K>)(options);
}

const isLocal = (use: string): boolean => use.startsWith(".") || isAbsolute(use);

function candidates(kind: PluginKind, use: string, root: string): string[] {
  if (isLocal(use)) return [resolve(root, use)];
  return [use, `@pawl/${PREFIX[kind]}${use}`, `@pawl/${use}`];
}

/** Looks from the config's folder first, then from where the engine is installed. */
async function importFirst(names: readonly string[], root: string): Promise<{ default?: unknown } | undefined> {
  const fromConfig = createRequire(join(root, "pawl.config.js"));
  const fromHere = createRequire(import.meta.url);
  for (const name of names) {
    for (const from of [fromConfig, fromHere]) {
      const file = resolveWith(from, name);
      if (file !== undefined) return (await import(pathToFileURL(file).href)) as { default?: unknown };
    }
  }
  return undefined;
}

function resolveWith(from: NodeJS.Require, name: string): string | undefined {
  try {
    return from.resolve(name);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "MODULE_NOT_FOUND" || code === "ERR_PACKAGE_PATH_NOT_EXPORTED") return undefined;
    throw error;
  }
}
