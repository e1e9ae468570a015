/** A literal's value. */
export type Value = number | string | boolean | null;

/** What a `@tune` comment allows. */
export type Tune =
  | {
      readonly kind: "range";
      readonly min: number;
      readonly max: number;
      readonly log: boolean;
      readonly type: NumberType;
    }
  | { readonly kind: "choice"; readonly options: readonly Value[] }
  | { readonly kind: "off" };

/** `as-written`: an integer where the literal and the bounds are written as integers. */
export type NumberType = "int" | "float" | "as-written";

const NUMBER = String.raw`[+-]?(?:\d[\d_]*\.?\d*|\.\d+)(?:e[+-]?\d+)?`;
const RANGE = new RegExp(
  String.raw`^((?:(?:int|float|log)\s+)*)(${NUMBER})\s*\.\.\s*(${NUMBER})((?:\s+(?:int|float|log)\b)*)(.*)$`,
  "i",
);
/** After the range or the options, a remark may follow. */
const REMARK = /^\s*(?:$|[:;,#()–—-])/;

/**
 * The `@tune` instruction of a comment: `undefined` where there is none, a string that says what is wrong with it.
 * It stands at the comment's start: one that only speaks of `@tune` is prose.
 */
export function parseTune(comment: string): Tune | string | undefined {
  const at = /^[\s*#]*@tune\b\s*(.*)/.exec(comment);
  if (at === null) return undefined;
  const rest = (at[1] ?? "").trim();
  if (/^off\b/.test(rest)) return { kind: "off" };
  return parseRange(rest) ?? parseOptions(rest) ?? `"@tune ${rest}" is not understood`;
}

function parseRange(rest: string): Tune | string | undefined {
  const match = RANGE.exec(rest);
  if (match === null) return undefined;
  const [, before = "", low = "", high = "", after = "", remark = ""] = match;
  if (!REMARK.test(remark)) return `"@tune ${rest}" is not understood from "${remark.trim()}" on`;
  const words = `${before} ${after}`.toLowerCase();
  const min = Number(low.replaceAll("_", ""));
  const max = Number(high.replaceAll("_", ""));
  if (!(min < max) || !Number.isFinite(max - min)) return `the range ${low}..${high} is empty`;
  const log = words.includes("log");
  if (log && min <= 0) return `a logarithmic range must start above 0, and this one starts at ${low}`;
  const whole = Number.isInteger(min) && Number.isInteger(max) && !/[.e]/i.test(low + high);
  // 0..1 is the range of shares and probabilities; whoever means a switch says `int`.
  const type = words.includes("int")
    ? "int"
    : words.includes("float") || !whole || max - min <= 1
      ? "float"
      : "as-written";
  return { kind: "range", min, max, log, type };
}

function parseOptions(rest: string): Tune | string | undefined {
  const list = rest.startsWith("[") ? rest.slice(0, rest.lastIndexOf("]") + 1) : undefined;
  const remark = list === undefined ? "" : rest.slice(list.length);
  let options: unknown;
  try {
    options = list === undefined ? rest.split("|").map(parseOption) : JSON.parse(list);
  } catch {
    return undefined;
  }
  if (!Array.isArray(options) || !options.every(isValue) || !REMARK.test(remark)) return undefined;
  const distinct = [...new Set(options)];
  return distinct.length < 2 ? "a choice needs two different options" : { kind: "choice", options: distinct };
}

function parseOption(text: string): unknown {
  // True, False and None as well: the comment may stand in a Python file.
  return JSON.parse(/^\s*(?:True|False)\s*$/.test(text) ? text.toLowerCase() : text.replace(/^\s*None\s*$/, "null"));
}

export function isValue(value: unknown): value is Value {
  return value === null || typeof value === "number" || typeof value === "string" || typeof value === "boolean";
}
