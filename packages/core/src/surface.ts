import { posix } from "node:path";
import { type Change, type Files, PawlError } from "@pawl/plugin";
import { applyPatch, parsePatch } from "diff";
import type { Git } from "./git/git.ts";

/** Larger surfaces are refused: one editable file, not a code base; and every candidate is kept for good. */
export const MAX_SURFACE_BYTES = 1_048_576;

/**
 * Reads the surface from a commit, by paths relative to the config's folder.
 * @throws PawlError `PAWL_SURFACE_MISSING`, `PAWL_SURFACE_INVALID`
 */
export async function readSurface(
  git: Pick<Git, "readFile">,
  commit: string,
  prefix: string,
  paths: readonly string[],
): Promise<Files> {
  const files: Record<string, string> = {};
  for (const path of paths) {
    const found = await git.readFile(commit, posix.join(prefix, path));
    if (found === null) {
      throw new PawlError("PAWL_SURFACE_MISSING", "the surface is not in the last commit", {
        path,
        remedy: "Create the file and commit it, or correct `surface` in the config.",
      });
    }
    if (!found.mode.startsWith("100")) {
      throw new PawlError("PAWL_SURFACE_INVALID", "the surface is not a plain file", {
        path,
        remedy: "Use the file itself instead of a link or a submodule.",
      });
    }
    files[path] = decode(found.content, path);
  }
  assertSize(files);
  return Object.freeze(files);
}

function decode(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new PawlError("PAWL_SURFACE_INVALID", "the surface is not text in UTF-8", {
      path,
      remedy: "Save it as UTF-8, or choose another file.",
    });
  }
}

function assertSize(files: Files): void {
  const bytes = Object.values(files).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (bytes > MAX_SURFACE_BYTES) {
    throw new PawlError("PAWL_SURFACE_INVALID", `the surface has ${bytes} bytes, more than ${MAX_SURFACE_BYTES}`, {
      path: Object.keys(files).join(", "),
      remedy: "Move what must not change into files of their own.",
    });
  }
}

/** The changed surface, or why the change cannot be applied. */
export type Applied = { readonly files: Files } | { readonly problem: string };

/** Applies a proposed change to the champion's content. A proposal is hostile: whatever is off is a problem. */
export function applyChange(champion: Files, change: Change): Applied {
  const files: Record<string, string> = { ...champion };
  const problem = edit(files, change);
  if (problem !== undefined) return { problem };
  const bytes = Object.values(files).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (bytes > MAX_SURFACE_BYTES) return { problem: `the surface would have ${bytes} bytes` };
  if (Object.values(files).some((text) => !text.isWellFormed())) return { problem: "the text is not valid Unicode" };
  if (Object.keys(champion).every((path) => files[path] === champion[path])) {
    return { problem: "the proposal changes nothing" };
  }
  return { files };
}

function edit(files: Record<string, string>, change: Change): string | undefined {
  switch (change.kind) {
    case "files":
      return editFiles(files, change.files);
    case "edits":
      for (const { path, search, replace } of change.edits) {
        const problem = editOnce(files, path, search, replace);
        if (problem !== undefined) return problem;
      }
      return undefined;
    case "unusable":
      return change.reason;
    case "diff":
      return editByDiff(files, change.diff);
  }
}

const outside = (path: string): string => `"${path.slice(0, 200)}" is not part of the surface`;

function editFiles(files: Record<string, string>, content: Files): string | undefined {
  for (const [path, text] of Object.entries(content)) {
    if (!Object.hasOwn(files, path)) return outside(path);
    files[path] = text;
  }
  return undefined;
}

function editOnce(files: Record<string, string>, path: string, search: string, replace: string): string | undefined {
  const text = Object.hasOwn(files, path) ? files[path] : undefined;
  if (text === undefined) return outside(path);
  const at = text.indexOf(search);
  if (at === -1) return `the text to replace does not stand in "${path}"`;
  if (text.indexOf(search, at + 1) !== -1) return `the text to replace stands more than once in "${path}"`;
  files[path] = text.slice(0, at) + replace + text.slice(at + search.length);
  return undefined;
}

function editByDiff(files: Record<string, string>, diff: string): string | undefined {
  let patches;
  try {
    patches = parsePatch(diff);
  } catch (error) {
    return `the diff cannot be read: ${(error as Error).message}`;
  }
  if (patches.every((patch) => patch.hunks.length === 0)) return "the diff is empty";
  for (const patch of patches) {
    const path = (patch.newFileName ?? patch.oldFileName ?? "").replace(/^[ab]\//, "");
    const text = Object.hasOwn(files, path) ? files[path] : undefined;
    if (text === undefined) return outside(path);
    const changed = applyPatch(text, patch, { fuzzFactor: 0 });
    if (changed === false) return `the diff does not apply to "${path}"`;
    files[path] = changed;
  }
  return undefined;
}
