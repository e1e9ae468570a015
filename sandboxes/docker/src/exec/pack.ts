import { buffer } from "node:stream/consumers";
import { type Program, PawlError } from "@pawl/plugin";
import { pack as newPack } from "tar-stream";
import { INPUTS, OWN, SCRATCH, START } from "./script.ts";

const PAGE = 4_096;

/** What goes into the folder of an experiment. */
export interface Contents {
  /** Surface files and what an evaluator gets of a candidate, by path. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  readonly bundle?: Program["bundle"];
  readonly start: string;
  readonly inputs?: Buffer;
  /** Whether the program may write files at all. */
  readonly writable: boolean;
  /** Paths that the program is going to write, so that the folders above them exist and can be written to. */
  readonly artifacts: readonly string[];
}

/**
 * Checks a path that is going to lie in the folder of an experiment.
 * @throws PawlError `PAWL_CONFIG_INVALID`
 */
export function assertRelative(path: string, what: string): void {
  const parts = path.split("/");
  const wrong =
    path === "" ||
    path.includes("\0") ||
    path.includes("\\") ||
    parts.some((part) => part === "" || part === "." || part === "..");
  if (wrong || parts[0] === OWN) {
    throw new PawlError("PAWL_CONFIG_INVALID", `${what} cannot be at ${JSON.stringify(path)}`, {
      path,
      remedy: `Use a relative path with forward slashes, not below ${OWN}.`,
    });
  }
}

/** Bytes that all contents take in a memory file system, which gives each file whole pages. */
export function contentBytes({ files, bundle, start, inputs }: Contents): number {
  const sizes = [
    ...Object.values(files).map((each) => (typeof each === "string" ? Buffer.byteLength(each) : each.length)),
    ...Object.values(bundle?.files ?? {}).map((each) => each.length),
    Buffer.byteLength(start),
    inputs?.length ?? 0,
  ];
  return sizes.reduce((sum, size) => sum + Math.ceil(size / PAGE) * PAGE, 0);
}

/**
 * A tar of all contents. Everything belongs to root and can be read by all. The folders above declared artifacts, and
 * Pawl's scratch folder, can be written to by all but are sticky: nobody else can take away what is in them.
 * @throws PawlError `PAWL_CONFIG_INVALID` where two things want the same path
 */
export async function packContents(contents: Contents): Promise<Buffer> {
  const { files, bundle, start, inputs, artifacts, writable } = contents;
  const entries = new Map<string, Uint8Array>();
  const add = (path: string, content: Uint8Array | string, what: string): void => {
    if (entries.has(path)) {
      throw new PawlError("PAWL_CONFIG_INVALID", `two files of the entry want to be at ${JSON.stringify(path)}`, {
        path,
        remedy: "A surface file, a file of the entry and an artifact each need a path of their own.",
      });
    }
    if (what !== "") assertRelative(path, what);
    entries.set(path, typeof content === "string" ? Buffer.from(content) : content);
  };
  for (const [path, text] of Object.entries(files)) add(path, text, "a surface file");
  for (const [path, content] of Object.entries(bundle?.files ?? {})) add(path, content, "a file of the entry");
  add(START, start, "");
  if (inputs !== undefined) add(INPUTS, inputs, "");

  const folders = new Map<string, number>([
    [OWN, 0o755],
    [SCRATCH, writable ? 0o1777 : 0o755],
  ]);
  const addFolders = (path: string, mode: number): void => {
    const parts = path.split("/").slice(0, -1);
    for (let depth = 1; depth <= parts.length; depth++) {
      const folder = parts.slice(0, depth).join("/");
      folders.set(folder, Math.max(mode, folders.get(folder) ?? 0));
    }
  };
  for (const path of entries.keys()) addFolders(path, 0o755);
  for (const path of artifacts) addFolders(path, 0o1777);
  for (const path of [...folders.keys(), ...artifacts]) {
    if (!entries.has(path)) continue;
    throw new PawlError("PAWL_CONFIG_INVALID", `${JSON.stringify(path)} is both a file and something else`, { path });
  }

  const tar = newPack();
  const done = buffer(tar);
  const owner = { uid: 0, gid: 0, mtime: new Date(0) };
  for (const [name, mode] of [...folders].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    tar.entry({ name: `${name}/`, type: "directory", mode, ...owner });
  }
  for (const [name, content] of entries) {
    tar.entry({ name, mode: 0o644, ...owner }, Buffer.from(content.buffer, content.byteOffset, content.byteLength));
  }
  tar.finalize();
  return done;
}

/** Inputs as JSON lines. */
export function inputLines(items: readonly unknown[]): Buffer {
  return Buffer.from(items.map((item) => `${JSON.stringify(item)}\n`).join(""));
}
