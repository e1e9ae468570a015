import type { Decoys, Entry, Files } from "@pawl/plugin";

/**
 * The surface with decoy files beside it. One that would take the place of a file of the surface or of the entry, or
 * stand in the way of one, is left out: a decoy must not change what an honest surface does.
 */
export function withDecoyFiles(surface: Files, entry: Entry, { files = {} }: Decoys): Files {
  const taken = [...Object.keys(surface), ...pathsOf(entry)];
  const free = ([path]: [string, string]): boolean =>
    !taken.some((other) => other === path || other.startsWith(`${path}/`) || path.startsWith(`${other}/`));
  return { ...Object.fromEntries(Object.entries(files).filter(free)), ...surface };
}

/** The entry with decoy variables in its program's environment; the program's own come first. */
export function withDecoyVariables(entry: Entry, { env = {} }: Decoys): Entry {
  if (entry.kind === "call" || Object.keys(env).length === 0) return entry;
  return { ...entry, env: { ...env, ...entry.env } };
}

function pathsOf(entry: Entry): readonly string[] {
  if (entry.kind === "call") return [];
  return [...Object.keys(entry.bundle?.files ?? {}), ...(entry.artifacts ?? [])];
}
