/** What makes a name before a quote a prefix of the string. */
export const STRING_PREFIX = /^(?:[rbuft]|br|rb|fr|rf|tr|rt)$/i;

/** Deeper than anyone nests replacement fields. */
const MAX_DEPTH = 50;

/**
 * The end of a string literal whose quotes start at `at`, or `undefined` where it has none. A backslash keeps the next
 * character from ending the string in raw strings too. In formatted strings the fields are skipped by their own
 * rules, since they may hold quotes of the same kind (Python 3.12, PEP 701).
 */
export function stringEnd(source: string, at: number, prefix: string, depth = 0): number | undefined {
  if (depth > MAX_DEPTH) return undefined;
  const quote = source[at] ?? "";
  const triple = source.startsWith(quote.repeat(3), at);
  const close = triple ? quote.repeat(3) : quote;
  const formatted = /[ft]/i.test(prefix);
  let i = at + close.length;
  while (i < source.length) {
    if (source.startsWith(close, i)) return i + close.length;
    const character = source[i];
    if (character === "\\") i += source.startsWith("\r\n", i + 1) ? 3 : 2;
    else if (!triple && (character === "\n" || character === "\r")) return undefined;
    else if (formatted && character === "{" && source[i + 1] === "{") i += 2;
    else if (formatted && character === "{") {
      const end = fieldEnd(source, i, depth + 1);
      if (end === undefined) return undefined;
      i = end;
    } else i += 1;
  }
  return undefined;
}

/** The end of a replacement field that starts with the brace at `at`. */
function fieldEnd(source: string, at: number, depth: number): number | undefined {
  if (depth > MAX_DEPTH) return undefined;
  let brackets = 0;
  let i = at + 1;
  while (i < source.length) {
    const character = source[i] as string;
    if (character === "}" && brackets === 0) return i + 1;
    if (character === ":" && brackets === 0) return specEnd(source, i + 1, depth);
    if (character === "#") {
      const newline = source.indexOf("\n", i);
      i = newline === -1 ? source.length : newline;
    } else if (character === '"' || character === "'") {
      const prefix = /[a-z]*$/i.exec(source.slice(Math.max(at, i - 2), i))?.[0] ?? "";
      const end = stringEnd(source, i, STRING_PREFIX.test(prefix) ? prefix : "", depth + 1);
      if (end === undefined) return undefined;
      i = end;
    } else {
      if ("([{".includes(character)) brackets += 1;
      else if (")]}".includes(character)) brackets -= 1;
      i += 1;
    }
  }
  return undefined;
}

/** The end of a field whose format, which starts at `at`, may hold fields of its own. */
function specEnd(source: string, at: number, depth: number): number | undefined {
  let i = at;
  while (i < source.length) {
    if (source[i] === "}") return i + 1;
    if (source[i] !== "{") {
      i += 1;
      continue;
    }
    const end = fieldEnd(source, i, depth + 1);
    if (end === undefined) return undefined;
    i = end;
  }
  return undefined;
}
