import { callValue, handOver } from "../read/calls.ts";
import { noteTest } from "../read/comparisons.ts";
import type { CallSite, Machine } from "../read/machine.ts";
import { getProperty, nameOf, setProperty } from "../read/properties.ts";
import {
  BOOLEAN,
  NUMBER,
  UNDEFINED,
  UNKNOWN,
  type Primitive,
  type Value,
  alternatives,
  constant,
  listOf,
  recordOf,
  textOf,
} from "../read/value.ts";
import { encoded, recode } from "./encodings.ts";
import { assignAll, create, define, enumerate, fromEntries, prototypeOf } from "./objects.ts";
import { fill } from "./records.ts";

const STRING: Value = { kind: "unknown", type: "string" };
const MOST_ITEMS = 10_000;

/** Calls something that the language provides. */
export function callGlobal(m: Machine, path: string, args: readonly Value[], site: CallSite): Value {
  const [first, second, third] = args;
  const node = site.node;
  switch (path) {
    case "Object.assign":
      args.slice(1).forEach((from) => assignAll(m, first ?? UNKNOWN, from, node));
      return first ?? UNKNOWN;
    case "Object.defineProperty":
    case "Reflect.defineProperty":
      define(m, first ?? UNKNOWN, second ?? UNKNOWN, third ?? UNKNOWN, node);
      return first ?? UNKNOWN;
    case "Object.defineProperties":
    case "Object.create": {
      const target = path === "Object.create" ? create(m, first, node) : (first ?? UNKNOWN);
      if (second?.kind === "record")
        for (const [key, descriptor] of second.entries) define(m, target, constant(key), descriptor, node);
      else if (second !== undefined) m.note({ op: "hook", name: "descriptors", at: node.start });
      return target;
    }
    case "Object.setPrototypeOf":
    case "Reflect.setPrototypeOf":
      for (const each of alternatives(first ?? UNKNOWN)) {
        const name = each.kind === "global" ? each.path : "an object";
        m.note({ op: each.kind === "global" ? "write" : "hook", name, how: "setPrototypeOf", at: node.start });
      }
      return first ?? UNKNOWN;
    case "Object.freeze":
    case "Object.seal":
    case "Object.preventExtensions":
    case "Reflect.preventExtensions":
      for (const each of alternatives(first ?? UNKNOWN)) {
        if (each.kind === "global") m.note({ op: "write", name: each.path, how: "freeze", at: node.start });
      }
      return first ?? UNKNOWN;
    case "Reflect.set":
      setProperty(m, first ?? UNKNOWN, second ?? UNKNOWN, third ?? UNKNOWN, node);
      return BOOLEAN;
    case "Reflect.deleteProperty":
      for (const each of alternatives(first ?? UNKNOWN)) {
        if (each.kind === "global")
          m.note({
            op: "write",
            name: `${each.path}.${nameOf(second ?? UNKNOWN) ?? "?"}`,
            how: "delete",
            at: node.start,
          });
      }
      return BOOLEAN;
    case "Object.is":
      for (const [of, other] of [
        [first, second],
        [second, first],
      ]) {
        if (of !== undefined && other?.kind === "constant") noteTest(m, node, of, "==", other.value);
      }
      return BOOLEAN;
    case "Reflect.get":
      return getProperty(m, first ?? UNKNOWN, second ?? UNKNOWN, node);
    case "Reflect.apply":
      return callValue(m, first ?? UNKNOWN, second, third?.kind === "list" ? third.items : [UNKNOWN, UNKNOWN], site);
    case "Reflect.construct":
      return callValue(m, first ?? UNKNOWN, undefined, second?.kind === "list" ? second.items : [UNKNOWN], {
        node,
        isNew: true,
      });
    case "Object.getPrototypeOf":
    case "Reflect.getPrototypeOf":
      return prototypeOf(m, first ?? UNKNOWN, node);
    case "Object.getOwnPropertyDescriptor":
    case "Reflect.getOwnPropertyDescriptor": {
      const value = getProperty(m, first ?? UNKNOWN, second ?? UNKNOWN, node);
      return recordOf([
        ["value", value],
        ["get", value],
        ["set", value],
      ]);
    }
    case "Object.keys":
    case "Object.values":
    case "Object.entries":
    case "Object.getOwnPropertyNames":
    case "Object.getOwnPropertySymbols":
    case "Object.getOwnPropertyDescriptors":
    case "Reflect.ownKeys":
    case "Reflect.has":
    case "Object.hasOwn":
      return enumerate(m, path, first ?? UNKNOWN, node);
    case "Object.fromEntries":
      return fromEntries(m, first, node);
    case "Array.from":
    case "Array.of":
    case "Array":
      return arrayOf(m, path, args, site);
    default:
      return /^[A-Z]/.test(path) && !path.includes(".") ? construct(m, path, args, site) : compute(m, path, args, site);
  }
}

