import { type Node, child, text } from "@pawl/source";
import type { Machine } from "./machine.ts";
import { combined, tell } from "./origins.ts";
import { bind } from "./patterns.ts";
import { keyOf } from "./properties.ts";
import type { Scope } from "./scope.ts";
import { doubles, noteAssigned, noteState, ownerOf, resetLength } from "./state.ts";
import { NUMBER, UNKNOWN, type Value, alternatives, constant, join } from "./value.ts";

/** `x++` */
export function update(m: Machine, node: Node, scope: Scope): Value {
  const target = child(node, "argument");
  if (target === undefined) return NUMBER;
  const before = m.evaluate(target, scope);
  const known = before.kind === "constant" && typeof before.value === "number" ? before.value : undefined;
  const after = known === undefined ? NUMBER : constant(text(node, "operator") === "++" ? known + 1 : known - 1);
  noteState(m, target, scope, node);
  if (m.watched !== undefined) m.affect(ownerOf(target, scope), node);
  bind(m, target, after, scope, "assign");
  return node["prefix"] === true || known === undefined ? after : before;
}

/** `x = …`, `x += …` and `x ??= …` */
export function assignment(m: Machine, node: Node, scope: Scope): Value {
  const target = child(node, "left");
  const right = child(node, "right");
  if (target === undefined || right === undefined) return UNKNOWN;
  const operator = text(node, "operator");
  if (operator === "=") {
    noteAssigned(m, target, right, scope, node);
    const value = m.evaluate(right, scope);
    if (m.watched !== undefined && target.type === "MemberExpression") noteMember(m, target, scope, node);
    if (doubles(right, target)) noteGrowth(m, value, node);
    bind(m, target, value, scope, node["pythonic"] === true ? m.world.assigns : "assign");
    if (target.type === "MemberExpression") resetLength(m, target, scope);
    return value;
  }
  const before = m.evaluate(target, scope);
  if (operator === "&&=" || operator === "||=" || operator === "??=") {
    let value: Value = UNKNOWN;
    m.maybe([() => bind(m, target, (value = m.evaluate(right, scope)), scope, "assign")], true);
    return join(before, value);
  }
  noteState(m, target, scope, node);
  if (m.watched !== undefined) m.affect(ownerOf(target, scope), node);
  const value = m.compute(combined(m, operator.slice(0, -1), before, m.evaluate(right, scope), node), node);
  if (operator === "+=" && doubles(node, target)) noteGrowth(m, value, node);
  bind(m, target, value, scope, "assign");
  return value;
}

/** A property of what was there before, under a name that is known: one under others is how results are remembered. */
function noteMember(m: Machine, target: Node, scope: Scope, node: Node): void {
  if (keyOf(m, target, "property", scope).kind === "constant") m.affect(ownerOf(target, scope), node);
}

/** What doubles round after round breaks, where somebody waits for that. */
function noteGrowth(m: Machine, value: Value, node: Node): void {
  const isNumber = alternatives(value).every(
    (each) =>
      (each.kind === "unknown" && each.type === "number") ||
      (each.kind === "constant" && typeof each.value === "number"),
  );
  if (m.attempts > 0 && m.loops > 0 && !isNumber) tell(m, "engine limit", node);
}
