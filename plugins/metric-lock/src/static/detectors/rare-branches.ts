import type { Json, Split } from "@pawl/plugin";
import { z } from "zod";
import type { Finding, TextDetector } from "../../detector.ts";
import { bitsOfNumber, bitsOfText } from "../inputs/bits.ts";
import {
  type Field,
  type InputIndex,
  indexOf,
  isRare,
  isTelling,
  numbersOf,
  rankOf,
  chanceOf,
  decimalsOf,
} from "../inputs/input-index.ts";
import type { Test } from "../read/fact.ts";
import { type Key, newKeys } from "../read/novelty.ts";
import { type Change, changesOf, placeOf } from "../read/source.ts";

export const rareBranchesOptions = z.strictObject({
  /** Constants that may be compared with. */
  allow: z.array(z.union([z.string(), z.number()])).default([]),
  /** Values of single cases that a candidate may single out before it is held, and before it is rejected. */
  holdKeys: z.int().min(1).default(1),
  rejectKeys: z.int().min(1).default(4),
});
type RareBranchesOptions = z.output<typeof rareBranchesOptions>;

const SPLITS: readonly Split[] = ["train", "validation"];
/** A key with fewer bits is a word, a flag or a round number. */
const TELLING_BITS = 9;
/** And with fewer, where it is a part of the input itself that must equal it. */
const TELLING_BITS_COMPARED = 6.5;
/** So many bits in a key that no case holds: a hash, or a code for several values. */
const HASH_BITS = 24;
const MANY_HASHES = 3;
/** Keys with fewer bits, of which no case holds a single one, are codes as well when there are many. */
const CODE_BITS = 10;
/** Texts that so many values contain by accident say nothing. */
const MOST_ACCIDENTS = 0.05;
const MOST_KEYS = 500;
const MANY_CODES = 16;

/** Sees branches and tables that single out cases: equality with a value that one case in a thousand has. */
export function rareBranches(options: RareBranchesOptions): TextDetector {
  return {
    name: "rare branches",
    code: "PAWL_GAMING_RARE_BRANCH",
    severity: "hold",
    blindTo: "cases that are singled out by many wide ranges at once, as a deep tree does",
    async inspect({ files }, { champion, inputs }) {
      const suspects = changesOf(files, champion.files)
        .map((change) => ({ change, keys: tellingKeys(change, options), windows: windowsOf(change) }))
        .filter(({ keys, windows }) => keys.length + windows.length > 0);
      if (suspects.length === 0) return null;
      const indexes: InputIndex[] = [];
      for (const split of SPLITS) {
        const found = await inputs(split);
        if (found !== null) indexes.push(indexOf(found));
      }
      for (const { change, keys, windows } of suspects) {
        const found = judge(change, keys, windows, indexes, options);
        if (found !== null) return found;
      }
      return null;
    },
  };
}

const bitsOf = (value: string | number): number =>
  typeof value === "string" ? bitsOfText(value) : bitsOfNumber(value);

function tellingKeys(change: Change, { allow }: RareBranchesOptions): readonly Key[] {
  const telling = newKeys(change).filter(({ value, path }) => {
    if (allow.includes(value)) return false;
    if (typeof value === "string") return value.length >= 3;
    return bitsOf(value) >= (path === undefined ? TELLING_BITS : TELLING_BITS_COMPARED);
  });
  // Who has more of them is found out by the first ones.
  return telling.slice(0, MOST_KEYS);
}

interface Suspect {
  readonly value: string | number;
  readonly at: number;
  readonly why: string;
}

function judge(
  change: Change,
  keys: readonly Key[],
  windows: readonly Window[],
  indexes: readonly InputIndex[],
  options: RareBranchesOptions,
): Finding | null {
  const { rare, doubtful, codes, hashes } = sort(keys, indexes);
  for (const window of windows) {
    const why = narrow(window, indexes);
    // The leaf of a deep tree can be as narrow.
    if (why !== undefined) doubtful.push({ value: window.low, at: window.at, why });
  }
  const certain = [...rare, ...(hashes.length >= MANY_HASHES || hashes.some(({ compared }) => compared) ? hashes : [])];
  const found = [...new Set([...certain, ...doubtful, ...(codes.length >= MANY_CODES ? codes : [])])];
  if (found.length === 0 || (rare.length + doubtful.length === found.length && found.length < options.holdKeys))
    return null;
  const evidence: Json = {
    branches: found.slice(0, 12).map(({ value, at, why }) => ({ value, why, ...placeOf(change.after, at) })),
    ...(found.length > 12 && { more: found.length - 12 }),
  };
  return {
    reason: `It singles out cases by ${found.length} exact value${found.length === 1 ? "" : "s"}.`,
    evidence,
    severity: certain.length >= options.rejectKeys ? "reject" : "hold",
  };
}

/** Keys by how sure it is that they single out cases. */
interface Sorted {
  readonly rare: Suspect[];
  /** Words: names of places can be as rare as names of cases, and a person must tell. */
  readonly doubtful: Suspect[];
  /** Those that no case holds as they are. */
  readonly codes: Suspect[];
  /** Those of them with too many bits for a number of a category. */
  readonly hashes: (Suspect & { readonly compared: boolean })[];
}

