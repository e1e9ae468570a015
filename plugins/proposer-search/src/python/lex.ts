import { STRING_PREFIX, stringEnd } from "./strings.ts";

/** A token of a Python file, as in the language reference, section "Lexical analysis". */
export interface Token {
  readonly kind: "name" | "number" | "string" | "operator" | "newline" | "indent" | "dedent";
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export interface Comment {
  readonly type: "Line" | "Block";
  /** Without the sign that starts it. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

export interface Lexed {
  readonly tokens: readonly Token[];
  readonly comments: readonly Comment[];
}

/** What keeps a file from being read, and where. */
export interface LexError {
  readonly problem: string;
  readonly offset: number;
}

const SPACE = /(?:[ \t\f]|\\\r?\n)+/y;
const NEWLINE = /\r\n|\n|\r/y;
const NAME = /[\p{ID_Start}_][\p{ID_Continue}]*/uy;
const NUMBER =
  /0[xX](?:_?[\da-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:\d(?:_?\d)*\.?(?:\d(?:_?\d)*)?|\.\d(?:_?\d)*)(?:[eE][+-]?\d(?:_?\d)*)?[jJ]?/y;
const OPERATOR = /\*\*=|\/\/=|>>=|<<=|\.\.\.|->|:=|[-+*/%@&|^=!<>]=|\*\*|\/\/|<<|>>|[^]/uy;
const OPENING = "([{";
const CLOSING = ")]}";

function match(pattern: RegExp, source: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0];
}

/** Splits a file into tokens. It finds what cannot be split; whether the rest is a program is for Python to say. */
export function lex(source: string): Lexed | LexError {
  const tokens: Token[] = [];
  const comments: Comment[] = [];
  const indents = [0];
  const brackets: { sign: string; offset: number }[] = [];
  let lineStart = true;
  let i = source.startsWith("\uFEFF") ? 1 : 0;
  const push = (kind: Token["kind"], text: string): void => {
    tokens.push({ kind, text, start: i, end: i + text.length });
    i += text.length;
  };

  while (i < source.length) {
    if (lineStart) {
      const blank = match(/[ \t\f]*/y, source, i) ?? "";
      const next = source[i + blank.length];
      // Lines without code have no indentation.
      if (next !== undefined && !"#\r\n".includes(next)) {
        const problem = indent(blank, indents, (kind) => tokens.push({ kind, text: "", start: i, end: i }));
        if (problem !== undefined) return { problem, offset: i };
      }
      i += blank.length;
      lineStart = false;
      continue;
    }
    const space = match(SPACE, source, i);
    if (space !== undefined) {
      i += space.length;
      continue;
    }
    const newline = match(NEWLINE, source, i);
    if (newline !== undefined) {
      const ends = brackets.length === 0 && tokens.length > 0 && !LINE_STARTS.has(tokens.at(-1)?.kind ?? "newline");
      if (ends) tokens.push({ kind: "newline", text: "", start: i, end: i });
      i += newline.length;
      lineStart = brackets.length === 0;
      continue;
    }
    const character = source[i] as string;
    if (character === "#") {
      const text = match(/[^\r\n]*/y, source, i) ?? "";
      comments.push({ type: "Line", value: text.slice(1), start: i, end: i + text.length });
      i += text.length;
      continue;
    }
    const name = match(NAME, source, i);
    const prefix = name !== undefined && STRING_PREFIX.test(name) ? name : "";
    const quote = source[i + prefix.length];
    if ((quote === '"' || quote === "'") && (name === undefined || prefix !== "")) {
      const end = stringEnd(source, i + prefix.length, prefix);
      if (end === undefined) return { problem: "this string has no end", offset: i };
      push("string", source.slice(i, end));
      continue;
    }
    if (name !== undefined) {
      push("name", name);
      continue;
    }
    const number = match(NUMBER, source, i);
    if (number !== undefined) {
      push("number", number);
      continue;
    }
    if (OPENING.includes(character)) brackets.push({ sign: character, offset: i });
    if (CLOSING.includes(character)) {
      const open = brackets.pop();
      if (open === undefined || OPENING.indexOf(open.sign) !== CLOSING.indexOf(character)) {
        return { problem: `this ${character} closes nothing`, offset: i };
      }
    }
    push("operator", match(OPERATOR, source, i) ?? character);
  }
  const open = brackets.at(-1);
  if (open !== undefined) return { problem: `this ${open.sign} is not closed`, offset: open.offset };
  if (!LINE_STARTS.has(tokens.at(-1)?.kind ?? "newline")) push("newline", "");
  for (const level of indents) if (level > 0) push("dedent", "");
  return { tokens, comments };
}

const LINE_STARTS: ReadonlySet<string> = new Set(["newline", "indent", "dedent"]);

/** Opens and closes blocks until the line's own indentation is reached; a string says what is wrong with it. */
function indent(blank: string, indents: number[], emit: (kind: "indent" | "dedent") => void): string | undefined {
  let column = 0;
  for (const character of blank) {
    // Tabs go on to the next multiple of eight, and a form feed starts anew.
    if (character === "\t") column += 8 - (column % 8);
    else column = character === "\f" ? 0 : column + 1;
  }
  if (column > (indents.at(-1) ?? 0)) {
    indents.push(column);
    emit("indent");
    return undefined;
  }
  while (column < (indents.at(-1) ?? 0)) {
    indents.pop();
    emit("dedent");
  }
  return column === indents.at(-1) ? undefined : "this line's indentation fits no block around it";
}
