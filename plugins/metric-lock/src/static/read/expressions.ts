import { type Node, bare, child, slots, isNode, text } from "@pawl/source";
import { callOf, callTag, constructorOf } from "./calls.ts";
import { assignment, update } from "./assignments.ts";
import { classOf, functionOf, objectOf } from "./literals.ts";
import { comparison } from "./comparisons.ts";
import type { Machine } from "./machine.ts";
import { listFrom } from "./lists.ts";
import { ERROR_TEXT, ZONE, combined, isDate, isError, isFrom, noteAsked, notePassed, tell } from "./origins.ts";
import { getProperty, keyOf } from "./properties.ts";
import { type Scope, valueOf } from "./scope.ts";
import {
  BIT,
  BOOLEAN,
  NUMBER,
  UNDEFINED,
  UNKNOWN,
  type Value,
  alternatives,
  constant,
  join,
  textOf,
  truth,
} from "./value.ts";

/** What an expression comes to. */
export function evaluate(m: Machine, node: Node, scope: Scope): Value {
  m.step();
  switch (node.type) {
    case "Identifier":
      return readName(m, node, scope);
    case "Literal":
      return literalOf(node);
    case "TemplateLiteral":
      return template(m, node, scope);
    case "TaggedTemplateExpression":
      return callTag(m, node, scope);
    case "ArrayExpression":
      return listFrom(m, node, "elements", scope);
    case "ObjectExpression":
      return objectOf(m, node, scope);
    case "FunctionExpression":
    case "ArrowFunctionExpression":
    case "FunctionDeclaration":
      return functionOf(m, node, scope);
    case "ClassExpression":
    case "ClassDeclaration":
      return classOf(m, node, scope);
    case "UnaryExpression":
      return unary(m, node, scope);
    case "UpdateExpression":
      return update(m, node, scope);
    case "BinaryExpression":
      return binary(m, node, scope);
    case "LogicalExpression":
      return logical(m, node, scope);
    case "AssignmentExpression":
      return assignment(m, node, scope);
    case "ConditionalExpression":
      return conditional(m, node, scope);
    case "CallExpression":
      return callOf(m, node, scope);
    case "NewExpression":
      return constructorOf(m, node, scope);
    case "MemberExpression":
      return memberOf(m, node, scope);
    case "SequenceExpression":
      return slots(node, "expressions").reduce<Value>(
        (_, each) => (each === undefined ? UNKNOWN : m.evaluate(each, scope)),
        UNDEFINED,
      );
    case "ThisExpression":
      return scope.find("this")?.value ?? UNKNOWN;
    case "Super":
      return scope.find("super")?.value ?? UNKNOWN;
    case "YieldExpression": {
      const value = m.operand(node, "argument", scope);
      m.yields.push(node["delegate"] === true && value.kind === "list" ? join(...value.items, UNKNOWN) : value);
      return UNKNOWN;
    }
    case "ImportExpression":
      m.operand(node, "source", scope);
      m.note({ op: "read", name: "import()", at: node.start });
      return UNKNOWN;
    case "MetaProperty":
      if (text(child(node, "meta") ?? node, "name") === "import")
        m.note({ op: "read", name: "import.meta", at: node.start });
      else tell(m, "call", node);
      return UNKNOWN;
    default:
      return inner(m, node, scope);
  }
}

/** Wrappers mean what is in them, and of what is not known every part is read. */
function inner(m: Machine, node: Node, scope: Scope): Value {
  const own = m.world.evaluate?.(m, node, scope);
  if (own !== undefined) return own;
  const only = child(node, "expression") ?? (node.type === "AwaitExpression" ? child(node, "argument") : undefined);
  if (only !== undefined) return m.evaluate(only, scope);
  for (const key in node) {
    const value = node[key];
    if (isNode(value)) m.evaluate(value, scope);
    else if (Array.isArray(value)) for (const item of value) if (isNode(item)) m.evaluate(item, scope);
  }
  return UNKNOWN;
}

function readName(m: Machine, node: Node, scope: Scope): Value {
  const name = text(node, "name");
  const cell = scope.find(name);
  if (cell !== undefined) return valueOf(cell, m.run);
  return m.world.name(m, name, node);
}

function literalOf(node: Node): Value {
  const regex = node["regex"] as { pattern: string; flags: string } | undefined;
  if (regex !== undefined && regex !== null) return { kind: "regex", pattern: regex.pattern, flags: regex.flags };
  const big = node["bigint"];
  if (typeof big === "string") return constant(BigInt(big));
  return constant(node["value"] as string | number | boolean | null);
}

function template(m: Machine, node: Node, scope: Scope): Value {
  const values = slots(node, "expressions").map((each) => (each === undefined ? UNKNOWN : m.evaluate(each, scope)));
  for (const value of values)
    if (value.kind === "function") m.note({ op: "print", name: "a function", at: node.start });
  if (values.some(isDate)) tell(m, "time zone", node);
  for (const value of values) if (isFrom(value, "time zone")) tell(m, "time zone", node);
  if (values.some(isError)) return ERROR_TEXT;
  const texts = values.map(textOf);
  if (!texts.every((each) => each !== undefined)) return { kind: "unknown", type: "string" };
  let made = "";
  slots(node, "quasis").forEach((quasi, index) => {
    made += (quasi?.["value"] as { cooked?: string | null } | undefined)?.cooked ?? "";
    made += texts[index] ?? "";
  });
  return texts.length === 0 ? constant(made) : m.compute(constant(made), node);
}

