import { type Node, child, children, text } from "./ast.ts";
import { evaluate } from "./expressions.ts";
import type { Test } from "./fact.ts";
import type { Machine } from "./machine.ts";
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

/** `Math.abs(amount - 118.37) < 0.01` is an equality in disguise. */
function noteDistance(m: Machine, node: Node, operator: Test["operator"], limit: Value, scope: Scope): void {
  if (operator !== "<" && operator !== "<=") return;
  if (limit.kind !== "constant" || typeof limit.value !== "number") return;
  const call = child(node, "left");
  const callee = call?.type === "CallExpression" ? child(call, "callee") : undefined;
  const [difference] = call === undefined ? [] : children(call, "arguments");
  if (callee === undefined || difference?.type !== "BinaryExpression" || text(difference, "operator") !== "-") return;
  const of = evaluate(m, callee, scope);
  if (of.kind !== "global" || (of.path !== "Math.abs" && of.path !== "builtins.abs")) return;
  const sides = ["left", "right"].map((key) => evaluate(m, child(difference, key) ?? difference, scope));
  const [centre] = sides.flatMap((side) =>
    side.kind === "constant" && typeof side.value === "number" ? [side.value] : [],
  );
  const other = sides.find(({ kind }) => kind === "unknown");
  if (centre === undefined || other === undefined) return;
  noteTest(m, node, other, ">=", centre - limit.value);
  noteTest(m, node, other, "<=", centre + limit.value);
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
