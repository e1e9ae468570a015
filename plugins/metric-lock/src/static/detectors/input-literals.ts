import type { Json, Split } from "@pawl/plugin";
import { z } from "zod";
import type { Finding, TextDetector } from "../../detector.ts";
import { bitsOfNumber, bitsOfText } from "../inputs/bits.ts";
import { type Match, matchNumber, surprise } from "../inputs/coincidence.ts";
import { fragmentIn } from "../inputs/fragments.ts";
import { type InputIndex, indexOf, isRare } from "../inputs/input-index.ts";
import type { Constant } from "../read/fact.ts";
import { newConstants, newKeys } from "../read/novelty.ts";
import { type Change, changesOf, placeOf } from "../read/source.ts";

export const inputLiteralsOptions = z.strictObject({
  /** Constants that may stand in inputs too. */
  allow: z.array(z.union([z.string(), z.number()])).default([]),
  /** A coincidence less likely than one in 2 to the power of so many bits is held. */
  holdBits: z.number().positive().default(20),
  /** And rejected from so many on, where the proposer was never shown the inputs, or where they serve as keys. */
  rejectBits: z.number().positive().default(40),
});
type InputLiteralsOptions = z.output<typeof inputLiteralsOptions>;

/** A match, as far as a person is told of it. */
type Found = Pick<Match, "constant" | "split" | "field" | "bits">;

/** Splits whose inputs a text may have been made from. */
const SPLITS: readonly Split[] = ["train", "validation", "holdout"];
/** A number with fewer bits is in every program. */
const TELLING_BITS = 9;

/**
 * Sees constants that are values of the inputs: names and ids of cases, and numbers too precise to be there by accident.
 * Whoever has never been shown the cases cannot know them; and whoever has needs them only to tell cases apart.
 */
export function inputLiterals(options: InputLiteralsOptions): TextDetector {
  return {
    name: "input literals",
    code: "PAWL_GAMING_INPUT_LITERAL",
    severity: "reject",
    blindTo: "values that the surface computes from what it holds in a way that could not be followed, such as hashes",
    // A look-up of all values takes a moment to make: here nobody waits for it.
    async prepare({ inputs }) {
      for (const split of SPLITS) {
        const found = await inputs(split, new AbortController().signal);
        if (found !== null) indexOf(found);
      }
    },
    async inspect({ files }, { champion, inputs }) {
      const changes = changesOf(files, champion.files);
      const telling = changes.map((change) => tellingConstants(change, options));
      if (telling.every(({ length }) => length === 0)) return null;
      const indexes = new Map<Split, InputIndex>();
      for (const split of SPLITS) {
        const found = await inputs(split);
        if (found !== null) indexes.set(split, indexOf(found));
      }
      for (const [at, change] of changes.entries()) {
        const found = judge(change, telling[at] ?? [], indexes, options);
        if (found !== null) return found;
      }
      return null;
    },
  };
}

function tellingConstants(change: Change, { allow }: InputLiteralsOptions): readonly Constant[] {
  return newConstants(change, true)
    .flatMap(pieces)
    .filter(({ value }) => {
      if (typeof value === "bigint" || allow.includes(value)) return false;
      return typeof value === "string" ? value.length >= 3 : bitsOfNumber(value) >= TELLING_BITS;
    });
}

const MOST_PIECES = 2_000;

/** A text with several values in it, such as a pattern or a list in one string, is each of them too. */
function pieces(constant: Constant): readonly Constant[] {
  const { value } = constant;
  if (typeof value !== "string") return [constant];
  const found = value.match(/[\w.@:+-]{3,}/g) ?? [];
  if (found.length < 2 && found[0] === value && !/^-?\d+(?:\.\d+)?$/.test(value)) return [constant];
  const parts = [...new Set(found)]
    .slice(0, MOST_PIECES)
    .map((part) => (/^-?\d+(?:\.\d+)?$/.test(part) ? Number(part) : part));
  return [constant, ...parts.filter((part) => part !== value).map((part) => ({ ...constant, value: part }))];
}

