import type { Tree } from "@lezer/common";
import type { Node } from "@pawl/source";
import { partsOf } from "./parts.ts";
import { StatementTranslator } from "./statements.ts";

type Comments = { readonly text: string; readonly at: number }[];

/** Python in the shapes of JavaScript's tree, so that one reader reads both; a sentence where it does not parse. */
export function translate(tree: Tree, text: string): { program: Node; comments: Comments } | string {
  const comments: Comments = [];
  let error: number | undefined;
  tree.iterate({
    enter: (node) => {
      if (node.type.isError) error ??= node.from;
      if (node.name === "Comment") comments.push({ text: text.slice(node.from + 1, node.to), at: node.from });
    },
  });
  if (error !== undefined) return `it does not parse, from line ${text.slice(0, error).split("\n").length} on`;
  return { program: { ...new StatementTranslator(text).program(partsOf(tree.topNode)) }, comments };
}
