import { type Node, isNode } from "@pawl/source";

const written = new WeakMap<Node, readonly string[]>();

/** Names that are assigned anywhere in a part of the program. */
export function writtenIn(node: Node): readonly string[] {
  const known = written.get(node);
  if (known !== undefined) return known;
  const names = new Set<string>();
  collectWritten(node, names);
  const list = [...names];
  written.set(node, list);
  return list;
}

function collectWritten(node: Node, names: Set<string>): void {
  addWritten(node, names);
  for (const key in node) {
    const value = node[key];
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) collectWritten(item, names);
    } else if (isNode(value)) collectWritten(value, names);
  }
}

/** Adds the names that this node itself, and nothing in it, assigns. */
export function addWritten(node: Node, names: Set<string>): void {
  if (node.type === "AssignmentExpression") collectTargets(node["left"], names);
  else if (node.type === "UpdateExpression") collectTargets(node["argument"], names);
  else if (node.type === "ForOfStatement" || node.type === "ForInStatement") collectTargets(node["left"], names);
}

function collectTargets(value: unknown, names: Set<string>): void {
  if (Array.isArray(value)) for (const item of value) collectTargets(item, names);
  if (!isNode(value)) return;
  if (value.type === "Identifier") names.add(String(value["name"]));
  else if (value.type === "MemberExpression") return;
  else
    for (const key of ["left", "argument", "elements", "properties", "value", "expression"])
      collectTargets(value[key], names);
}
