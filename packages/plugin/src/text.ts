import type { Json } from "./json.ts";

/** How {@link cleanText} treats a text. */
export interface CleanOptions {
  /** Characters that are kept at most; from the middle of a longer text the rest is left out, and that is said there. */
  readonly maxCharacters?: number;
}

// ECMA-48, with its eight-bit forms: OSC, DCS, SOS, PM and APC with their strings; CSI with its parameters; shorter
// sequences. A string that is not ended takes only its opening with it: else one escape could hide all that follows.
// No part can start inside of what another one scans, so that the time stays linear.
const ESCAPES = new RegExp(
  [
    String.raw`(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])(?:[^\u0007\u001b\u0090\u0098\u009c-\u009f]*(?:\u0007|\u001b\\|\u009c))?`,
    String.raw`(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?`,
    String.raw`\u001b[ -/]*[0-~]?`,
  ].join("|"),
  "gu",
);
// Controls but tab and line feed; whatever turns text around, hides in it or marks nothing: bidirectional marks, tags,
// zero-width characters, fillers, variation selectors, private and unassigned code points.
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}]/gu;
const STACKED_MARKS = /(\p{M}{2})\p{M}+/gu;
const DEFAULT_CHARACTERS = 65_536;

/** Takes out what a terminal would obey: whole escape sequences, of seven and of eight bits. */
export function stripEscapes(text: string): string {
  return text.replace(ESCAPES, "");
}

/**
 * Makes text of a hostile source fit to be kept, shown and given to a model: well-formed Unicode, no escape sequences,
 * no control or invisible characters but tabs and line breaks, at most two marks on a letter, and not longer than
 * `maxCharacters`. What is clean stays as it is.
 */
export function cleanText(text: string, { maxCharacters = DEFAULT_CHARACTERS }: CleanOptions = {}): string {
  // A giant is not even looked at in whole: what cleaning takes out is seldom more than three quarters.
  const giant = text.length > 8 * maxCharacters;
  const head = clean(giant ? text.slice(0, 4 * maxCharacters) : text);
  if (!giant && head.length <= maxCharacters) return head;
  const tail = giant ? clean(text.slice(-4 * maxCharacters)) : head;
  const whole = giant ? text.length : head.length;
  const mark = (left: number): string => `\n[… ${left} characters left out …]\n`;
  const room = Math.max(0, maxCharacters - mark(whole).length);
  const before = head.slice(0, Math.ceil(room * 0.6));
  const after = tail.slice(tail.length - Math.min(tail.length, room - Math.ceil(room * 0.6)));
  // A cut may fall into the middle of a pair of surrogates.
  const kept = `${before.replace(/[\ud800-\udbff]$/u, "")}${mark(whole - before.length - after.length)}${after.replace(/^[\udc00-\udfff]/u, "")}`;
  return kept.slice(0, maxCharacters);
}

/** As {@link cleanText}, for every string of a JSON value, keys included. */
export function cleanJson<T extends Json>(value: T, options: CleanOptions = {}): T {
  const walk = (each: Json): Json => {
    if (typeof each === "string") return cleanText(each, options);
    if (Array.isArray(each)) return each.map(walk);
    if (typeof each !== "object" || each === null) return each;
    return Object.fromEntries(Object.entries(each).map(([key, item]) => [cleanText(key, options), walk(item)]));
  };
  return walk(value) as T;
}

function clean(text: string): string {
  return stripEscapes(text.toWellFormed())
    .replace(/\r\n?|[\u2028\u2029]/gu, "\n")
    .replace(INVISIBLE, (character) => (character === "\n" || character === "\t" ? character : ""))
    .replace(STACKED_MARKS, "$1");
}
