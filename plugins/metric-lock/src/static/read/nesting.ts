const TOKEN =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'|[A-Za-z_$\u0080-\uffff][\w$\u0080-\uffff]*|\d[\w.]*|=>|\S/g;
/** Words that may follow a closing brace and still belong to the statement that it closes a part of. */
const CONTINUES = new Set(["else", "catch", "finally", "while", "as", "satisfies", "in", "of", "instanceof"]);

/**
 * An upper estimate of how deep a parser must descend into a text: the tokens of all unfinished statements and
 * brackets. The native parser has no depth limit of its own and takes the whole process down when its stack ends,
 * so texts beyond the limit must not reach it.
 */
export function nestingEstimate(source: string): number {
  const open: number[] = [];
  let outer = 0;
  let run = 0;
  let deepest = 0;
  let last = "";
  for (const [token] of source.matchAll(TOKEN)) {
    if (token.startsWith("//") || token.startsWith("/*")) continue;
    // A statement ends with `;`, `,` or a block, unless an `else` or an operator goes on with it.
    const goesOn = CONTINUES.has(token);
    if ((last === ";" || last === ",") && !goesOn) run = 0;
    if (last === "}" && !goesOn && /^[\w$"'}]/.test(token)) run = 0;
    if (token === "(" || token === "[" || token === "{") {
      open.push(run);
      outer += run + 1;
      run = 0;
    } else if (token === ")" || token === "]" || token === "}") {
      const before = open.pop();
      if (before !== undefined) {
        outer -= before + 1;
        run = before + 1;
      }
    } else {
      run += 1;
    }
    deepest = Math.max(deepest, outer + run);
    last = token;
  }
  return deepest;
}
