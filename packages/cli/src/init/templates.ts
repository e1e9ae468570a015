import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PawlError } from "@pawl/core";
import { closest, distance } from "fastest-levenshtein";

const PACKAGE = fileURLToPath(new URL("../../", import.meta.url));

/** The folder of the project that `pawl init` makes when no example is named. */
const STARTER = join(PACKAGE, "starter");
const TEMPLATES = join(PACKAGE, "templates");

/** npm leaves a file named .gitignore out of a package, so it travels under another name. */
const RENAMED: Readonly<Record<string, string>> = { gitignore: ".gitignore" };

/** Where a file of a template comes from and what it is called in the project. */
export interface TemplateFile {
  readonly source: string;
  readonly path: string;
}

/**
 * The files of an example, or of the starter project.
 * @throws PawlError `PAWL_USAGE` where there is no such example
 */
export function templateFiles(example: string | undefined): TemplateFile[] {
  const folder = example === undefined ? STARTER : exampleFolder(example);
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((path) => ({ source: join(folder, path), path: path.split("\\").join("/") }))
    .filter(({ source }) => statSync(source).isFile())
    .map(({ source, path }) => ({ source, path: RENAMED[path] ?? path }))
    .toSorted((a, b) => a.path.localeCompare(b.path, "en"));
}

function exampleFolder(example: string): string {
  const names = existsSync(TEMPLATES) ? readdirSync(TEMPLATES).toSorted() : [];
  if (names.includes(example)) return join(TEMPLATES, example);
  const nearest = closest(example, names);
  const hint = names.length > 0 && distance(example, nearest) <= 2 ? ` (did you mean "${nearest}"?)` : "";
  throw new PawlError("PAWL_USAGE", `there is no example "${example}"${hint}`, {
    path: "--example",
    remedy: names.length === 0 ? "This build of Pawl has no examples." : `Choose one of: ${names.join(", ")}.`,
  });
}
