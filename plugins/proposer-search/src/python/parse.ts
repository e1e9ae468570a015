import type { Node } from "@pawl/source";
import { invalidSurface, lineAt } from "../surface/parse.ts";
import type { Entry, Tree } from "../surface/tree.ts";
import { Context, isOperand } from "./context.ts";
import { type Comment, lex, type Token } from "./lex.ts";
import { literalToken, literalValue } from "./literal.ts";

export interface ParsedPython {
  readonly tree: Tree;
  readonly comments: readonly Comment[];
}

/**
 * Reads a Python file as far as tuning needs it: its statements, and the literals in them. The tree has no other
 * nodes, so what looks for an expression to edit finds none.
 *
 * @throws PawlError PAWL_SURFACE_INVALID with the path and the line
 */
export function parsePython(path: string, source: string): ParsedPython {
  const lexed = lex(source);
  if ("problem" in lexed) {
    const remedy = "Correct the syntax, commit it and run again.";
    throw invalidSurface(path, lineAt(source, lexed.offset), lexed.problem, remedy);
  }
  const builder = new Builder();
  let statement: Token[] = [];
  for (const token of lexed.tokens) {
    if (token.kind === "indent" || token.kind === "dedent") builder.mark(token.kind);
    else if (token.kind === "newline" || token.text === ";") {
      builder.add(statement);
      statement = [];
    } else statement.push(token);
  }
  builder.add(statement);
  return { tree: builder.tree(), comments: lexed.comments };
}

class Builder {
  readonly #entries: Entry[] = [];
  readonly #literals: Entry[] = [];
  /** What the program says: blocks and ends of statements are tokens, layout and comments are not. */
  readonly #tokens: string[] = [];

  tree(): Tree {
    return { entries: this.#entries, byType: new Map([["Literal", this.#literals]]), tokens: this.#tokens };
  }

  mark(kind: string): void {
    this.#tokens.push(kind);
  }

  add(statement: readonly Token[]): void {
    const first = statement[0];
    const last = statement.at(-1);
    if (first === undefined || last === undefined) return;
    const node: Node = { type: "PythonStatement", start: first.start, end: last.end };
    const entry: Entry = { node, parent: undefined, key: "body", listed: true, from: this.#tokens.length, to: 0 };
    this.#entries.push(entry);
    const context = new Context(statement);
    for (let index = 0; index < statement.length; index += 1) {
      const literal = this.#literalAt(statement, index);
      if (literal === undefined) {
        const token = statement[index] as Token;
        this.#tokens.push(token.kind === "number" || token.kind === "string" ? literalToken(token.text) : token.text);
      } else {
        this.#addLiteral(statement, index, literal, entry, context);
        index += literal.negative ? 1 : 0;
      }
      context.pass(index);
    }
    this.#tokens.push("newline");
    entry.to = this.#tokens.length;
  }

  #literalAt(statement: readonly Token[], index: number): { negative: boolean; value: Node["value"] } | undefined {
    const token = statement[index] as Token;
    const value = token.kind === "operator" ? undefined : literalValue(token.text);
    // `x[1].y`, `"a".join`, `"a" "b"`: more than a literal.
    if (value !== undefined) return isPart(statement, index) ? undefined : { negative: false, value };
    const before = statement[index - 1];
    if (token.text !== "-" || (before !== undefined && isOperand(before))) return undefined;
    const number = statement[index + 1];
    // A power binds more tightly than the sign.
    if (number?.kind !== "number" || statement[index + 2]?.text === "**") return undefined;
    const positive = literalValue(number.text);
    return positive === undefined || isPart(statement, index + 1) ? undefined : { negative: true, value: positive };
  }

  #addLiteral(
    statement: readonly Token[],
    index: number,
    { negative, value }: { negative: boolean; value: unknown },
    parent: Entry,
    context: Context,
  ): void {
    const last = index + (negative ? 1 : 0);
    const number = statement[last] as Token;
    const from = this.#tokens.length;
    this.#tokens.push(literalToken(negative ? `-${number.text}` : number.text));
    const about = {
      /** Read by whoever looks for parameters: see `isStructural`, `ownName` and `label` there. */
      structural: context.isStructural(index, last) || /^0[xob]/i.test(number.text),
      name: context.nameOf(index, last),
      label: context.keys.at(-1),
      base: statement[last + 1]?.text === "**",
    };
    const literal: Node = { type: "Literal", start: number.start, end: number.end, value, ...about };
    const to = this.#tokens.length;
    let holder = parent;
    if (negative) {
      const { start } = statement[index] as Token;
      const minus: Node = {
        type: "UnaryExpression",
        start,
        end: number.end,
        operator: "-",
        argument: literal,
        ...about,
      };
      holder = { node: minus, parent, key: "expression", listed: false, from, to };
      this.#entries.push(holder);
    }
    const entry: Entry = { node: literal, parent: holder, key: "argument", listed: false, from, to };
    this.#entries.push(entry);
    this.#literals.push(entry);
  }
}

/** Whether a literal goes on: with an attribute, or with another string beside it. */
function isPart(statement: readonly Token[], index: number): boolean {
  if (statement[index + 1]?.text === ".") return true;
  return statement[index]?.kind === "string" && [-1, 1].some((step) => statement[index + step]?.kind === "string");
}
