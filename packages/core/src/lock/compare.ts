import type { Json } from "@pawl/plugin";

/** One line per difference, such as `limits.wallMs: 2000 → 3000`, sorted by path. */
export function compareLocks(locked: Json, found: Json): string[] {
  const before = new Map(flatten(locked, ""));
  const after = new Map(flatten(found, ""));
  const paths = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  return paths.flatMap((path) => {
    const was = before.get(path);
    const is = after.get(path);
    if (was === is) return [];
    if (was === undefined) return [`${path}: added (${is})`];
    if (is === undefined) return [`${path}: removed (was ${was})`];
    return [`${path}: ${was} → ${is}`];
  });
}

/** Leaves of nested data with their paths; digests are shortened, they only need to be told apart by eye. */
function flatten(value: Json, path: string): [path: string, text: string][] {
  if (typeof value !== "object" || value === null) return [[path, JSON.stringify(value)]];
  if (Array.isArray(value)) {
    if (value.length === 0) return [[path, "[]"]];
    return value.flatMap((item, index) => flatten(item, `${path}[${index}]`));
  }
  const entries = Object.entries(value as Record<string, Json>);
  if (entries.length === 0) return [[path, "{}"]];
  return entries.flatMap(([key, item]) => flatten(item, path === "" ? key : `${path}.${key}`));
}