function arrayOf(m: Machine, path: string, args: readonly Value[], site: CallSite): Value {
  const [first, map] = args;
  if (path === "Array.of") return listOf([...args]);
  if (path === "Array") {
    if (args.length !== 1) return listOf([...args]);
    const length = first?.kind === "constant" ? Number(first.value) : Number.NaN;
    const known = length >= 0 && length <= 256;
    return listOf(known ? Array.from({ length }, () => UNDEFINED) : [], !known);
  }
  let from: Value = UNKNOWN;
  if (first?.kind === "list") from = listOf([...first.items], first.open);
  else if (first?.kind === "constant" && typeof first.value === "string")
    from = listOf([...first.value].slice(0, MOST_ITEMS).map((each) => constant(each)));
  else if (first?.kind === "record") {
    const length = first.entries.get("length");
    const count = length?.kind === "constant" ? Number(length.value) : Number.NaN;
    if (typeof first.of === "string") from = listOf([...first.entries.values()], first.open);
    else if (count >= 0 && count <= 512) from = listOf(Array.from({ length: count }, () => UNDEFINED));
  }
  if (map === undefined) return from.kind === "list" ? from : listOf([], true);
  const list = from.kind === "list" ? from : listOf([], true);
  return callValue(m, getProperty(m, list, constant("map"), site.node), list, [map], site);
}

const ARRAYS = /^(?:Big)?(?:U?[iI]nt|Float)\d+(?:Clamped)?Array$/;

/** `new Map(…)`, `Number(…)` and their like. */
function construct(m: Machine, path: string, args: readonly Value[], site: CallSite): Value {
  const [first] = args;
  if (ARRAYS.test(path)) {
    if (first?.kind === "list") return { ...listOf([...first.items], first.open), bytes: true };
    return { ...listOf([], true), bytes: true };
  }
  switch (path) {
    case "Map":
    case "WeakMap":
      return fill(m, recordOf([], "Map"), first, true, site);
    case "Set":
    case "WeakSet":
      return fill(m, recordOf([], "Set"), first, false, site);
    case "TextDecoder":
    case "TextEncoder":
      return recordOf([], path);
    case "String": {
      if (first?.kind === "function") m.note({ op: "print", name: "a function", at: site.node.start });
      const text = first === undefined ? "" : textOf(first);
      return text === undefined ? STRING : constant(text);
    }
    case "Number":
    case "BigInt":
    case "Boolean":
      return first?.kind === "constant" ? converted(path, first.value) : path === "Boolean" ? BOOLEAN : NUMBER;
    case "RegExp":
      return first?.kind === "constant"
        ? {
            kind: "regex",
            pattern: String(first.value),
            flags: String(args[1]?.kind === "constant" ? args[1].value : ""),
          }
        : UNKNOWN;
    case "Promise":
      handOver(m, args, site.node);
      return recordOf([], "Promise");
    case "Object":
      return first ?? recordOf();
    case "Date":
      return { kind: "unknown" };
    default:
      handOver(m, args, site.node);
      return path.endsWith("Error") ? { ...recordOf([], "Error"), open: true } : UNKNOWN;
  }
}

function converted(path: string, value: Primitive): Value {
  if (path === "Boolean") return constant(Boolean(value));
  try {
    return constant(path === "Number" ? Number(value) : BigInt(value as string));
  } catch {
    return UNKNOWN;
  }
}

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
function compute(m: Machine, path: string, args: readonly Value[], site: CallSite): Value {
  const [first, second] = args;
  if (path === "Buffer.from") return encoded(first, second);
  if (path === "String.raw") return raw(args);
  if (path === "structuredClone") return first ?? UNDEFINED;
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
      if (MATHS.has(name))
        return constant(
          (Math as unknown as Record<string, (...numbers: number[]) => number>)[name]?.(...values.map(Number)),
        );
      return typeof values[0] === "string" ? recode(path, values[0]) : UNKNOWN;
    }
  }
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
