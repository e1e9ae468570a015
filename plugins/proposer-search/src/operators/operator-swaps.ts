import { bare, child, text } from "@pawl/source";
import type { SourceFile } from "../surface/file.ts";
import { type Site, quote, structural } from "./structural.ts";

const COMPARISONS: Readonly<Record<string, readonly string[]>> = {
  "<": ["<=", ">", ">="],
  "<=": ["<", ">=", ">"],
  ">": [">=", "<", "<="],
  ">=": [">", "<=", "<"],
  "===": ["!=="],
  "!==": ["==="],
  "==": ["!="],
  "!=": ["=="],
};
const ARITHMETIC: Readonly<Record<string, readonly string[]>> = {
  "+": ["-", "*"],
  "-": ["+"],
  "*": ["/", "+"],
  "/": ["*"],
};
const ASSIGNMENTS: Readonly<Record<string, readonly string[]>> = {
  "+=": ["-="],
  "-=": ["+="],
  "*=": ["/=", "+="],
  "/=": ["*="],
};
const LOGICAL: Readonly<Record<string, readonly string[]>> = { "&&": ["||"], "||": ["&&"] };

/** Moves a boundary (`>` to `>=`) or turns a comparison round. */
export const comparison = swap("comparison", ["BinaryExpression"], COMPARISONS);
/** Exchanges plus and minus, times and divided by, where no text is joined. */
export const arithmetic = swap("arithmetic", ["BinaryExpression"], ARITHMETIC);
/** Lets an assignment take away what it added. */
export const assignment = swap("assignment", ["AssignmentExpression"], ASSIGNMENTS);
/** Exchanges "and" and "or". */
export const logical = swap("logical", ["LogicalExpression"], LOGICAL);

function swap(name: string, types: readonly string[], table: Readonly<Record<string, readonly string[]>>) {
  return structural({
    name,
    types,
    accepts: ({ entry }) => {
      const operator = text(entry.node, "operator");
      if (table[operator] === undefined) return false;
      // Texts can be joined and compared for equality; nothing else makes sense with them.
      return /^[!=]=/.test(operator) || !["left", "right"].some((key) => isText(child(entry.node, key)));
    },
    rewrite: ({ file, entry }, _view, random) => {
      const { node } = entry;
      const operator = text(node, "operator");
      const replacement = random.pick(table[operator] ?? [operator]);
      const at = operatorAt(file, { file, entry }, operator);
      if (at === undefined) return undefined;
      return {
        edits: [{ start: at, end: at + operator.length, text: replacement }],
        hypothesis: `use ${replacement} instead of ${operator} in ${quote(file.source(node))}`,
        tags: [`${name}:${operator}${replacement}`],
      };
    },
  });
}

function isText(node: ReturnType<typeof child>): boolean {
  if (node === undefined) return false;
  const inner = bare(node);
  return inner.type === "TemplateLiteral" || (inner.type === "Literal" && typeof inner["value"] === "string");
}

/** Where the operator's sign stands: between its sides, comments skipped. */
function operatorAt(file: SourceFile, { entry }: Site, operator: string): number | undefined {
  const left = child(entry.node, "left");
  const right = child(entry.node, "right");
  if (left === undefined || right === undefined) return undefined;
  const between = file.text.slice(left.end, right.start);
  const clean = between.replaceAll(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, (comment) => " ".repeat(comment.length));
  const at = clean.indexOf(operator);
  return at === -1 ? undefined : left.end + at;
}
