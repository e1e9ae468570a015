import type { Tree } from "@lezer/common";
import { parser } from "@lezer/python";

/** Text that the parser understands, and where its places lie in the text that was given. */
export interface Spelled {
  readonly tree: Tree;
  readonly text: string;
  /** The place in the original text. */
  original(at: number): number;
}

/** Puts text into the place of so many characters. */
interface Edit {
  readonly at: number;
  readonly cut: number;
  readonly text: string;
}

/** Strings and comments, so that what stands in them is not taken for code; and what may need another spelling. */
const TOKEN =
  /#[^\r\n]*|[a-z]{0,2}(?:"""(?:\\[\s\S]|[^\\])*?"""|'''(?:\\[\s\S]|[^\\])*?'''|"(?:\\[\s\S]|[^"\\\r\n])*"|'(?:\\[\s\S]|[^'\\\r\n])*')|(?<![\w.)\]}])\d[\d_]*\.(?![\w.])|(?<![\w.])yield(?=[ \t\f]*(?:[\r\n)\];:,#]|$))|(?<=^[ \t\f]*case[ \t].*[\w.])\([ \t]*\)|(?<=^[ \t\f]*(?:async[ \t]+)?with[ \t]*)\(|\r\n|[()[\]{}\r\n,]/gimu;

/**
 * Parses Python. Some spellings that everybody uses are unknown to the parser: `1.`, a `yield` of nothing, `case A():`,
 * brackets around all that a `with` opens. They are spelled as it knows them, which means the same.
 */
export function parsePython(text: string): Spelled {
  const tree = parser.parse(text);
  const plain = { tree, text, original: (at: number) => at };
  if (firstError(tree) === undefined) return plain;
  const edits = editsOf(text);
  if (edits.length === 0 || edits.length > MOST_EDITS) return plain;
  let full = "";
  let from = 0;
  const places: number[] = [];
  for (const { at, cut, text: more } of edits) {
    full += text.slice(from, at);
    places.push(full.length);
    full += more;
    from = at + cut;
  }
  full += text.slice(from);
  const again = parser.parse(full);
  // What the parser takes for text or for a comment must stay as it is.
  if (firstError(again) !== undefined || places.some((at) => isText(again, at))) return plain;
  return { tree: again, text: full, original: (at) => originalOf(at, edits, places) };
}

const MOST_EDITS = 2_000;

/** Nobody writes longer lines, and looking back from each of their brackets would take long. */
const LONGEST_LINE = 2_000;

function editsOf(text: string): Edit[] {
  if (text.split(/[\r\n]/).some((line) => line.length > LONGEST_LINE)) return [];
  const tokens = [...text.matchAll(TOKEN)].map(({ 0: token, index }) => ({ token, index, end: index + token.length }));
  const found: Edit[] = [];
  for (const [position, { token, index, end }] of tokens.entries()) {
    if (token === "yield") found.push({ at: end, cut: 0, text: " None" });
    else if (/^\([ \t]*\)$/.test(token)) found.push({ at: end - 1, cut: 0, text: "_" });
    else if (/^\d/.test(token)) found.push({ at: end, cut: 0, text: "0" });
    else if (token === "(" && /\bwith[ \t]*$/.test(text.slice(Math.max(0, index - 40), index)))
      found.push(...withoutBrackets(text, tokens.slice(position, position + 500)));
  }
  return found.toSorted((a, b) => a.at - b.at);
}

interface Token {
  readonly token: string;
  readonly index: number;
  readonly end: number;
}

/** `with (a as b, c as d):` without its brackets; nothing where these hold something else. */
function withoutBrackets(text: string, tokens: readonly Token[]): Edit[] {
  const found: Edit[] = [];
  let depth = 0;
  let comma: Token | undefined;
  for (const each of tokens) {
    const { token, index, end } = each;
    if (/^[([{]$/.test(token)) depth += 1;
    else if (/^[)\]}]$/.test(token)) depth -= 1;
    else if (/^(?:\r\n?|\n)$/.test(token) && depth === 1) found.push({ at: index, cut: 0, text: "\\" });
    else if (token.startsWith("#")) return [];
    if (depth === 0) {
      const start = tokens[0]?.index ?? 0;
      if (!/\bas\b/.test(text.slice(start, index)) || !/^[ \t]*:/.test(text.slice(end))) return [];
      const last = comma !== undefined && /^\s*$/.test(text.slice(comma.end, index)) ? [blank(comma.index)] : [];
      return [blank(start), ...found, ...last, blank(index)];
    }
    if (token === "," && depth === 1) comma = each;
  }
  return [];
}

const blank = (at: number): Edit => ({ at, cut: 1, text: " " });

function originalOf(at: number, edits: readonly Edit[], places: readonly number[]): number {
  let longer = 0;
  for (const [index, place] of places.entries()) {
    if (place >= at) break;
    const { text = "", cut = 0 } = edits[index] ?? {};
    longer += Math.min(text.length - cut, at - place);
  }
  return at - longer;
}

function isText(tree: Tree, at: number): boolean {
  const { name } = tree.resolve(at, -1);
  return name === "String" || name === "FormatString" || name === "Comment";
}

/** Where the parser lost its way. */
export function firstError(tree: Tree): number | undefined {
  let error: number | undefined;
  tree.iterate({
    enter: (node) => {
      if (node.type.isError) error ??= node.from;
      return error === undefined;
    },
  });
  return error;
}
