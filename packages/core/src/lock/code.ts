import { readdirSync, realpathSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { Json } from "@pawl/plugin";
import { type Digest, sha256 } from "../digest.ts";
import type { Project } from "../project.ts";
import type { LoadedCode, Origin } from "../seal/loaded.ts";
import { localImports, packageImports } from "./imports.ts";
import { type Package, Packages, isJudging } from "./packages.ts";
import { type WatchedFile, watchFile } from "./watched.ts";

/** The code that judges, and where it stands. */
export interface JudgingCode {
  /** By package: the version, and the digest of its code for what is Pawl's own or written against the contract. */
  readonly packages: Record<string, Json>;
  /** All files that went into these digests. */
  readonly packaged: readonly WatchedFile[];
  /** Absolute paths of the project's own files that plugins were written in, and of what these import. */
  readonly local: readonly string[];
}

/** A package, or a plugin that comes from no file, as the lock knows it. */
interface Described {
  readonly name: string;
  readonly version?: string;
  readonly digest?: Digest;
}

/** What lies beside code and is not run. A binary for one machine is not the same on another, and has its version. */
const NOT_CODE = /(?:\.map|\.tsbuildinfo|\.d\.[cm]?ts|\.md|\.node)$|^\./;

const ENGINE = fileURLToPath(import.meta.url);

/**
 * The code of the engine, the contract, and the packages that the scorer, the gates and the executors come from: all
 * files of the folder that the code is in, so that also what is started as a process of its own counts. Paths are
 * relative to the package, so that a workspace and an installed package with the same code have the same digest. Other
 * packages that these depend on are named with their versions.
 */
export function judgingCode(project: Pick<Project, "root" | "plugins">, loaded: LoadedCode): JudgingCode {
  const root = realpathSync(project.root);
  const packages = new Packages(loaded.files);
  const found: Described[] = [];
  const packaged: WatchedFile[] = [];
  const local = new Set<string>();
  const waiting: { readonly file: string }[] = [{ file: ENGINE }];
  for (const { name, code } of judges(project)) {
    for (const origin of origins(code, loaded)) {
      if ("file" in origin) waiting.push(origin);
      else found.push({ name: `${name} (from no file)`, digest: sha256(origin.text) });
    }
  }
  const seen = new Set<string>();
  const depend = (name: string, folder: string): void => {
    const dependency = packages.find(name, folder);
    if (dependency === undefined) return;
    const entries = isJudging(dependency) ? entriesOf(dependency, loaded) : [];
    if (entries.length === 0) found.push({ name, version: dependency.version });
    waiting.push(...entries);
  };
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { file } = next;
    const owner = packages.of(file);
    if (owner === undefined || contains(owner.folder, root)) {
      if (local.has(file)) continue;
      for (const imported of localImports(file)) {
        local.add(imported);
        for (const name of packageImports(imported)) depend(name, dirname(imported));
      }
      continue;
    }
    const [top = ""] = relative(owner.folder, file).split("/");
    const folder = join(owner.folder, relative(owner.folder, file).includes("/") ? top : "");
    if (seen.has(folder)) continue;
    seen.add(folder);
    const files = codeFiles(folder).map((path) => watchFile(path));
    packaged.push(...files);
    found.push({ name: owner.name, version: owner.version, digest: digestFolder(owner.folder, files) });
    for (const name of owner.dependencies) depend(name, owner.folder);
  }
  // Loaders resolve links; the lock names files as the config would.
  const named = [...local].map((file) => (contains(root, file) ? join(project.root, file.slice(root.length)) : file));
  return { packages: describe(found), packaged, local: named.toSorted() };
}

/** Whatever has a say in what is kept. */
export function judges({ plugins }: Pick<Project, "plugins">) {
  const { scorer, executor, secondExecutor, gateway, gates } = plugins;
  const optional = [secondExecutor, gateway].filter((plugin) => plugin !== undefined);
  return [scorer, executor, ...optional, ...gates];
}

function origins(methods: readonly Function[], loaded: LoadedCode): Origin[] {
  const files = new Map<string, Origin>();
  for (const method of methods) {
    const origin = loaded.originOf(method);
    if (origin !== undefined) files.set("file" in origin ? origin.file : sha256(origin.text), origin);
  }
  return [...files.values()];
}

/** The files of a package that are loaded; one that is not, such as for types alone, only has its version. */
function entriesOf({ folder }: Package, loaded: LoadedCode): { file: string }[] {
  const inside = loaded.files.filter(
    (file) => contains(folder, file) && !file.slice(folder.length).includes("/node_modules/"),
  );
  return inside.map((file) => ({ file }));
}

function contains(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith("/") ? folder : `${folder}/`);
}

/** What the lock says of a package. Where several copies are in use, such as one for each plugin, all of them count. */
function describe(found: readonly Described[]): Record<string, Json> {
  const byName = new Map<string, Set<string>>();
  for (const { name, ...entry } of found) {
    byName.set(name, (byName.get(name) ?? new Set()).add(JSON.stringify(entry)));
  }
  return Object.fromEntries(
    [...byName].map(([name, entries]) => {
      const copies = [...entries].toSorted().map((entry) => JSON.parse(entry) as Json);
      return [name, copies.length === 1 ? (copies[0] ?? null) : copies];
    }),
  );
}

/** All files below a folder that are, or go along with, code. */
function codeFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !NOT_CODE.test(name) && name !== "node_modules")
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return codeFiles(path);
      return statSync(path).isFile() ? [path] : [];
    })
    .toSorted();
}

function digestFolder(root: string, files: readonly WatchedFile[]): Digest {
  return sha256(JSON.stringify(files.map(({ path, digest }) => [relative(root, path), digest])));
}
