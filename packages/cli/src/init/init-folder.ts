import { constants, lstatSync } from "node:fs";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { PawlError } from "@pawl/core";
import { commitAll, findRepository, initRepository } from "./git.ts";
import { packageJson } from "./package-json.ts";
import { templateFiles } from "./templates.ts";

/** What {@link initFolder} did. */
export interface InitResult {
  /** The files that it wrote, relative to the folder. */
  readonly created: readonly string[];
  /** `existing`: the folder is part of a repository, and committing is the user's affair. */
  readonly repository: "created" | "existing";
}

/** Files that belong to the user where there is one: nothing depends on ours. */
const OPTIONAL = new Set([".gitignore", "README.md"]);

/**
 * Writes a project into a folder. Nothing is written unless everything can be, and nothing is ever overwritten.
 * @throws PawlError `PAWL_INIT_EXISTS`, `PAWL_USAGE`, `PAWL_GIT_*`
 */
export async function initFolder(folder: string, example: string | undefined): Promise<InitResult> {
  const files = templateFiles(example).filter(({ path }) => !OPTIONAL.has(path) || !exists(join(folder, path)));
  const taken = files.map(({ path }) => path).filter((path) => exists(join(folder, path)));
  if (taken.length > 0) {
    throw new PawlError("PAWL_INIT_EXISTS", "there are files that would be overwritten; nothing was written", {
      path: folder,
      details: taken,
      remedy: "Choose another folder, or move these files away.",
    });
  }
  try {
    await mkdir(folder, { recursive: true });
    const repository = await findRepository(folder);
    const created: string[] = [];
    for (const { source, path } of files) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await copyFile(source, join(folder, path), constants.COPYFILE_EXCL);
      created.push(path);
    }
    if (!exists(join(folder, "package.json"))) {
      await writeFile(join(folder, "package.json"), packageJson(basename(folder)), { flag: "wx" });
      created.push("package.json");
    }
    if (repository === undefined) {
      await initRepository(folder);
      await commitAll(folder, created);
    }
    return { created: created.toSorted(), repository: repository === undefined ? "created" : "existing" };
  } catch (error) {
    throw asCoded(error, folder);
  }
}

/** True also for a link that leads nowhere, and for a path below a file. */
function exists(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}

function asCoded(error: unknown, folder: string): unknown {
  const { code, path = folder, message } = error as NodeJS.ErrnoException;
  if (error instanceof PawlError || code === undefined) return error;
  if (code === "EEXIST" || code === "ENOTDIR") {
    return new PawlError("PAWL_INIT_EXISTS", "a file stands where the project should go", {
      path,
      remedy: "Choose another folder, or move this file away.",
      cause: error,
    });
  }
  return new PawlError("PAWL_USAGE", `the project cannot be written there: ${message}`, {
    path,
    remedy: "Choose a folder that you may write in, on a disk with free space.",
    cause: error,
  });
}
