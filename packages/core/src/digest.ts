import { hash } from "node:crypto";
import type { Json } from "@pawl/plugin";

/** Taken when this module is loaded: exports of Node can be exchanged later, and hash objects share a prototype. */
const hashOnce = hash;

/** `sha256:` and 64 hex digits, as the lock shows it. */
export type Digest = `sha256:${string}`;

export function sha256(content: string | Uint8Array): Digest {
  return `sha256:${hashOnce("sha256", content, "hex")}`;
}

/** The same value with the keys of every object in order, so that its JSON text depends on nothing else. */
export function sortKeys(value: Json): Json {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sortKeys(item)]));
}

/**
 * Plain data of a value that came from a config: functions and patterns become text that changes when they do.
 */
export function toJson(value: unknown): Json {
  if (typeof value === "function") return `function ${sha256(String(value))}`;
  if (value instanceof RegExp || value instanceof URL || typeof value === "bigint") return String(value);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Map) return toJson([...value]);
  if (value instanceof Set) return toJson([...value]);
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    return Object.fromEntries(entries.map(([key, item]) => [key, toJson(item)]));
  }
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  return value === undefined ? null : (value as Json);
}
