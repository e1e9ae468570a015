import type { Token } from "./lex.ts";

/** What is known of the brackets around a place. */
interface Frame {
  /** `x[…]`: positions and keys. */
  readonly subscript: boolean;
  /** Last part of the name of what is called: `reshape` in `x.reshape(…)`. */
  readonly callee: string | undefined;
  /** The keyword or the key of a dictionary whose value this is. */
  key: string | undefined;
  /** Between `for` and the end of what is iterated over. */
  iterating: boolean;
}

/** Calls whose numbers are sizes, shapes, places and seeds. */
const POSITIONAL = new Set(
  "range reshape zeros ones empty eye arange transpose swapaxes moveaxis expand_dims squeeze unsqueeze view permute repeat tile split array_split hsplit vsplit concatenate stack seed manual_seed default_rng RandomState exit _exit round int format encode decode open read".split(
    " ",
  ),
);
/** Arguments and names that hold such numbers. */
const STRUCTURAL_NAME = /^(?:axis|axes|dim|dims|ndim|ndmin|keepdims|indent|version|__\w+__)$|(?:^|_)seed$/i;
const BITWISE = new Set(["%", "&", "|", "^", "~", "<<", ">>", "%=", "&=", "|=", "^=", "<<=", ">>="]);

/** Walks over the tokens of one statement and knows where it is. */
export class Context {
  readonly #statement: readonly Token[];
  readonly #assigned: { readonly name: string; readonly from: number } | undefined;
  readonly #frames: Frame[] = [{ subscript: false, callee: undefined, key: undefined, iterating: false }];
  readonly #isPattern: boolean;

  constructor(statement: readonly Token[]) {
    this.#statement = statement;
    this.#assigned = assignment(statement);
    this.#isPattern = statement[0]?.text === "case" && statement[1]?.text !== "=";
  }

  /** Goes on past a token. */
  pass(index: number): void {
    const { kind, text } = this.#statement[index] as Token;
    const frame = this.#frames.at(-1) as Frame;
    if (kind === "name" && text === "for") frame.iterating = true;
    if (kind === "name" && text === "if") frame.iterating = false;
    if (kind !== "operator") return;
    if (text === ":" && this.#frames.length === 1) frame.iterating = false;
    if ("([{".includes(text)) this.#frames.push(this.#open(index, text));
    else if (")]}".includes(text)) this.#frames.pop();
    else if (text === ",") frame.key = undefined;
    else if ((text === "=" || text === ":") && this.#frames.length > 1) frame.key = this.#keyBefore(index, text);
  }

  /** Whether a number here is part of the program's structure: an index, a shape, a loop's bound, a bit mask. */
  isStructural(first: number, last: number): boolean {
    if (this.#isPattern) return true;
    const { callees, keys } = this;
    if (this.#frames.some(({ subscript, iterating }) => subscript || iterating)) return true;
    if (callees.some((name) => POSITIONAL.has(name)) || keys.some((name) => STRUCTURAL_NAME.test(name))) return true;
    if (this.#assigned !== undefined && STRUCTURAL_NAME.test(lastPart(this.#assigned.name))) return true;
    const around = [this.#statement[first - 1], this.#statement[last + 1]];
    return around.some((token) => token?.kind === "operator" && BITWISE.has(token.text));
  }

  /** A name that only this constant has, as far as a statement can tell. */
  nameOf(first: number, last: number): string | undefined {
    if (this.#assigned === undefined) return undefined;
    const whole = first === this.#assigned.from && last === this.#statement.length - 1;
    const { keys } = this;
    return whole || keys.length > 0 ? [this.#assigned.name, ...keys].join(".") : undefined;
  }

  /** The keywords and keys that lead to this place. */
  get keys(): readonly string[] {
    return this.#frames.flatMap(({ key }) => (key === undefined ? [] : [key]));
  }

  private get callees(): readonly string[] {
    return this.#frames.flatMap(({ callee }) => (callee === undefined ? [] : [callee]));
  }

  #open(index: number, text: string): Frame {
    const before = this.#statement[index - 1];
    const follows = before !== undefined && isOperand(before);
    const callee = text === "(" && before?.kind === "name" && follows ? before.text : undefined;
    return { subscript: text === "[" && follows, callee, key: undefined, iterating: false };
  }

  #keyBefore(index: number, text: string): string | undefined {
    const before = this.#statement[index - 1];
    // `b: int = 2` in a list of parameters: the name stands before the type.
    if (before === undefined) return undefined;
    const current = this.#frames.at(-1)?.key;
    if (text === "=" && current !== undefined) return current;
    if (before.kind === "string") return before.text.replaceAll(/^\w*["']|["']$/g, "");
    return before.kind === "name" ? before.text : undefined;
  }
}

const KEYWORDS = new Set(
  "and as assert async await case del elif else except finally for from global if import in is lambda match not or raise return try while with yield".split(
    " ",
  ),
);

/** Whether a token ends something that has a value, so that a minus behind it subtracts and a bracket belongs to it. */
export function isOperand({ kind, text }: Token): boolean {
  if (kind === "name") return !KEYWORDS.has(text);
  return kind === "number" || kind === "string" || (kind === "operator" && ")]}".includes(text) && text !== "");
}

/** What a statement gives a value to: `lr = …`, `self.lr: float = …`, `def train(…)`. */
function assignment(statement: readonly Token[]): { readonly name: string; readonly from: number } | undefined {
  const [first, second] = statement;
  if (first?.kind !== "name") return undefined;
  if ((first.text === "def" || first.text === "class") && second?.kind === "name")
    return { name: second.text, from: -1 };
  let at = 1;
  while (statement[at]?.text === "." && statement[at + 1]?.kind === "name") at += 2;
  const name = statement
    .slice(0, at)
    .map(({ text }) => text)
    .join("");
  if (statement[at]?.text === ":") at = depthZeroEquals(statement, at);
  return statement[at]?.text === "=" ? { name, from: at + 1 } : undefined;
}

/** The index of the `=` behind a type. */
function depthZeroEquals(statement: readonly Token[], from: number): number {
  let depth = 0;
  for (let at = from; at < statement.length; at += 1) {
    const text = statement[at]?.kind === "operator" ? (statement[at]?.text ?? "") : "";
    if (text !== "" && "([{".includes(text)) depth += 1;
    if (text !== "" && ")]}".includes(text)) depth -= 1;
    if (text === "=" && depth === 0) return at;
  }
  return statement.length;
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}
