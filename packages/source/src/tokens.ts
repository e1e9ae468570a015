/** `value`: a number, text in quotes, a pattern. `template`: the end of one; its `${` is a sign. */
export type Kind = "name" | "value" | "template" | "sign";

/** Told of each token: its text where it is a name or a sign, and whether a line, or the text, begins before it. */
export type OnToken = (text: string, kind: Kind, startsLine: boolean) => void;

/** It cannot be told from the text alone where a pattern, or an element of JSX, begins. */
export class Ambiguous extends Error {}

const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));
/** Words that an operand follows, and which are no names of variables. */
const BEFORE_OPERAND = words(
  "new typeof void delete await yield return throw else do in instanceof extends case default",
);
/** Words that may be either: the first one in JavaScript too. */
const EITHER = words("of");
const EITHER_IN_TYPESCRIPT = words(
  "of as satisfies async get set static keyof infer is readonly declare abstract type interface namespace enum accessor " +
    "using public private protected override implements asserts unique let",
);
/** Words with a parenthesis behind which a statement begins. */
const HEADS = words("if for while with");

const LINE_END = /[\n\r\u2028\u2029]/g;
const NAME_START = /\p{ID_Start}/u;
const ASCII_NAME = /[\w$]+/y;
const NAME = /[\p{ID_Continue}$\u200c\u200d]+/uy;
const NUMBER = /[\w.]+/y;
/** What some parser or other takes for a space, beyond ASCII. */
const SPACE = /[\s\u0085\u180e\u200b\ufeff]/;
const STRING = /"(?:\\(?:\r\n|[^])|[^"\\\n\r])*"|'(?:\\(?:\r\n|[^])|[^'\\\n\r])*'/y;
const PATTERN =
  /\/(?![*/])(?:\\[^\n\r\u2028\u2029]|\[(?:\\[^\n\r\u2028\u2029]|[^\]\\\n\r\u2028\u2029])*\]|[^/[\\\n\r\u2028\u2029])+\/[\w$]*/y;
