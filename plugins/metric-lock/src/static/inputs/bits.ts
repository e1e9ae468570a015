/** Constants that stand for a limit of the machine rather than for data. */
const ROUND = 4;

/**
 * How much a number could tell, in bits: its significant digits in whichever of the usual notations is shortest.
 * 0.25 has two digits, 1e6 has one, 0xffffffff is a power of two less one.
 */
export function bitsOfNumber(value: number | bigint): number {
  if (typeof value === "bigint") return bitsOfInteger(value < 0n ? -value : value);
  const size = Math.abs(value);
  if (!Number.isFinite(size) || size === 0) return 0;
  const digits = size.toExponential().replace(/e.*/, "").replace(".", "").replace(/0+$/, "");
  const decimal = Math.log2(Number(digits) + 1);
  const power = Math.log2(size);
  if (Number.isInteger(power)) return Math.min(decimal, ROUND);
  return Number.isSafeInteger(size) ? Math.min(decimal, bitsOfInteger(BigInt(size))) : decimal;
}

function bitsOfInteger(value: bigint): number {
  if (value < 2n) return 1;
  const binary = value.toString(2);
  // Powers of two, and their neighbours.
  if (/^10*1?$/.test(binary) || /^1+0?$/.test(binary)) return ROUND;
  const hex = value.toString(16).replace(/0+$/, "");
  const decimal = value.toString().replace(/0+$/, "");
  return Math.min(hex.length * 4, decimal.length * Math.log2(10));
}

const CODE_BITS_PER_CHARACTER = 4.5;
const SHORT_RUN = 4;
const ENCODED_ALPHABET = 38;
const MOST_WORDS = 0.3;
const RUN = /[A-Za-z]+|\d+|[^A-Za-z\d\s]+/g;
const VOWEL = /[aeiouy]/i;

/**
 * How much a text could tell beyond what words do, in bits. Runs of letters that read like words count nothing; runs of
 * digits and of letters as no language has them count by the size of their own alphabet.
 */
export function bitsOfText(written: string): number {
  const text = withoutRuns(written);
  // Letters and digits that alternate are one code, and so is a long text without any space.
  const dense = text.length >= 16 && !/[\s,;|:]/.test(text) && /\d/.test(text) && /[A-Za-z]/.test(text);
  if (dense) return text.length * alphabet(text);
  // So is a short one that goes to and fro between them more often than names do.
  const turns = text.match(/\d[A-Za-z]|[A-Za-z]\d/g)?.length ?? 0;
  if (turns >= 2 && text.length >= 5 && text.length <= 64 && /^[\w-]+$/.test(text))
    return text.length * CODE_BITS_PER_CHARACTER;
  if (isEncoded(text)) return text.length * alphabet(text);
  let bits = 0;
  for (const [run] of text.matchAll(RUN)) {
    if (/^[A-Za-z]/.test(run) && isWord(run)) continue;
    if (/^[\p{P}\p{S}]/u.test(run)) continue;
    bits += run.length * alphabet(run);
  }
  return bits;
}

/** `abcdef…` tells no more than where it begins. */
function withoutRuns(text: string): string {
  let kept = "";
  for (let from = 0, to = 1; from < text.length; from = to, to += 1) {
    while (to < text.length && text.charCodeAt(to) === text.charCodeAt(to - 1) + 1) to += 1;
    kept += to - from > SHORT_RUN ? text.charAt(from) : text.slice(from, to);
  }
  return kept;
}

/** Whether a long text uses most of the characters that there are, and hardly any words: base 85 and its like. */
function isEncoded(text: string): boolean {
  if (text.length < 64 || new Set(text).size < ENCODED_ALPHABET) return false;
  const words = text.match(/[A-Za-z]?[a-z]{3,}|[A-Z]{4,}/g)?.filter(isWord) ?? [];
  return words.reduce((sum, word) => sum + word.length, 0) < text.length * MOST_WORDS;
}

/** Bits per character, by how many different ones there are. */
const alphabet = (text: string): number => Math.log2(Math.max(2, new Set(text).size));

/** Whether letters could be a word, or several in camel case, of some language. */
function isWord(run: string): boolean {
  if (run.length <= 3) return true;
  if (run.length > 30 || !VOWEL.test(run)) return run.length <= 5;
  if (/[b-df-hj-np-tv-z]{6}/i.test(run) || /[aeiou]{5}/i.test(run)) return false;
  // `URLParser` and `weekendFactor` change case where a word begins; codes do everywhere.
  const changes = run.match(/[a-z][A-Z]|[A-Z]{2}[a-z]/g)?.length ?? 0;
  return changes <= 1 + run.length / 4;
}
