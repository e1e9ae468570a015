import { eachToken } from "./tokens.ts";

/** Words that may follow a closing brace, or a line, and still belong to the statement before. */
const CONTINUES = new Set("else catch finally while as satisfies in of instanceof extends is".split(" "));
/** Words after which a statement cannot end. */
const UNFINISHED = new Set(
  (
    "new typeof void delete await yield return throw else do in of instanceof as satisfies extends async get set static case " +
    "default import export const let var function class if for while with switch try finally keyof infer is readonly declare " +
    "abstract type interface namespace enum accessor using public private protected override implements asserts unique"
  ).split(" "),
);
/** What stands before a parenthesis that a statement, rather than the end of one, follows. */
const HEADS = new Set(["if", "for", "while", "with", "switch", "catch", "await"]);

/** Which language a text is in: a pair of angle brackets is something else in each. */
interface Dialect {
  readonly types: boolean;
  readonly jsx: boolean;
}

interface Open {
  readonly run: number;
  readonly angles: number;
  readonly isHead: boolean;
}

/**
 * An upper estimate of how deep a parser must descend into a script: the tokens of all unfinished statements and
 * brackets. The native parser has no depth limit of its own and takes the whole process down when its stack ends,
 * so texts beyond the limit must not reach it.
 *
 * @throws Ambiguous where only a parser could tell code from patterns and elements
 */
export function nestingEstimate(source: string, dialect: Dialect): number {
  const open: Open[] = [];
  let outer = 0;
  let run = 0;
  /** Signs that may be open brackets of type arguments, in which a comma ends nothing. */
  let angles = 0;
  let deepest = 0;
  let last = "";
  /** Whether the statement may have ended with the last token, if a line ends there too. */
  let complete = false;
  eachToken(source, dialect, (text, kind, startsLine) => {
    // A statement ends with `;`, `,` or a block, unless an `else` or an operator goes on with it …
    if (kind !== "name" || !CONTINUES.has(text)) {
      if (last === ";") angles = 0;
      if (last === ";" || (last === "," && angles === 0)) run = 0;
      if (last === "}" && (kind === "name" || kind === "value" || text === "}")) run = 0;
      // … or with a line, where the next one begins with a name, which no operand can be followed by.
      if (startsLine && complete && kind === "name") run = 0;
    }
    complete = kind === "name" ? !UNFINISHED.has(text) : kind === "value" || text === "]";
    if (text === "(" || text === "[" || text === "{" || text === "${") {
      open.push({ run, angles, isHead: text === "(" && HEADS.has(last) });
      outer += run + 1;
      run = 0;
      angles = 0;
    } else if (text === ")" || text === "]" || text === "}") {
      const before = open.pop();
      if (before !== undefined) {
        outer -= before.run + 1;
        run = before.run + 1;
        angles = before.angles;
        if (text === ")") complete = !before.isHead;
      }
    } else {
      run += 1;
      if (text === "<") angles += 1;
      else if (text === ">" && angles > 0) angles -= 1;
    }
    if (outer + run > deepest) deepest = outer + run;
    last = text;
  });
  return deepest;
}
