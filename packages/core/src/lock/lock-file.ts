import { readFile, rename, writeFile } from "node:fs/promises";
import { type Json, PawlError } from "@pawl/plugin";
import { z } from "zod";
import { type Digest, sha256, sortKeys } from "../digest.ts";

export const LOCK_FILE = "pawl.lock.json";

const digest = z.templateLiteral(["sha256:", z.string().regex(/^[0-9a-f]{64}$/)]);

const acceptedSchema = z.strictObject({
  epoch: z.int().min(2),
  at: z.string(),
  by: z.string(),
  reason: z.string(),
  changes: z.array(z.string()),
});

const lockSchema = z.strictObject({
  version: z.literal(1),
  epoch: z.int().min(1),
  /** Everything that defines the metric, as sorted plain data. */
  content: z.record(z.string(), z.json()),
  /** SHA-256 of the sorted JSON text of `content`. */
  digest,
  /** The human acts that opened epochs 2, 3 … */
  accepted: z.array(acceptedSchema),
});

/** `pawl.lock.json` */
export type LockFile = Omit<z.output<typeof lockSchema>, "content"> & { readonly content: Record<string, Json> };
export type AcceptedChange = z.output<typeof acceptedSchema>;

/** The digest of a lock's content. */
export function contentDigest(content: Json): Digest {
  return sha256(JSON.stringify(sortKeys(content)));
}

/**
 * Reads a lock file; `null` where there is none.
 * @throws PawlError `PAWL_LOCK_INVALID`
 */
export async function readLockFile(path: string): Promise<LockFile | null> {
  let text;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw invalid(path, (error as Error).message, error);
  }
  let lock;
  try {
    lock = lockSchema.parse(JSON.parse(text));
  } catch (error) {
    throw invalid(path, error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message, error);
  }
  if (contentDigest(lock.content) !== lock.digest) {
    throw invalid(path, "its content does not match its own digest: it was edited by hand");
  }
  return lock;
}

function invalid(path: string, why: string, cause?: unknown): PawlError {
  return new PawlError("PAWL_LOCK_INVALID", `the lock cannot be used: ${why}`, {
    path,
    remedy: `Restore it from git, or delete it and run "pawl lock" for a new, incomparable start.`,
    cause,
  });
}

/** Writes the file whole or not at all. */
export async function writeLockFile(path: string, lock: LockFile): Promise<void> {
  const text = `${JSON.stringify(sortKeys(lock as Json), null, 2)}\n`;
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, text);
    await rename(temporary, path);
  } catch (error) {
    throw new PawlError("PAWL_LOCK_INVALID", `the lock cannot be written: ${(error as Error).message}`, {
      path,
      remedy: "Make the folder writable, or free some disk space.",
      cause: error,
    });
  }
}