function sort(keys: readonly Key[], indexes: readonly InputIndex[]): Sorted {
  const sorted: Sorted = { rare: [], doubtful: [], codes: [], hashes: [] };
  for (const { value, at, compared, ...key } of keys) {
    const bits = bitsOf(value);
    const field = rareField({ value, at, compared, ...key }, indexes);
    if (field !== undefined) {
      const list = typeof value === "string" && bits === 0 ? sorted.doubtful : sorted.rare;
      list.push({ value, at, why: `one of very few cases with this ${field}` });
    } else if (bits >= CODE_BITS && !indexes.some((index) => index.holders.has(value))) {
      const suspect = { value, at, compared, why: "a code that no case holds as it is" };
      sorted.codes.push(suspect);
      if (bits >= HASH_BITS) sorted.hashes.push(suspect);
    }
  }
  return sorted;
}

/** The field in which a key is one of very few, in its own unit or another. */
function rareField({ value, text, path, compared }: Key, indexes: readonly InputIndex[]): string | undefined {
  const values =
    typeof value === "number" && Number.isInteger(value) ? [value, value / 10, value / 100, value / 1_000] : [value];
  for (const index of indexes) {
    const own = path === undefined ? undefined : index.fields.get(path);
    if (text !== undefined && text.length >= 3) {
      const found = partOfFew(own === undefined ? [...index.fields.values()] : [own], text);
      if (found !== undefined) return found;
    }
    const fields = own === undefined ? index.fields.values() : [own];
    for (const field of fields) {
      const found = values.find((each) => isRare(field, each));
      // A table of numbers meets the values of some field or other by accident, if these lie densely.
      if (
        found !== undefined &&
        (own !== undefined || compared || typeof found === "string" || !isAccident(field, found, index))
      )
        return field.path;
    }
  }
  return undefined;
}

function isAccident(field: Field, value: number, index: InputIndex): boolean {
  return chanceOf(field, value, decimalsOf(value)) * index.fields.size > MOST_ACCIDENTS;
}

/** The field of which very few values contain a text, although each case has its own there. */
function partOfFew(fields: readonly Field[], text: string): string | undefined {
  for (const field of fields) {
    if (!isTelling(field)) continue;
    let found = 0;
    let places = 0;
    for (const value of field.counts.keys()) {
      if (typeof value !== "string") break;
      places += Math.max(0, value.length - text.length + 1);
      if (value.includes(text)) found += 1;
    }
    // A year is a part of some long number or other by accident; six digits are not.
    const accidents = places / (/^\d+$/.test(text) ? 10 : 26) ** text.length;
    if ((found === 1 || found === 2) && accidents < MOST_ACCIDENTS) return field.path;
  }
  return undefined;
}

interface Window {
  readonly path: string;
  readonly low: number;
  readonly high: number;
  readonly at: number;
}

/** Two-sided ranges of one field that are new. */
function windowsOf({ before, after }: Change): readonly Window[] {
  const found = new Map<string, Window>();
  const known = new Set(
    before?.facts.flatMap((fact) => (fact.op === "compare" ? [`${fact.name} ${fact.test.value}`] : [])),
  );
  for (const fact of after.facts) {
    if (fact.op !== "compare" || fact.test.path === undefined) continue;
    const { path } = fact.test;
    if (known.has(`${path} ${fact.test.value}`)) continue;
    const own = fact.conditions.filter((test) => test.path === path);
    const [above, below] = [highest(own), lowest(own)];
    if (above === undefined || below === undefined) continue;
    // `amount < 118.3 || amount > 118.4` singles out what it leaves.
    const [low, high] = [Math.min(above, below), Math.max(above, below)];
    found.set(`${path} ${low} ${high}`, { path, low, high, at: fact.at });
  }
  return [...found.values()];
}

const highest = (tests: readonly Test[]): number | undefined => bound(tests, /^>/, Math.max);
const lowest = (tests: readonly Test[]): number | undefined => bound(tests, /^</, Math.min);

function bound(tests: readonly Test[], operator: RegExp, of: (...values: number[]) => number): number | undefined {
  const values = tests.flatMap(({ operator: each, value }) =>
    operator.test(each) && typeof value === "number" ? [value] : [],
  );
  return values.length === 0 ? undefined : of(...values);
}

/** Why a range is too narrow to be a rule: it holds a case or two of a field, in the thick of it. */
function narrow({ path, low, high }: Window, indexes: readonly InputIndex[]): string | undefined {
  for (const index of indexes) {
    const field = index.fields.get(path);
    if (field === undefined || !isTelling(field)) continue;
    const inside = between(field, low, high);
    const numbers = numbersOf(field);
    const rank = rankOf(numbers, low) / numbers.length;
    if (inside.values > 0 && inside.cases <= Math.max(2, 0.001 * field.total) && rank > 0.02 && rank < 0.98) {
      return `only ${inside.cases} of ${field.total} cases have ${path} from ${low} to ${high}`;
    }
  }
  return undefined;
}

function between(field: Field, low: number, high: number): { values: number; cases: number } {
  const numbers = numbersOf(field);
  let cases = 0;
  let values = 0;
  for (let at = rankOf(numbers, low); at < numbers.length && (numbers[at] as number) <= high; at += 1) {
    values += 1;
    cases += field.counts.get(numbers[at] as number) ?? 0;
  }
  return { values, cases };
}
