import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import {
  type Bundle,
  type Entry,
  type EntryConfig,
  type Files,
  type Program,
  type ProgramConfig,
  PawlError,
} from "@pawl/plugin";

/** Files of the project that an entry sends into the sandbox, relative to the config. */
export function entryFiles(entry: EntryConfig): readonly string[] {
  const evaluator = entry.kind === "call" ? undefined : entry.evaluator;
  return [...(entry.files ?? []), ...(evaluator?.files ?? [])];
}

/**
 * An entry as jobs carry it: with the contents of its files. They are read once, right after the lock was checked.
 * @throws PawlError `PAWL_DATA_MISSING`
 */
export function loadEntry(entry: EntryConfig, root: string): Entry {
  if (entry.kind === "call") {
    const { kind, file, files = [] } = entry;
    return { kind, file, ...(files.length === 0 ? {} : { bundle: loadBundle(files, root) }) };
  }
  const { kind, artifacts, evaluator } = entry;
  return {
    kind,
    ...loadProgram(entry, root),
    ...(artifacts === undefined ? {} : { artifacts }),
    ...(evaluator === undefined ? {} : { evaluator: loadProgram(evaluator, root) }),
  };
}

const decoder = new TextDecoder("utf-8", { fatal: true });

/** The same entry as executors see it, and all files that go into the sandbox with a candidate. */
export function withHelpers(entry: Entry, candidate: Files): { readonly entry: Entry; readonly files: Files } {
  if (entry.kind !== "call" || entry.bundle === undefined) return { entry, files: candidate };
  const { bundle, ...plain } = entry;
  const helpers = Object.entries(bundle.files).map(([path, bytes]) => [path, decoder.decode(bytes)] as const);
  return { entry: plain, files: { ...candidate, ...Object.fromEntries(helpers) } };
}

function loadProgram({ argv, env, files = [] }: ProgramConfig, root: string): Program {
  return {
    argv,
    ...(env === undefined ? {} : { env }),
    ...(files.length === 0 ? {} : { bundle: loadBundle(files, root) }),
  };
}

function loadBundle(paths: readonly string[], root: string): Bundle {
  const hash = createHash("sha256");
  const files: Record<string, Uint8Array> = {};
  for (const path of paths.toSorted()) {
    const content = read(resolve(root, path), path);
    files[path] = content;
    // Lengths keep two files from being mistaken for one.
    hash.update(`${path.length}:${path}${content.length}:`).update(content);
  }
  return { digest: hash.digest("hex"), files };
}

function read(file: string, path: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new PawlError("PAWL_DATA_MISSING", `a file of the entry cannot be read: ${(error as Error).message}`, {
      path,
      remedy: "Create the file, or take it out of `entry.files`.",
      cause: error,
    });
  }
}
