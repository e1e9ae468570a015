import type { Node } from "@pawl/source";
import { partsOf } from "./parts.ts";
import { firstError, parsePython } from "./spellings.ts";
import { StatementTranslator } from "./statements.ts";

type Comments = { readonly text: string; readonly at: number }[];

/** Python in the shapes of JavaScript's tree, so that one reader reads both; a sentence where it does not parse. */
export function translate(given: string): { program: Node; comments: Comments } | string {
  const encoding = encodingOf(given);
  if (encoding !== undefined) return `it says that it is written in ${encoding}, and means something else then`;
  const { tree, text, original } = parsePython(given);
  const error = firstError(tree);
  if (error !== undefined) return `it does not parse, from line ${text.slice(0, error).split("\n").length} on`;
  const comments: Comments = [];
  tree.iterate({
    enter: (node) => {
      if (node.name === "Comment") comments.push({ text: text.slice(node.from + 1, node.to), at: original(node.from) });
    },
  });
  return { program: { ...new StatementTranslator(text, original).program(partsOf(tree.topNode)) }, comments };
}

/** An encoding, declared in one of the first two lines, in which the same bytes are another program (PEP 263). */
function encodingOf(text: string): string | undefined {
  for (const line of text.split(/\r\n?|\n/, 2)) {
    const name = /^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/.exec(line)?.[1];
    if (name !== undefined) return /^(?:utf[-_]?8(?:[-_]sig)?|(?:us[-_]?)?ascii)$/i.test(name) ? undefined : name;
    if (!/^[ \t\f]*(?:#.*)?$/.test(line)) return undefined;
  }
  return undefined;
}
