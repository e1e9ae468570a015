import { bare, child, text } from "@pawl/source";
import type { SourceFile } from "../surface/file.ts";
import type { TextEdit } from "../surface/surface.ts";
import type { Entry } from "../surface/tree.ts";
import { quote, structural } from "./structural.ts";

/** Removes a statement together with its line. */
export const removeStatement = structural({
  name: "remove-statement",
  promising: true,
  types: ["ExpressionStatement", "IfStatement", "ForStatement", "ForOfStatement", "WhileStatement"],
  accepts: ({ entry }) => entry.listed && entry.node["directive"] === undefined,
  rewrite: ({ file, entry }) => ({
    edits: [removal(file, entry)],
    hypothesis: `do without ${quote(file.source(entry.node))}`,
  }),
});

/** Removes one side of a sum, a product or a condition. */
export const removeTerm = structural({
  name: "remove-term",
  types: ["BinaryExpression", "LogicalExpression"],
  accepts: ({ entry }) => /^([-+*/]|&&|\|\||\?\?)$/.test(text(entry.node, "operator")),
  rewrite: ({ file, entry }, _view, random) => {
    const left = child(entry.node, "left");
    const right = child(entry.node, "right");
    if (left === undefined || right === undefined) return undefined;
    const keepLeft = random.next() < 0.5;
    const gone = keepLeft ? right : left;
    if (bare(gone).type === "Literal" && typeof bare(gone)["value"] === "string") return undefined;
    const edit = keepLeft
      ? { start: left.end, end: right.end, text: "" }
      : { start: left.start, end: right.start, text: "" };
    return {
      edits: [edit],
      hypothesis: `leave ${quote(file.source(gone))} out of ${quote(file.source(entry.node))}`,
    };
  },
});

/** The edit that takes a statement out: its whole line with the comment behind it where it stands alone. */
export function removal(file: SourceFile, entry: Entry): TextEdit {
  const { start, end } = entry.node;
  const lineStart = file.text.lastIndexOf("\n", start - 1) + 1;
  const rest = file.endWithComment(entry.node);
  const lineEnd = /^[ \t]*\r?\n/.exec(file.text.slice(rest));
  const alone = file.text.slice(lineStart, start).trim() === "" && lineEnd !== null;
  if (!alone) return { start, end, text: "", anchor: entry };
  return { start: lineStart, end: rest + lineEnd[0].length, text: "", anchor: entry };
}
