import { constants } from "node:fs";
import { lstat, open, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Taken } from "./agent-run.ts";

/** A larger file is refused: no surface may be larger. */
export const MAX_FILE_BYTES = 1_048_576;

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Bytes as text, or why they are none. */
export function decodeText(bytes: Uint8Array): Taken {
  if (bytes.length > MAX_FILE_BYTES) return { problem: `has more than ${MAX_FILE_BYTES} bytes` };
  if (bytes.includes(0)) return { problem: "is binary" };
  try {
    return { text: decoder.decode(bytes) };
  } catch {
    return { problem: "is not text in UTF-8" };
  }
}

/**
 * Reads a file that a hostile program may have written, once that program is dead. No link is followed, neither in the
 * file's place nor above it, and nothing but a plain file with one name is opened.
 * @returns `undefined` where there is no such file
 */
export async function takeFile(folder: string, path: string): Promise<Taken | undefined> {
  const parts = path.split("/");
  let at = folder;
  for (const part of parts.slice(0, -1)) {
    at = join(at, part);
    const found = await lstat(at).catch(() => undefined);
    if (found === undefined) return undefined;
    if (!found.isDirectory()) return { problem: "lies behind something that is not a folder any more" };
  }
  const file = join(at, parts.at(-1) ?? "");
  const found = await lstat(file).catch(() => undefined);
  if (found === undefined) return undefined;
  if (found.isSymbolicLink()) return { problem: "is a link" };
  if (!found.isFile()) return { problem: "is not a plain file" };
  if (found.nlink !== 1) return { problem: "is a hard link" };
  if (found.size > MAX_FILE_BYTES) return { problem: `has more than ${MAX_FILE_BYTES} bytes` };
  try {
    const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const opened = await handle.stat();
      if (!opened.isFile() || opened.ino !== found.ino || opened.dev !== found.dev) return { problem: "was exchanged" };
      const bytes = Buffer.alloc(MAX_FILE_BYTES + 1);
      let length = 0;
      for (;;) {
        const { bytesRead } = await handle.read(bytes, length, bytes.length - length, length);
        if (bytesRead === 0) break;
        length += bytesRead;
        if (length > MAX_FILE_BYTES) break;
      }
      return decodeText(bytes.subarray(0, length));
    } finally {
      await handle.close();
    }
  } catch (error) {
    return { problem: `cannot be read: ${(error as NodeJS.ErrnoException).code ?? "unknown error"}` };
  }
}

/** Entries that are looked at, and names that are told. */
const MOST_ENTRIES = 10_000;
const MOST_NAMES = 100;

/** Paths below a folder that are not among the known ones. Links are named and not followed. */
export async function otherFiles(folder: string, known: ReadonlySet<string>): Promise<string[]> {
  const names: string[] = [];
  const waiting = [""];
  let seen = 0;
  for (let below = waiting.shift(); below !== undefined; below = waiting.shift()) {
    const entries = await readdir(join(folder, below), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      seen += 1;
      if (seen > MOST_ENTRIES || names.length >= MOST_NAMES) return [...names, "…"];
      const path = below === "" ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory()) waiting.push(path);
      else if (!known.has(path)) names.push(path);
    }
  }
  return names.toSorted();
}
