import type { SyntaxNode } from "@lezer/common";
import type { Node } from "@pawl/source";

/** A node of the grammar with its children, comments left out. */
export interface Part {
  readonly node: SyntaxNode;
  readonly name: string;
  readonly parts: readonly Part[];
}

export function partsOf(node: SyntaxNode): Part {
  const parts: Part[] = [];
  for (let at = node.firstChild; at !== null; at = at.nextSibling) if (at.name !== "Comment") parts.push(partsOf(at));
  return { node, name: node.name, parts };
}

/** Parts that only hold others together. */
export const SKIPPED = new Set([":", "(", ")", "[", "]", "{", "}", ",", "TypeDef"]);

/** Whether a part has one of these in it, functions of its own left out. */
export function contains(part: Part, ...names: readonly string[]): boolean {
  return part.parts.some(
    (each) => names.includes(each.name) || (each.name !== "FunctionDefinition" && contains(each, ...names)),
  );
}

/** The same node as something that is assigned to. */
export function pattern(node: Node): Node {
  if (node.type !== "ArrayExpression") return node.type === "SpreadElement" ? { ...node, type: "RestElement" } : node;
  return { ...node, type: "ArrayPattern", elements: (node["elements"] as Node[]).map(pattern) };
}
