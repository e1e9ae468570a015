import type { Files } from "@pawl/plugin";

/**
 * Whether a candidate has a word that the champion has nowhere: in its code, in a text or in a comment. Anything that is not
 * a plain number, white space or punctuation of ASCII counts as a word, escapes and invisible characters included.
 */
export function bringsWords(candidate: Files, champion: Files): boolean {
  const known = answers.get(candidate);
  if (known?.champion === champion) return known.brings;
  const brings = compare(candidate, champion);
  answers.set(candidate, { champion, brings });
  return brings;
}

const answers = new WeakMap<Files, { readonly champion: Files; readonly brings: boolean }>();

function compare(candidate: Files, champion: Files): boolean {
  const known = wordsOf(champion);
  return Object.entries(candidate).some(
    ([path, text]) => !Object.hasOwn(champion, path) || (champion[path] !== text && hasOthers(text, known)),
  );
}

// A number goes with the letters in it, such as `0x1f` and `1e9`; a name never begins with a digit.
const WORDS = /\d[\w.]*|[\w$\\\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\uffff]+/g;
const isNumber = (word: string): boolean => word.charCodeAt(0) >= 0x30 && word.charCodeAt(0) <= 0x39;

const cache = new WeakMap<Files, ReadonlySet<string>>();

function wordsOf(files: Files): ReadonlySet<string> {
  let words = cache.get(files);
  if (words === undefined) {
    words = new Set(Object.values(files).flatMap((text) => text.match(WORDS) ?? []));
    cache.set(files, words);
  }
  return words;
}

function hasOthers(text: string, known: ReadonlySet<string>): boolean {
  for (const [word] of text.matchAll(WORDS)) if (!isNumber(word) && !known.has(word)) return true;
  return false;
}
