import { type Node, child, slots, text } from "@pawl/source";
import type { Machine } from "./machine.ts";
import { getProperty, keyOf, setProperty } from "./properties.ts";
import { notePassed } from "./origins.ts";
import type { Scope } from "./scope.ts";
import { UNDEFINED, UNKNOWN, type Value, constant, join, listOf } from "./value.ts";

/** Whether a pattern declares its names or writes to what is there. */
export type Binding = "declare" | "declare in function" | "assign";

/** Gives the names in a pattern their values. */
export function bind(m: Machine, pattern: Node, value: Value, scope: Scope, binding: Binding): void {
  m.step();
  switch (pattern.type) {
    case "Identifier":
      return bindName(m, pattern, value, scope, binding);
    case "AssignmentPattern":
      return bind(m, child(pattern, "left") ?? pattern, defaulted(m, pattern, value, scope), scope, binding);
    case "ObjectPattern":
      return bindProperties(m, pattern, value, scope, binding);
    case "ArrayPattern":
      return slots(pattern, "elements").forEach((element, index) => {
        if (element === undefined) return;
        if (element.type === "RestElement") {
          const rest = value.kind === "list" ? listOf(value.items.slice(index), value.open) : UNKNOWN;
          if (value.kind === "list" && rest.kind === "list" && m.passed.has(value.items)) m.passed.add(rest.items);
          bind(m, child(element, "argument") ?? element, rest, scope, binding);
        } else bind(m, element, itemAt(m, value, index, pattern), scope, binding);
      });
    case "RestElement":
    case "TSParameterProperty":
    case "ParenthesizedExpression":
    case "TSAsExpression":
    case "TSNonNullExpression":
    case "TSSatisfiesExpression":
    case "TSTypeAssertion": {
      const inner = child(pattern, "argument") ?? child(pattern, "parameter") ?? child(pattern, "expression");
      if (inner !== undefined) bind(m, inner, value, scope, binding);
      return;
    }
    case "MemberExpression": {
      const object = m.evaluate(child(pattern, "object") ?? pattern, scope);
      setProperty(m, object, keyOf(m, pattern, "property", scope), value, pattern);
      return;
    }
    default:
      return;
  }
}

function bindName(m: Machine, node: Node, value: Value, scope: Scope, binding: Binding): void {
  const name = text(node, "name");
  if (binding === "declare") {
    m.declare(scope, name, value);
    return;
  }
  if (binding === "declare in function") {
    const known = scope.home.cells.get(name);
    if (known === undefined) m.declare(scope.home, name, value);
    else m.assign(known, value, node);
    return;
  }
  const cell = scope.find(name);
  if (cell !== undefined) m.assign(cell, value, node);
  else m.note({ op: "write", name, how: "assignment", at: node.start });
}

function bindProperties(m: Machine, pattern: Node, value: Value, scope: Scope, binding: Binding): void {
  for (const property of slots(pattern, "properties")) {
    if (property === undefined) continue;
    if (property.type === "RestElement") {
      // The rest of what the language provides is all of it.
      const rest = value.kind === "global" ? value : value.kind === "record" ? value : UNKNOWN;
      bind(m, child(property, "argument") ?? property, rest, scope, binding);
      continue;
    }
    const key = keyOf(m, property, "key", scope);
    const target = child(property, "value");
    if (target !== undefined) bind(m, target, getProperty(m, value, key, property), scope, binding);
  }
}

function itemAt(m: Machine, value: Value, index: number, node: Node): Value {
  if (index > 0) notePassed(m, value, node);
  if (value.kind === "list" && !value.open) return value.items[index] ?? UNDEFINED;
  if (value.kind === "constant" && typeof value.value === "string") return constant([...value.value][index]);
  return getProperty(m, value, constant(index), node);
}

/** The value, or the pattern's default where there may be none. */
function defaulted(m: Machine, pattern: Node, value: Value, scope: Scope): Value {
  const right = child(pattern, "right");
  if (right === undefined) return value;
  if (value.kind === "constant" && value.value === undefined) return m.evaluate(right, scope);
  if (value.kind !== "unknown" && value.kind !== "union") return value;
  let fallback: Value = UNKNOWN;
  m.maybe([() => (fallback = m.evaluate(right, scope))], true);
  // Which part of the input it is matters more than what stands in for a missing one.
  return value.kind === "unknown" && value.path !== undefined && fallback.kind === "constant"
    ? value
    : join(value, fallback);
}
