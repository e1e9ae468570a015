import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";

/** A folder with a named package.json. */
export interface Package {
  readonly name: string;
  readonly version: string;
  /** Absolute, with links resolved. */
  readonly folder: string;
  /** Names of what it runs with: dependencies and peers, those that differ between machines not counted. */
  readonly dependencies: readonly string[];
}

/**
 * Whether the code of a package is part of what judges: the contract, whatever is written against it, and the engine's own
 * libraries, such as the statistics that gates decide by.
 */
export function isJudging({ name, dependencies }: Package): boolean {
  return name.startsWith("@pawl/") || dependencies.includes("@pawl/plugin");
}

/** Finds packages, reading each package.json once. */
export class Packages {
  readonly #read = new Map<string, Package | null>();
  readonly #loaded: readonly string[];
  #byName: Map<string, Package> | undefined;

  /** `loaded`: files that are loaded, for packages that were found in a way that only the loader knows. */
  constructor(loaded: readonly string[]) {
    this.#loaded = loaded;
  }

  /** The innermost package that a file belongs to. */
  of(file: string): Package | undefined {
    for (let folder = dirname(file); ; folder = dirname(folder)) {
      const found = this.#at(folder);
      if (found !== null) return found;
      if (folder === dirname(folder)) return undefined;
    }
  }

  /** The package of that name as a file in `folder` sees it. */
  find(name: string, folder: string): Package | undefined {
    for (let above = folder; ; above = dirname(above)) {
      const candidate = join(above, "node_modules", name);
      if (existsSync(join(candidate, "package.json"))) return this.#at(realpathSync(candidate)) ?? undefined;
      if (above === dirname(above)) break;
    }
    this.#byName ??= this.#namesOfLoaded();
    return this.#byName.get(name);
  }

  #namesOfLoaded(): Map<string, Package> {
    const packages = this.#loaded.toSorted().map((file) => this.of(file));
    return new Map(packages.flatMap((found) => (found === undefined ? [] : [[found.name, found]])));
  }

  #at(folder: string): Package | null {
    const known = this.#read.get(folder);
    if (known !== undefined) return known;
    const found = readPackage(folder);
    this.#read.set(folder, found);
    return found;
  }
}

function readPackage(folder: string): Package | null {
  let manifest: Record<string, unknown>;
  try {
    manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Record<string, unknown>;
  } catch {
    return null;
  }
  const { name, version, dependencies, peerDependencies } = manifest;
  // Some packages put a nameless package.json beside their code, only to say which kind of module it is.
  if (typeof name !== "string") return null;
  return {
    name,
    version: typeof version === "string" ? version : "",
    folder,
    dependencies: [...Object.keys(dependencies ?? {}), ...Object.keys(peerDependencies ?? {})].toSorted(),
  };
}