const TEMPLATE = /(?:\\[^]|\$(?!\{)|[^`\\$])*(?:`|\$\{)/y;

/** What stands before: behind an operand a `/` divides, behind an operator a pattern begins. */
type Before = "operand" | "operator" | "either";

/**
 * Goes through the tokens of a script, without white space and comments. Whatever a parser takes for code comes out as
 * tokens, also where it is made to look like text, a comment or a pattern.
 *
 * @throws Ambiguous
 */
export function eachToken(
  source: string,
  dialect: { readonly types: boolean; readonly jsx: boolean },
  on: OnToken,
): void {
  new Tokens(source, dialect, on).run();
}

class Tokens {
  readonly #source: string;
  readonly #either: ReadonlySet<string>;
  readonly #jsx: boolean;
  readonly #on: OnToken;
  #at: number;
  #startsLine = true;
  #before: Before = "operator";
  #last = "";
  /** For each open bracket: what the closing one is to what follows. */
  readonly #open: (Before | "template")[] = [];

  constructor(source: string, { types, jsx }: { readonly types: boolean; readonly jsx: boolean }, on: OnToken) {
    this.#source = source;
    this.#either = types ? EITHER_IN_TYPESCRIPT : EITHER;
    this.#jsx = jsx;
    this.#on = on;
    this.#at = /^\ufeff?#!/.test(source) ? this.#lineEnd(0) : 0;
  }

  run(): void {
    const source = this.#source;
    while (this.#at < source.length) {
      const code = source.charCodeAt(this.#at);
      if (code <= 0x20 || (code > 0x7f && SPACE.test(source.charAt(this.#at)))) this.#space(code);
      else if (code === SLASH) this.#slash();
      else if (isNameStart(code)) this.#name(this.#match(ASCII_NAME));
      else if (code > 0x7f && NAME_START.test(String.fromCodePoint(source.codePointAt(this.#at) ?? 0))) this.#name("");
      else if (code >= 0x30 && code <= 0x39) {
        this.#match(NUMBER);
        this.#operand("value");
      } else if (code === DOUBLE || code === SINGLE) {
        if (this.#match(STRING) === "") this.#sign();
        else this.#operand("value");
      } else if (code === BACKTICK) this.#template();
      else if (code === CLOSING_BRACE && this.#open.at(-1) === "template") {
        this.#open.pop();
        this.#emit("}", "sign");
        this.#template();
      } else this.#sign();
    }
  }

  #space(code: number): void {
    if (code === 0x0a || code === 0x0d || code === 0x2028 || code === 0x2029) this.#startsLine = true;
    this.#at += 1;
  }

  #slash(): void {
    const next = this.#source.charCodeAt(this.#at + 1);
    if (next === SLASH) {
      this.#at = this.#lineEnd(this.#at);
      return;
    }
    const end = next === STAR ? this.#source.indexOf("*/", this.#at + 2) : -1;
    if (end !== -1) {
      if (this.#lineEnd(this.#at) < end) this.#startsLine = true;
      this.#at = end + 2;
    } else if (this.#before === "either") throw new Ambiguous();
    else if (this.#before === "operator" && this.#match(PATTERN) !== "") this.#operand("value");
    else this.#sign();
  }

  #name(ascii: string): void {
    let text = ascii;
    // The rest of a name may lie beyond ASCII, as all of it may.
    if (ascii === "" || this.#source.charCodeAt(this.#at) > 0x7f) text += this.#match(NAME);
    if (text === "") return this.#sign();
    // What follows a dot is no keyword, whatever it is called.
    if (this.#last === "." || this.#last === "#") return this.#operand("value");
    this.#before = BEFORE_OPERAND.has(text) ? "operator" : this.#either.has(text) ? "either" : "operand";
    this.#emit(text, "name");
  }

  #template(): void {
    this.#at += 1;
    if (!this.#match(TEMPLATE).endsWith("{")) return this.#operand("template");
    this.#open.push("template");
    this.#before = "operator";
    this.#emit("${", "sign");
  }

  #sign(): void {
    const source = this.#source;
    let text = source.charAt(this.#at);
    if (text === "=" && source.startsWith("=>", this.#at)) text = "=>";
    else if (text === "." && source.startsWith("...", this.#at)) text = "...";
    else if ((text === "+" || text === "-") && source.charAt(this.#at + 1) === text) text += text;
    this.#at += text.length;
    this.#before = this.#behind(text);
    this.#emit(text, "sign");
  }

  /** What a sign is to what follows it. */
  #behind(text: string): Before {
    const before = this.#before;
    switch (text) {
      case "(":
        // `for await (…)` is a head, and `await (…)` is none.
        this.#open.push(HEADS.has(this.#last) ? "operator" : this.#last === "await" ? "either" : "operand");
        return "operator";
      case "[":
        this.#open.push("operand");
        return "operator";
      case "{":
        this.#open.push("either");
        return "operator";
      case ")":
      case "]":
      case "}": {
        const closed = this.#open.pop();
        return closed === undefined || closed === "template" ? "either" : closed;
      }
      case "++":
      case "--":
        return before === "operator" ? before : this.#startsLine ? "either" : before;
      case "!":
        // `a!` is what `a` is, but on a line of its own.
        if (before === "operator") return before;
        return this.#startsLine ? "either" : before;
      case "<":
        if (this.#jsx && before !== "operand") throw new Ambiguous();
        return "either";
      case ">":
        return "either";
      default:
        return "operator";
    }
  }

  #operand(kind: Kind): void {
    this.#before = "operand";
    this.#emit("", kind);
  }

  #emit(text: string, kind: Kind): void {
    this.#on(text, kind, this.#startsLine);
    this.#startsLine = false;
    this.#last = text;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    if (!pattern.test(this.#source)) return "";
    const found = this.#source.slice(this.#at, pattern.lastIndex);
    this.#at = pattern.lastIndex;
    return found;
  }

  #lineEnd(from: number): number {
    LINE_END.lastIndex = from;
    return LINE_END.exec(this.#source)?.index ?? this.#source.length;
  }
}

const [SLASH, STAR, DOUBLE, SINGLE, BACKTICK, CLOSING_BRACE] = [0x2f, 0x2a, 0x22, 0x27, 0x60, 0x7d];

const isNameStart = (code: number): boolean =>
  (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code === 0x5f || code === 0x24;
