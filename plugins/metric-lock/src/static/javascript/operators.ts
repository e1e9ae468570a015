import type { Node } from "@pawl/source";
import { noteSize } from "../read/limits.ts";
import type { Machine } from "../read/machine.ts";
import { tell } from "../read/origins.ts";
import { NUMBER, UNKNOWN, type Value, constant, textOf } from "../read/value.ts";

/** What an operator makes of two values. */
export function combine(m: Machine, operator: string, left: Value, right: Value, node: Node): Value {
  if (operator === "+") return plus(m, left, right, node);
  const [a, b] = [numberOf(left), numberOf(right)];
  if (a === undefined || b === undefined || typeof a !== typeof b) return NUMBER;
  const made = typeof a === "bigint" ? ofBigints(operator, a, b as bigint) : ofNumbers(operator, a, b as number);
  if (typeof a === "bigint" && typeof b === "bigint") noteBits(m, operator, a, b, node);
  return made === undefined ? NUMBER : constant(made);
}

/** Integers of so many bits are no longer made everywhere. */
function noteBits(m: Machine, operator: string, a: bigint, b: bigint, node: Node): void {
  if (operator === "<<" && b > 0n) noteSize(m, Number(b), node);
  if (operator === "**" && (a > 1n || a < -1n)) noteSize(m, Number(b), node);
}

function plus(m: Machine, left: Value, right: Value, node: Node): Value {
  if (left.kind === "constant" && right.kind === "constant") {
    const [a, b] = [left.value, right.value];
    if (typeof a === "string" || typeof b === "string") return shortText(m, String(a) + String(b), node);
    if (typeof a === "bigint" && typeof b === "bigint") return constant(a + b);
    if (typeof a !== "bigint" && typeof b !== "bigint") return constant(Number(a) + Number(b));
    return UNKNOWN;
  }
  const [a, b] = [textOf(left), textOf(right)];
  if (a !== undefined && b !== undefined) return shortText(m, a + b, node);
  const isText = [left, right].some((each) => each.kind === "constant" && typeof each.value === "string");
  if (isText) return { kind: "unknown", type: "string" };
  return left.kind === "unknown" && left.type === "number" && right.kind !== "unknown" ? NUMBER : UNKNOWN;
}

const LONGEST_TEXT = 200_000;
function shortText(m: Machine, text: string, node: Node): Value {
  if (text.length <= LONGEST_TEXT) return constant(text);
  // Nobody writes so long a text in pieces; it is doubled until it breaks.
  if (m.attempts > 0) tell(m, "engine limit", node);
  return { kind: "unknown", type: "string" };
}

function numberOf(value: Value): number | bigint | undefined {
  if (value.kind === "constant") return typeof value.value === "bigint" ? value.value : Number(value.value);
  const text = value.kind === "list" ? textOf(value) : undefined;
  return text === undefined ? undefined : Number(text);
}

function ofNumbers(operator: string, a: number, b: number): number | undefined {
  switch (operator) {
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return a / b;
    case "%":
      return a % b;
    case "**":
      return a ** b;
    case "&":
      return a & b;
    case "|":
      return a | b;
    case "^":
      return a ^ b;
    case "<<":
      return a << b;
    case ">>":
      return a >> b;
    case ">>>":
      return a >>> b;
    default:
      return undefined;
  }
}

function ofBigints(operator: string, a: bigint, b: bigint): bigint | undefined {
  switch (operator) {
    case "-":
      return a - b;
    case "*":
      return small(a) && small(b) ? a * b : undefined;
    case "/":
      return b === 0n ? undefined : a / b;
    case "%":
      return b === 0n ? undefined : a % b;
    case "&":
      return a & b;
    case "|":
      return a | b;
    case "^":
      return a ^ b;
    case ">>":
      return b >= 0n && b < 100_000n ? a >> b : undefined;
    case "<<":
      return b >= 0n && b < 4096n && small(a) ? a << b : undefined;
    default:
      return undefined;
  }
}

const small = (value: bigint): boolean => value < 1n << 4096n && value > -(1n << 4096n);
