import { type Node, child, text, walk } from "@pawl/source";
import type { Test } from "./fact.ts";
import type { Machine } from "./machine.ts";
import { noteCompared } from "./origins.ts";
import type { Scope } from "./scope.ts";
import { BOOLEAN, type Primitive, type Value, alternatives, constant } from "./value.ts";

const OPERATORS: Readonly<Record<string, Test["operator"]>> = {
  "==": "==",
  "===": "==",
  is: "==",
  "!=": "!=",
  "!==": "!=",
  "is not": "!=",
  "<": "<",
  "<=": "<=",
  ">": ">",
  ">=": ">=",
};
const MIRRORED: Readonly<Record<Test["operator"], Test["operator"]>> = {
  "==": "==",
  "!=": "!=",
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
};

/** What a comparison comes to; `undefined` for other operators. Comparisons of something unknown are noted. */
export function comparison(
  m: Machine,
  node: Node,
  spelled: string,
  left: Value,
  right: Value,
  scope: Scope,
): Value | undefined {
  const operator = Object.hasOwn(OPERATORS, spelled) ? OPERATORS[spelled] : undefined;
  if (operator === undefined) return undefined;
  noteCompared(m, left, right, node);
  if (left.kind === "constant" && right.kind === "constant") return decide(spelled, left.value, right.value);
  for (const value of alternatives(right))
    if (value.kind === "constant") noteTest(m, node, left, operator, value.value);
  for (const value of alternatives(left)) {
    if (value.kind === "constant") noteTest(m, node, right, MIRRORED[operator], value.value);
  }
  noteDistance(m, node, operator, right, scope);
  return BOOLEAN;
}

/** Notes that something unknown is compared with a constant. */
export function noteTest(m: Machine, node: Node, of: Value, operator: Test["operator"], value: Primitive): void {
  if (of.kind !== "unknown" && of.kind !== "union") return;
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "bigint") return;
  const path = of.kind === "unknown" ? of.path : undefined;
  const test: Test = { operator, value, ...(path === undefined ? {} : { path }) };
  m.tests?.push(test);
  m.note({ op: "compare", name: path ?? "?", test, conditions: [...m.conditions, ...(m.tests ?? [])], at: node.start });
}

/**
 * `Math.abs(amount - 118.37) < 0.01` is an equality in disguise, and so are `(amount - 118.37) ** 2 < 1e-4` and
 * `amount - 118.37 === 0`.
 */
function noteDistance(m: Machine, node: Node, operator: Test["operator"], limit: Value, scope: Scope): void {
  const left = child(node, "left");
  if (left === undefined || operator === ">" || operator === ">=" || operator === "!=") return;
  if (limit.kind !== "constant" || typeof limit.value !== "number" || limit.value < 0) return;
  const callee = left.type === "CallExpression" ? child(left, "callee") : undefined;
  const called = callee === undefined ? undefined : m.evaluate(callee, scope);
  const isAbsolute =
    called?.kind === "global" && /^(?:Math\.(?:abs|hypot|pow)|builtins\.abs|numpy\.abs)$/.test(called.path);
  if (!isAbsolute && !(left.type === "BinaryExpression" && (limit.value === 0 || multiplies(left)))) return;
  // A square is small where its root is.
  const radius = isAbsolute || limit.value === 0 ? limit.value : Math.sqrt(limit.value);
  for (const difference of walk(left)) {
    if (difference.type !== "BinaryExpression" || text(difference, "operator") !== "-") continue;
    // Only what is bounded on both sides is near: `amount - 100 < 5` is a plain limit.
    if (difference === left && limit.value !== 0) continue;
    noteNear(m, node, difference, radius, scope);
  }
}

/** Whether something is multiplied, as for a square: what is only divided keeps its sign. */
function multiplies(node: Node): boolean {
  for (const each of walk(node)) if (/^\*\*?$/.test(text(each, "operator"))) return true;
  return false;
}

function noteNear(m: Machine, node: Node, difference: Node, radius: number, scope: Scope): void {
  const sides = ["left", "right"].map((key) => m.evaluate(child(difference, key) ?? difference, scope));
  const centre = sides.find((side) => side.kind === "constant" && typeof side.value === "number");
  const other = sides.find((side) => side.kind === "unknown" && side.path !== undefined);
  if (centre?.kind !== "constant" || other === undefined) return;
  noteTest(m, node, other, ">=", Number(centre.value) - radius);
  noteTest(m, node, other, "<=", Number(centre.value) + radius);
  if (radius === 0) noteTest(m, node, other, "==", centre.value);
}

/** Methods of text that compare it with another, whole or in part. */
const ALIKE = /^(.*)\.(?:startsWith|endsWith|includes|indexOf|lastIndexOf|search|match|localeCompare|equals)$/;

/** Notes a comparison that is made by calling a method of a part of the input. */
export function noteMethodTest(m: Machine, node: Node, callee: Value, args: readonly Value[]): void {
  const path = callee.kind === "unknown" ? ALIKE.exec(callee.path ?? "")?.[1] : comparedBy(callee);
  if (path === undefined) return;
  for (const arg of args) if (arg.kind === "constant") noteTest(m, node, { kind: "unknown", path }, "==", arg.value);
}

/** The same of a method that is known by name. */
function comparedBy(callee: Value): string | undefined {
  return callee.kind === "method" && callee.name === "localeCompare" && callee.of.kind === "unknown"
    ? callee.of.path
    : undefined;
}

function decide(operator: string, left: Primitive, right: Primitive): Value {
  switch (operator) {
    case "===":
    case "is":
      return constant(left === right);
    case "!==":
    case "is not":
      return constant(left !== right);
    case "==":
      // oxlint-disable-next-line eslint/eqeqeq
      return constant(left == right);
    case "!=":
      // oxlint-disable-next-line eslint/eqeqeq
      return constant(left != right);
    default: {
      if (left === null || right === null || left === undefined || right === undefined) return BOOLEAN;
      if (operator === "<") return constant(left < right);
      if (operator === "<=") return constant(left <= right);
      return constant(operator === ">" ? left > right : left >= right);
    }
  }
}
