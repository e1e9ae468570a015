import { readFileSync } from "node:fs";

interface Manifest {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

/** A package.json for a new project: the built-ins, so that editors find their types. */
export function packageJson(folderName: string): string {
  const own = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as Manifest;
  const builtins = Object.entries(own.dependencies).filter(([name]) => name.startsWith("@pawl/"));
  // In the repository itself dependencies say "workspace:*"; all packages there carry the same version.
  const range = (version: string): string => (version.startsWith("workspace:") ? `^${own.version}` : version);
  const devDependencies = Object.fromEntries(
    [["@pawl/cli", own.version] as const, ...builtins]
      .map(([name, version]) => [name, range(version)] as const)
      .toSorted(([a], [b]) => a.localeCompare(b, "en")),
  );
  const manifest = {
    name: packageName(folderName),
    version: "0.0.0",
    private: true,
    type: "module",
    devDependencies,
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

function packageName(folder: string): string {
  const name = folder
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return name === "" ? "pawl-project" : name;
}