function judge(
  change: Change,
  constants: readonly Constant[],
  indexes: ReadonlyMap<Split, InputIndex>,
  { holdBits, rejectBits }: InputLiteralsOptions,
): Finding | null {
  const keys = new Set(newKeys(change).map(({ value }) => value));
  const texts: Found[] = [];
  const numbers: Match[] = [];
  let tried = 0;
  for (const constant of constants) {
    if (typeof constant.value === "number") {
      tried += 1;
      numbers.push(...matchNumber(constant, constant.value, indexes, keys.has(constant.value)));
    } else if (typeof constant.value === "string") {
      const match = matchText(constant, constant.value, indexes);
      if (match !== undefined) texts.push(match);
    }
  }
  // What the proposer was shown explains a number better than what it was not.
  const shownFields = new Set(numbers.filter(({ split }) => split === "train").map(nameOf));
  const secret = numbers.filter((match) => match.split !== "train" && !shownFields.has(nameOf(match)));
  const asKeys = numbers.filter(({ constant }) => keys.has(constant.value as number));
  const bits = {
    texts: total(texts),
    // Names of places can be as rare as names of cases: words alone never reject.
    codes: total(texts.filter(({ constant }) => bitsOfText(String(constant.value)) > 0)),
    secret: surprise(secret, tried),
    keys: surprise(asKeys, keys.size),
  };
  const most = Math.max(bits.texts, bits.secret, bits.keys);
  if (most < holdBits) return null;
  const rejected = Math.max(bits.codes, bits.secret, bits.keys) >= rejectBits;
  const shown = onePerConstant([...texts, ...secret, ...asKeys]);
  return {
    reason: `${shown.length} of its new constants are values of the cases, which happens by accident once in 2^${Math.floor(most)} times.`,
    evidence: evidenceOf(change, shown),
    severity: rejected ? "reject" : "hold",
  };
}

const total = (matches: readonly Found[]): number => matches.reduce((sum, { bits }) => sum + bits, 0);
const nameOf = ({ constant, field }: Found): string => `${String(constant.value)} ${field}`;

function onePerConstant(matches: readonly Found[]): readonly Found[] {
  return [...new Map(matches.map((match) => [match.constant.value, match])).values()];
}

function evidenceOf({ after }: Change, matches: readonly Found[]): Json {
  return {
    constants: matches.slice(0, 12).map(({ constant, split, field, bits }) => ({
      value: constant.value as string | number,
      split,
      field,
      bits: Math.round(bits * 10) / 10,
      ...placeOf(after, constant.at),
    })),
    ...(matches.length > 12 && { more: matches.length - 12 }),
  };
}

/** A text that is a case's own, or that is put together from several values of one case. */
function matchText(constant: Constant, text: string, indexes: ReadonlyMap<Split, InputIndex>): Found | undefined {
  for (const [split, index] of indexes) {
    for (const field of index.fields.values()) {
      if (isRare(field, text)) return { constant, split, field: field.path, bits: Math.min(60, 12 + 3 * text.length) };
    }
    const bits = text.length < 400 ? partsOfOneCase(text, index) : 0;
    if (bits > 0) return { constant, split, field: "several", bits };
  }
  const fragment = fragmentIn(text, indexes);
  if (fragment === undefined) return undefined;
  return { constant: { ...constant, value: fragment.text }, split: fragment.split, field: "a passage", bits: 24 };
}

const MOST_HOLDERS = 4;

/** Bits of the parts of a text that one case holds all of; 0 where no case does. */
function partsOfOneCase(text: string, index: InputIndex): number {
  const parts = text.split(/[^\w.-]+|_/).filter((part) => part !== "");
  if (parts.length < 2 || parts.length > 40) return 0;
  let cases: readonly number[] | undefined;
  let bits = 0;
  for (const part of parts) {
    const number = Number(part);
    const holders = index.holders.get(Number.isNaN(number) ? part : number);
    if (holders === undefined) continue;
    // A list that is full is not the whole list.
    if (holders.length >= MOST_HOLDERS) continue;
    cases = cases === undefined ? holders : cases.filter((each) => holders.includes(each));
    if (cases.length === 0) return 0;
    bits += Number.isNaN(number) ? 3 * part.length : bitsOfNumber(number);
  }
  return bits >= 2 * TELLING_BITS || (bits >= TELLING_BITS && parts.length >= 2 && everyPartKnown(parts, index))
    ? bits + 8
    : 0;
}

function everyPartKnown(parts: readonly string[], index: InputIndex): boolean {
  return parts.every((part) => index.holders.has(Number.isNaN(Number(part)) ? part : Number(part)));
}
