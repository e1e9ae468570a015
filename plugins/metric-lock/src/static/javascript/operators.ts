import type { Machine } from "../read/machine.ts";
import { BOOLEAN, NUMBER, UNKNOWN, type Value, constant, textOf } from "../read/value.ts";

/** What an operator makes of two values. */
export function combine(_machine: Machine, operator: string, left: Value, right: Value): Value {
  if (operator === "+") return plus(left, right);
  if (operator === "instanceof") return BOOLEAN;
  const [a, b] = [numberOf(left), numberOf(right)];
  if (a === undefined || b === undefined || typeof a !== typeof b) return NUMBER;
  const made = typeof a === "bigint" ? ofBigints(operator, a, b as bigint) : ofNumbers(operator, a, b as number);
  return made === undefined ? NUMBER : constant(made);
}

function plus(left: Value, right: Value): Value {
  if (left.kind === "constant" && right.kind === "constant") {
    const [a, b] = [left.value, right.value];
    if (typeof a === "string" || typeof b === "string") return shortText(String(a) + String(b));
    if (typeof a === "bigint" && typeof b === "bigint") return constant(a + b);
    if (typeof a !== "bigint" && typeof b !== "bigint") return constant(Number(a) + Number(b));
    return UNKNOWN;
  }
  const [a, b] = [textOf(left), textOf(right)];
  if (a !== undefined && b !== undefined) return shortText(a + b);
  const isText = [left, right].some((each) => each.kind === "constant" && typeof each.value === "string");
  if (isText) return { kind: "unknown", type: "string" };
  return left.kind === "unknown" && left.type === "number" && right.kind !== "unknown" ? NUMBER : UNKNOWN;
}

const LONGEST_TEXT = 200_000;
const shortText = (text: string): Value =>
  text.length > LONGEST_TEXT ? { kind: "unknown", type: "string" } : constant(text);

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
