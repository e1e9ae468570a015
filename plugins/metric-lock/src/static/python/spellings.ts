import type { Tree } from "@lezer/common";
import { parser } from "@lezer/python";

/** Text that the parser understands, and where its places lie in the text that was given. */
export interface Spelled {
  readonly tree: Tree;
  readonly text: string;
  /** The place in the original text. */
  original(at: number): number;
}

interface Insertion {
  /** In the original text. */
  readonly at: number;
  readonly text: string;
}

/** Strings, comments, numbers, and words, so that what stands in a string is not taken for code. */
const TOKEN =
  /#[^\r\n]*|[a-z]{0,2}(?:"""(?:\\[\s\S]|[\s\S])*?"""|'''(?:\\[\s\S]|[\s\S])*?'''|"(?:\\[\s\S]|[^"\\\r\n])*"|'(?:\\[\s\S]|[^'\\\r\n])*')|(?<![\w.)\]}])\d[\d_]*\.(?![\w.])|(?<![\w.])yield(?=[ \t\f]*(?:[\r\n)\];:,#]|$))|(?<=^[ \t\f]*case[ \t].*[\w.])\([ \t]*\)/gimu;

/**
 * Parses Python. Some spellings that everybody uses are unknown to the parser: `1.`, a `yield` of nothing, `case A():`.
 * They get the characters that mean the same in full.
 */
export function parsePython(text: string): Spelled {
  const tree = parser.parse(text);
  const plain = { tree, text, original: (at: number) => at };
  if (!fails(tree)) return plain;
  const insertions = missingIn(text);
  if (insertions.length === 0) return plain;
  let full = "";
  let from = 0;
  const places: number[] = [];
  for (const { at, text: more } of insertions) {
    full += text.slice(from, at);
    places.push(full.length);
    full += more;
    from = at;
  }
  full += text.slice(from);
  const again = parser.parse(full);
  // What the parser takes for text or for a comment must stay as it is.
  if (fails(again) || places.some((at) => isText(again, at))) return plain;
  return { tree: again, text: full, original: (at) => originalOf(at, insertions, places) };
}

function missingIn(text: string): Insertion[] {
  const found: Insertion[] = [];
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    const end = index + token.length;
    if (token === "yield") found.push({ at: end, text: " None" });
    else if (token.startsWith("(")) found.push({ at: end - 1, text: "_" });
    else if (/^\d/.test(token)) found.push({ at: end, text: "0" });
  }
  return found;
}

function originalOf(at: number, insertions: readonly Insertion[], places: readonly number[]): number {
  let longer = 0;
  for (const [index, place] of places.entries()) {
    if (place >= at) break;
    longer += Math.min(insertions[index]?.text.length ?? 0, at - place);
  }
  return at - longer;
}

function isText(tree: Tree, at: number): boolean {
  const { name } = tree.resolve(at, -1);
  return name === "String" || name === "FormatString" || name === "Comment";
}

function fails(tree: Tree): boolean {
  return firstError(tree) !== undefined;
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
