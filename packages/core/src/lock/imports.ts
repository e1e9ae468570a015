import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, extname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { PawlError } from "@pawl/plugin";
import { parseSync } from "oxc-parser";

const SCRIPTS = new Set([".ts", ".mts", ".js", ".mjs", ".cjs", ".cts"]);

/**
 * Every local file that `entry` imports, directly or not, itself included: all of them decide what is measured.
 * Packages are not followed; see {@link packageImports}.
 * @throws PawlError `PAWL_CONFIG_UNREADABLE` where a file cannot be read or parsed
 */
export function localImports(entry: string): string[] {
  const found = new Set<string>();
  const waiting = [entry];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (found.has(file)) continue;
    found.add(file);
    if (SCRIPTS.has(extname(file))) waiting.push(...importsOf(file));
  }
  return [...found];
}

/** Names of the packages that a file imports; those of Node itself are not among them. */
export function packageImports(file: string): string[] {
  if (!SCRIPTS.has(extname(file))) return [];
  const bare = specifiersOf(file).filter((found) => /^(?:@[^/:]+\/)?[^./:@][^/:]*/.test(found) && !isBuiltin(found));
  return [...new Set(bare.map((found) => found.split("/", found.startsWith("@") ? 2 : 1).join("/")))];
}

function importsOf(file: string): string[] {
  return specifiersOf(file).flatMap((specifier) => {
    if (specifier.startsWith("file:")) return [fileURLToPath(specifier)];
    return specifier.startsWith(".") || specifier.startsWith("/") ? [resolve(dirname(file), specifier)] : [];
  });
}

function specifiersOf(file: string): string[] {
  const text = read(file);
  const { module, errors } = parseSync(file, text);
  const [error] = errors;
  if (error !== undefined) {
    throw new PawlError("PAWL_CONFIG_UNREADABLE", `cannot be parsed: ${error.message}`, {
      path: file,
      remedy: "Correct the file.",
    });
  }
  return [
    ...module.staticImports.map((found) => found.moduleRequest.value),
    ...module.staticExports.flatMap((found) => found.entries.flatMap((entry) => entry.moduleRequest?.value ?? [])),
    ...module.dynamicImports.flatMap(({ moduleRequest: { start, end } }) => literal(text.slice(start, end))),
  ];
}

/** `import("./x.ts")` names its file; `import(x)` does not, and such files must be listed in `locked`. */
function literal(source: string): string[] {
  const match = /^(["'`])([^"'`$\\]*)\1$/.exec(source.trim());
  return match?.[2] === undefined ? [] : [match[2]];
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new PawlError("PAWL_CONFIG_UNREADABLE", `cannot be read: ${(error as Error).message}`, {
      path: file,
      remedy: "Create the file, or correct the import that names it.",
      cause: error,
    });
  }
}
