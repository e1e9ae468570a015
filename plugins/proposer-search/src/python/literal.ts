import type { Value } from "../surface/tune.ts";

const WORDS = new Map<string, Value>([
  ["True", true],
  ["False", false],
  ["None", null],
]);

/** The value of a literal that the search can change: a real number, a word or a plain string; else `undefined`. */
export function literalValue(text: string): Value | undefined {
  if (WORDS.has(text)) return WORDS.get(text);
  if (/^[.\d]/.test(text)) {
    const value = Number(text.replaceAll("_", "").replace(/\.(?=$|[eE])/, ""));
    const exact = Number.isInteger(value) && !isFloat(text) ? Number.isSafeInteger(value) : Number.isFinite(value);
    return exact ? value : undefined;
  }
  // With escapes, prefixes or three quotes it is left alone.
  const plain = /^(?:"([^"\\]*)"|'([^'\\]*)')$/.exec(text);
  return plain === null || /^(?:""|'')./.test(text) ? undefined : (plain[1] ?? plain[2]);
}

/** Whether a number is a float: other than in JavaScript, 1 and 1.0 are not the same. */
export function isFloat(text: string): boolean {
  return !/^-?0[xob]/i.test(text) && /[.e]/i.test(text);
}

/** How a value is written. */
export function writeLiteral(value: Value): string {
  for (const [word, meaning] of WORDS) if (meaning === value) return word;
  return JSON.stringify(value);
}

/** The canonical token of a literal: its value, however it is written. A minus before it is part of it. */
export function literalToken(text: string): string {
  if (!/^-?[.\d]/.test(text)) {
    const value = literalValue(text);
    return typeof value === "string" ? JSON.stringify(value) : text;
  }
  const [, sign = "", digits = ""] = /^(-?)(.*)$/.exec(text.replaceAll("_", "").toLowerCase()) ?? [];
  if (digits.endsWith("j")) return `#${sign}${Number(digits.slice(0, -1))}j`;
  if (isFloat(digits)) return `#${sign}${Number(digits)}f`;
  return `#${sign}${BigInt(/^0[0_]*$/.test(digits) ? "0" : digits)}`;
}
