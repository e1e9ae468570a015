import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { type Json, PawlError } from "@pawl/plugin";
import { z } from "zod";

/** One case: what goes into the sandbox, and what stays on the host. */
export interface Case {
  readonly input: Json;
  readonly reference: Json;
  /** Where it stands, for messages. */
  readonly at: string;
}

const lineSchema = z.strictObject({ input: z.json(), reference: z.json().default(null) });

/**
 * Reads JSON Lines files in the order in which they are named.
 * @throws PawlError `PAWL_DATA_MISSING` or `PAWL_DATA_INVALID`, with the file and the line
 */
export async function readCases(files: readonly string[], root: string, signal: AbortSignal): Promise<Case[]> {
  const cases: Case[] = [];
  for (const file of files) {
    const text = await readText(resolve(root, file), file, signal);
    for (const [index, line] of text.split("\n").entries()) {
      if (line.trim() !== "") cases.push(readCase(line, `${file}:${index + 1}`));
    }
  }
  if (cases.length > 0) return cases;
  throw new PawlError("PAWL_DATA_INVALID", `${files.join(", ")}: there is no case in it`, { path: files[0] });
}

async function readText(path: string, file: string, signal: AbortSignal): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw new PawlError("PAWL_DATA_MISSING", `the cases cannot be read: ${(error as Error).message}`, {
      path: file,
      remedy: "Make the file, or correct its name in the scorer's options.",
      cause: error,
    });
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new PawlError("PAWL_DATA_INVALID", `${file} is not UTF-8 text`, { path: file, cause: error });
  }
}

function readCase(line: string, at: string): Case {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw invalid(at, `is no JSON: ${(error as Error).message}`, error);
  }
  const parsed = lineSchema.safeParse(value);
  if (parsed.success) return { ...parsed.data, at };
  throw invalid(at, `is no case: ${parsed.error.issues.map(({ message }) => message).join(", ")}`, parsed.error);
}

function invalid(at: string, problem: string, cause: unknown): PawlError {
  return new PawlError("PAWL_DATA_INVALID", `${at} ${problem}`, {
    path: at,
    remedy: 'A line is {"input": …, "reference": …}; the reference may be missing.',
    cause,
  });
}
