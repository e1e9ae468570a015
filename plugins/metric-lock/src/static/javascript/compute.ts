import { handOver } from "../read/calls.ts";
import { noteNesting } from "../read/limits.ts";
import type { CallSite, Machine } from "../read/machine.ts";
import {
  NUMBER,
  STRING,
  UNDEFINED,
  UNKNOWN,
  type Primitive,
  type Value,
  constant,
  listOf,
  recordOf,
  textOf,
} from "../read/value.ts";
import { timeOf } from "./dates.ts";
import { encoded, recode } from "./encodings.ts";

const MOST_ITEMS = 10_000;

const MATHS = new Set([
  "abs",
  "floor",
  "ceil",
  "round",
  "trunc",
  "sign",
  "min",
  "max",
  "sqrt",
  "imul",
  "clz32",
  "fround",
]);

/** Functions of constants, where they are the same on every machine. */
export function compute(m: Machine, path: string, args: readonly Value[], site: CallSite): Value {
  const [first, second] = args;
  if (path === "Buffer.from") return encoded(first, second);
  if (path === "String.raw") return raw(args);
  if (path === "structuredClone") return first ?? UNDEFINED;
  if (path === "JSON.parse") noteNesting(m, first, site.node);
  const time = path === "Date.parse" || path === "Date.UTC" ? timeOf(path, args) : undefined;
  if (time !== undefined) return time;
  if (!args.every((arg) => arg.kind === "constant")) {
    handOver(
      m,
      args.filter(({ kind }) => kind !== "constant"),
      site.node,
    );
    return path.startsWith("Math.") || /^(?:Number\.)?parse/.test(path) ? NUMBER : UNKNOWN;
  }
  const values = args.map(({ value }) => value);
  switch (path) {
    case "String.fromCharCode":
      return constant(String.fromCharCode(...values.slice(0, MOST_ITEMS).map(Number)));
    case "String.fromCodePoint":
      return values.every((each) => Number(each) >= 0 && Number(each) <= 0x10_ff_ff)
        ? constant(String.fromCodePoint(...values.slice(0, MOST_ITEMS).map(Math.floor as (value: Primitive) => number)))
        : UNKNOWN;
    case "parseInt":
    case "Number.parseInt":
      return constant(Number.parseInt(String(values[0]), values[1] === undefined ? undefined : Number(values[1])));
    case "parseFloat":
    case "Number.parseFloat":
      return constant(Number.parseFloat(String(values[0])));
    case "JSON.parse":
      return parsed(String(values[0]));
    case "JSON.stringify":
      return constant(JSON.stringify(values[0] as string) as string | undefined);
    case "Symbol.for":
    case "Symbol":
      return UNKNOWN;
    default: {
      const name = path.startsWith("Math.") ? path.slice(5) : "";
      if (name === "pow") return power(Number(values[0]), Number(values[1]));
      if (MATHS.has(name))
        return constant(
          (Math as unknown as Record<string, (...numbers: number[]) => number>)[name]?.(...values.map(Number)),
        );
      return typeof values[0] === "string" ? recode(path, values[0]) : UNKNOWN;
    }
  }
}

/** Whole powers come out the same everywhere. */
function power(base: number, exponent: number): Value {
  const made = base ** exponent;
  return Number.isSafeInteger(base) && Number.isSafeInteger(made) ? constant(made) : NUMBER;
}

function raw(args: readonly Value[]): Value {
  const [pieces, ...values] = args;
  const texts = pieces?.kind === "list" ? pieces.items.map(textOf) : [];
  const between = values.map(textOf);
  if (![...texts, ...between].every((each) => each !== undefined)) return STRING;
  return constant(texts.map((piece, index) => piece + (between[index] ?? "")).join(""));
}

function parsed(text: string): Value {
  if (text.length > 200_000) return UNKNOWN;
  try {
    return fromJson(JSON.parse(text) as unknown, 0);
  } catch {
    return UNKNOWN;
  }
}

function fromJson(value: unknown, depth: number): Value {
  if (depth > 40) return UNKNOWN;
  if (Array.isArray(value)) return listOf(value.slice(0, MOST_ITEMS).map((item) => fromJson(item, depth + 1)));
  if (typeof value !== "object" || value === null) return constant(value as Primitive);
  return recordOf(Object.entries(value).map(([key, item]): [string, Value] => [key, fromJson(item, depth + 1)]));
}
