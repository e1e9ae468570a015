import { createRequire, isBuiltin, registerHooks } from "node:module";
import { join } from "node:path";
import type { PluginKind } from "@pawl/core";

let registered = false;

/**
 * Lets a config in any folder, also one without node_modules, import `@pawl/*` and `zod`: what the importing file
 * cannot find itself is looked up from this package, which depends on all built-ins.
 */
export function provideBuiltins(): void {
  if (registered) return;
  registered = true;
  registerHooks({
    resolve(specifier, context, nextResolve) {
      if (!isProvided(specifier) || isBuiltin(specifier)) return nextResolve(specifier, context);
      try {
        return nextResolve(specifier, context);
      } catch (error) {
        if (!isNotFound(error)) throw error;
        try {
          return nextResolve(specifier, { ...context, parentURL: import.meta.url });
        } catch {
          // The user's own place is what the message should name.
          throw error;
        }
      }
    },
  });
}

function isProvided(specifier: string): boolean {
  return specifier.startsWith("@pawl/") || specifier === "zod" || specifier.startsWith("zod/");
}

function isNotFound(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND";
}

const PREFIX: Readonly<Record<PluginKind, string>> = {
  proposer: "proposer-",
  executor: "sandbox-",
  scorer: "scorer-",
  gate: "gate-",
  gateway: "gateway-",
};

/**
 * The file of a built-in that a JSON or YAML config names, where the config's own folder has no such package.
 * `undefined` leaves the search, and the message where nothing is found, to the engine.
 */
export function builtinFile(kind: PluginKind, use: string, root: string): string | undefined {
  const names = use.startsWith("@") ? [use] : [use, `@pawl/${PREFIX[kind]}${use}`, `@pawl/${use}`];
  const fromConfig = createRequire(join(root, "pawl.config.js"));
  if (names.some((name) => resolveWith(fromConfig.resolve, name) !== undefined)) return undefined;
  const fromHere = createRequire(import.meta.url).resolve;
  const own = names.filter((name) => name.startsWith("@pawl/"));
  return own.map((name) => resolveWith(fromHere, name)).find((file) => file !== undefined);
}

function resolveWith(resolve: (name: string) => string, name: string): string | undefined {
  try {
    return resolve(name);
  } catch {
    return undefined;
  }
}
