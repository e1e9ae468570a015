// Copies the examples into the cli package, where `pawl init --example` finds them. Part of the build.
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const examples = join(root, "examples");
const templates = join(root, "packages/cli/templates");

const SKIPPED_FOLDERS = new Set(["node_modules", ".pawl", ".git", "dist", "test"]);
const SKIPPED_FILES = new Set(["package.json", "pawl.lock.json", "tsconfig.json"]);
const SKIPPED_ENDINGS = [".test.ts", ".test-d.ts", ".tsbuildinfo", ".bench.ts"];

/** Paths of the files that belong to a project made from this example. */
function filesOf(folder: string, below = ""): string[] {
  return readdirSync(join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    const path = join(below, entry.name);
    if (entry.isDirectory()) return SKIPPED_FOLDERS.has(entry.name) ? [] : filesOf(folder, path);
    const skipped = SKIPPED_FILES.has(entry.name) || SKIPPED_ENDINGS.some((ending) => entry.name.endsWith(ending));
    return entry.isFile() && !skipped ? [path] : [];
  });
}

function foldersIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
}

/** True where the copy is as it should be: a second build then writes nothing. */
function same(from: string, to: string): boolean {
  const [source, copy] = [statSync(from), statSync(to, { throwIfNoEntry: false })];
  return copy !== undefined && copy.size === source.size && readFileSync(from).equals(readFileSync(to));
}

mkdirSync(templates, { recursive: true });
const names = foldersIn(examples).filter((name) => filesOf(join(examples, name)).includes("pawl.config.ts"));
for (const stale of foldersIn(templates).filter((name) => !names.includes(name))) {
  rmSync(join(templates, stale), { recursive: true });
}
for (const name of names) {
  const [from, to] = [join(examples, name), join(templates, name)];
  const wanted = filesOf(from);
  mkdirSync(to, { recursive: true });
  for (const path of filesOf(to)) if (!wanted.includes(path)) rmSync(join(to, path));
  for (const path of wanted) {
    mkdirSync(dirname(join(to, path)), { recursive: true });
    if (!same(join(from, path), join(to, path))) copyFileSync(join(from, path), join(to, path));
  }
}
