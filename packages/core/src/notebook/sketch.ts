import type { Files } from "@pawl/plugin";
import { type Token, tokensOf } from "./tokens.ts";

/**
 * What a change consists of: hashes of the runs of tokens that it adds and removes, ascending, the smallest of them
 * where there are many. New names are numbered in their order, so that it does not matter which ones were chosen.
 */
export type Sketch = Uint32Array;

/** Tokens in a run. */
const RUN = 3;
/** Hashes that are kept: enough to tell a likeness of 0.9 from one of 0.8. */
const SIZE = 512;
const REMOVED = 0x9e3779b9;

/** The sketch of the change from one content of the surface to another. */
export function sketchOf(before: Files, after: Files): Sketch {
  const changed = new Set<number>();
  const names = namesOf(before);
  const fresh = new Map<string, string>();
  for (const path of [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted()) {
    const [from, to] = [before[path] ?? "", after[path] ?? ""];
    if (from === to) continue;
    const renamed = tokensOf(path, to).map(({ text, name }) => {
      if (!name || names.has(text)) return text;
      const known = fresh.get(text) ?? `name ${fresh.size + 1}`;
      fresh.set(text, known);
      return known;
    });
    const counts = new Map<number, number>();
    const count = (hashes: readonly number[], step: number): void => {
      for (const hash of hashes) counts.set(hash, (counts.get(hash) ?? 0) + step);
    };
    count(runsOf(path, renamed), 1);
    count(runsOf(path, tokensOf(path, from).map(textOf)), -1);
    for (const [hash, difference] of counts) {
      if (difference > 0) changed.add(mix(hash));
      if (difference < 0) changed.add(mix(hash ^ REMOVED));
    }
  }
  return Uint32Array.from(changed).toSorted().slice(0, SIZE);
}

/** How much two changes have in common, from 0 to 1: the Jaccard index, estimated from the smallest hashes of both. */
export function similarity(a: Sketch, b: Sketch): number {
  if (a.length === 0 || b.length === 0) return a.length === b.length ? 1 : 0;
  let [i, j, seen, common] = [0, 0, 0, 0];
  while (seen < SIZE && (i < a.length || j < b.length)) {
    const [one, other] = [a[i] ?? Number.POSITIVE_INFINITY, b[j] ?? Number.POSITIVE_INFINITY];
    if (one === other) common += 1;
    if (one <= other) i += 1;
    if (other <= one) j += 1;
    seen += 1;
  }
  return common / seen;
}

const textOf = ({ text }: Token): string => text;

const lastNames: { files: Files | undefined; names: ReadonlySet<string> } = { files: undefined, names: new Set() };

/** Many changes start from the same content, one after the other. */
function namesOf(files: Files): ReadonlySet<string> {
  if (lastNames.files !== files) {
    const all = Object.entries(files).flatMap(([path, text]) => tokensOf(path, text));
    lastNames.names = new Set(all.filter(({ name }) => name).map(textOf));
    lastNames.files = files;
  }
  return lastNames.names;
}

function runsOf(path: string, tokens: readonly string[]): number[] {
  const seed = hashOf(path);
  const hashes = ["", ...tokens, ""].map(hashOf);
  const runs: number[] = [];
  for (let end = RUN; end <= hashes.length; end += 1) {
    let run = seed;
    for (let at = end - RUN; at < end; at += 1) run = Math.imul(run ^ (hashes[at] as number), 0x01000193) >>> 0;
    runs.push(run);
  }
  return runs;
}

/** FNV-1a, 32 bits: http://www.isthe.com/chongo/tech/comp/fnv/ */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

/** Spreads hashes evenly, so that the smallest are a fair sample: the finaliser of MurmurHash3. */
function mix(value: number): number {
  let hash = value >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