function unary(m: Machine, node: Node, scope: Scope): Value {
  const operator = text(node, "operator");
  const argument = child(node, "argument");
  if (argument === undefined) return UNKNOWN;
  if (operator === "delete") return remove(m, argument, scope);
  if (operator === "typeof" && argument.type === "Identifier" && scope.find(text(argument, "name")) === undefined) {
    m.note({ op: "look", name: text(argument, "name"), at: node.start });
    return { kind: "unknown", type: "string" };
  }
  const value = m.evaluate(argument, scope);
  if (operator === "!" || operator === "not") {
    const known = truth(value);
    return known === undefined ? BOOLEAN : constant(!known);
  }
  if (operator === "void") return UNDEFINED;
  if (operator === "typeof") {
    noteAsked(m, value, node);
    for (const each of alternatives(value))
      if (each.kind === "global") m.note({ op: "look", name: each.path, at: node.start });
    return value.kind === "constant" ? constant(typeof value.value) : { kind: "unknown", type: "string" };
  }
  if (value.kind !== "constant") {
    if (isFrom(value, "wall clock") && operator === "+") return ZONE;
    if (isError(value)) tell(m, "error text", node);
    if (operator !== "+" && isFrom(value, "wall clock", "time zone")) tell(m, "time zone", node);
    if (isFrom(value, "time zone", "local part", "universal part")) return value;
    if (operator === "+" && value.kind === "unknown" && value.type === "boolean") return BIT;
    // Arithmetic on lists and strings is how programs without letters are written: `+[]` is 0.
    const made = operator === "+" || operator === "-" ? textOf(value) : undefined;
    return made === undefined ? NUMBER : constant(operator === "-" ? -Number(made) : Number(made));
  }
  const number = typeof value.value === "bigint" ? value.value : Number(value.value);
  if (operator === "-") return constant(-number);
  if (operator === "+") return constant(Number(number));
  return operator === "~" ? constant(~number) : UNKNOWN;
}

function remove(m: Machine, target: Node, scope: Scope): Value {
  const member = bare(target);
  if (member.type !== "MemberExpression") return BOOLEAN;
  const object = m.operand(member, "object", scope);
  const key = keyOf(m, member, "property", scope);
  for (const each of alternatives(object)) {
    const name = key.kind === "constant" ? String(key.value) : "?";
    if (each.kind === "global") m.note({ op: "write", name: `${each.path}.${name}`, how: "delete", at: target.start });
    if (each.kind === "record") each.entries.delete(name);
  }
  return BOOLEAN;
}

function memberOf(m: Machine, node: Node, scope: Scope): Value {
  const object = m.operand(node, "object", scope);
  return getProperty(m, object, keyOf(m, node, "property", scope), node);
}

function binary(m: Machine, node: Node, scope: Scope): Value {
  const operator = text(node, "operator");
  const left = m.operand(node, "left", scope);
  const right = m.operand(node, "right", scope);
  if (operator === "in") {
    if (isFrom(right, "error text")) tell(m, "error text", node);
    notePassed(m, right, node);
    const key = left.kind === "constant" ? String(left.value) : undefined;
    for (const each of alternatives(right)) {
      if (each.kind === "global") m.note({ op: "look", name: `${each.path}.${key ?? "?"}`, at: node.start });
      if (each.kind === "record" && key === undefined) {
        m.lookUp("in", left, [...each.entries.keys()], node);
      }
      if (each.kind === "list" && left.kind !== "constant") {
        const keys = each.items.flatMap((item) => (item.kind === "constant" ? [item.value] : []));
        m.lookUp("in", left, keys, node);
      }
    }
    return BOOLEAN;
  }
  if (operator === "+") {
    for (const each of [left, right])
      if (each.kind === "function") m.note({ op: "print", name: "a function", at: node.start });
  }
  const compared = comparison(m, node, operator, left, right, scope);
  if (compared !== undefined) return compared;
  // Of which class an error is, the language says.
  if (operator === "instanceof") return BOOLEAN;
  return m.compute(combined(m, operator, left, right, node), node);
}

function logical(m: Machine, node: Node, scope: Scope): Value {
  const operator = text(node, "operator");
  const left = m.operand(node, "left", scope);
  const right = child(node, "right");
  if (right === undefined) return left;
  if (operator === "&&") noteAsked(m, left, node);
  const holds = operator === "??" ? nullish(left) : truth(left);
  const goesOn = operator === "&&" ? holds : operator === "||" ? holds !== undefined && !holds : holds;
  if (holds !== undefined) {
    if (goesOn === true) return m.evaluate(right, scope);
    m.leaveOut(right, () => m.evaluate(right, scope));
    return left;
  }
  let value: Value = UNKNOWN;
  m.maybe([() => (value = m.evaluate(right, scope))], true);
  return join(left, value);
}

function nullish(value: Value): boolean | undefined {
  if (value.kind === "constant") return value.value === null || value.value === undefined;
  return value.kind === "unknown" || value.kind === "union" ? undefined : false;
}

function conditional(m: Machine, node: Node, scope: Scope): Value {
  const test = m.operand(node, "test", scope);
  noteAsked(m, test, node);
  const [yes, no] = [child(node, "consequent"), child(node, "alternate")];
  if (yes === undefined || no === undefined) return UNKNOWN;
  const known = truth(test);
  if (known !== undefined) {
    const [taken, other] = known ? [yes, no] : [no, yes];
    m.leaveOut(other, () => m.evaluate(other, scope));
    return m.evaluate(taken, scope);
  }
  const values: Value[] = [];
  m.maybe([() => values.push(m.evaluate(yes, scope)), () => values.push(m.evaluate(no, scope))], false);
  return join(...values);
}
