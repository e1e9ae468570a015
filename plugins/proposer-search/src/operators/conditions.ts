import { bare, child } from "@pawl/source";
import { quote, structural } from "./structural.ts";

const SIMPLE = new Set(["Identifier", "MemberExpression", "CallExpression", "Literal", "ParenthesizedExpression"]);

/** Turns a condition into its opposite, where there is no other branch to swap with. */
export const negate = structural({
  name: "negate",
  types: ["IfStatement"],
  accepts: ({ entry }) => child(entry.node, "alternate") === undefined,
  rewrite: ({ file, entry }) => {
    const test = child(entry.node, "test");
    if (test === undefined) return undefined;
    const source = file.source(test);
    const inner = bare(test);
    const operand = child(inner, "argument");
    const undo = inner.type === "UnaryExpression" && inner["operator"] === "!" && operand !== undefined;
    const opposite = undo ? file.source(operand) : SIMPLE.has(test.type) ? `!${source}` : `!(${source})`;
    return {
      edits: [{ start: test.start, end: test.end, text: opposite }],
      hypothesis: `act where ${quote(source)} does not hold`,
    };
  },
});

/** Exchanges what is done when a condition holds and what is done when it does not. */
export const swapBranches = structural({
  name: "swap-branches",
  types: ["IfStatement", "ConditionalExpression"],
  accepts: ({ entry }) => {
    const alternate = child(entry.node, "alternate");
    return alternate !== undefined && alternate.type !== "IfStatement";
  },
  rewrite: ({ file, entry }) => {
    const [test, first, second] = ["test", "consequent", "alternate"].map((key) => child(entry.node, key));
    if (test === undefined || first === undefined || second === undefined) return undefined;
    return {
      edits: [
        { start: first.start, end: first.end, text: file.source(second) },
        { start: second.start, end: second.end, text: file.source(first) },
      ],
      hypothesis: `swap the two branches of ${quote(file.source(test))}`,
    };
  },
});

/** Does always what was done under a condition. */
export const dropCondition = structural({
  name: "drop-condition",
  types: ["IfStatement"],
  accepts: ({ entry }) => entry.listed && child(entry.node, "alternate") === undefined,
  rewrite: ({ file, entry }) => {
    const test = child(entry.node, "test");
    const consequent = child(entry.node, "consequent");
    // A bare return would cut off all that follows.
    if (
      test === undefined ||
      consequent === undefined ||
      /\b(return|throw|break|continue)\b/.test(file.source(consequent))
    ) {
      return undefined;
    }
    return {
      edits: [{ start: entry.node.start, end: consequent.start, text: "" }],
      hypothesis: `drop the condition ${quote(file.source(test))}`,
    };
  },
});
