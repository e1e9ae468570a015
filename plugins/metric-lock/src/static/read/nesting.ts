const TOKEN =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'|[A-Za-z_$\u0080-\uffff][\w$\u0080-\uffff]*|\d[\w.]*|=>|\n|\S/g;
/** Words that may follow a closing brace, or a line, and still belong to the statement before. */
const CONTINUES = new Set(["else", "catch", "finally", "while", "as", "satisfies", "in", "of", "instanceof"]);
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
const NAME = /^[A-Za-z_$\u0080-\uffff]/;

/**
 * An upper estimate of how deep a parser must descend into a script: the tokens of all unfinished statements and
 * brackets. The native parser has no depth limit of its own and takes the whole process down when its stack ends,
 * so texts beyond the limit must not reach it.
 */
export function nestingEstimate(source: string): number {
  const open: { readonly run: number; readonly isHead: boolean }[] = [];
  let outer = 0;
  let run = 0;
  let deepest = 0;
  let last = "";
  let newLine = false;
  /** Whether the statement may have ended with the last token, if a line ends there too. */
  let complete = false;
  for (const [token] of source.matchAll(TOKEN)) {
    if (token === "\n") newLine = true;
    if (token === "\n" || token.startsWith("//") || token.startsWith("/*")) continue;
    // A statement ends with `;`, `,` or a block, unless an `else` or an operator goes on with it …
    const goesOn = CONTINUES.has(token);
    if ((last === ";" || last === ",") && !goesOn) run = 0;
    if (last === "}" && !goesOn && /^[\w$"'}]/.test(token)) run = 0;
    // … or with a line, where the next one begins with a name, which no operand can be followed by.
    if (newLine && complete && !goesOn && NAME.test(token)) run = 0;
    newLine = false;
    complete = NAME.test(token) ? !UNFINISHED.has(token) : /^["'\d]/.test(token) || token === "]";
    if (token === "(" || token === "[" || token === "{") {
      open.push({ run, isHead: token === "(" && HEADS.has(last) });
      outer += run + 1;
      run = 0;
    } else if (token === ")" || token === "]" || token === "}") {
      const before = open.pop();
      if (before !== undefined) {
        outer -= before.run + 1;
        run = before.run + 1;
        if (token === ")") complete = !before.isHead;
      }
    } else {
      run += 1;
    }
    deepest = Math.max(deepest, outer + run);
    last = token;
  }
  return deepest;
}
