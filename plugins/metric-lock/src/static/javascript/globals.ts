import { callValue, handOver } from "../read/calls.ts";
import { noteTest } from "../read/comparisons.ts";
import type { CallSite, Machine } from "../read/machine.ts";
import { keepLength, noteNesting, noteSize } from "../read/limits.ts";
import { getProperty, nameOf, setProperty } from "../read/properties.ts";
import {
  BIT,
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
import { compute } from "./compute.ts";
import { dateOf } from "./dates.ts";
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
    noteSize(m, first, site.node);
    const length = first?.kind === "constant" ? Number(first.value) : Number.NaN;
    const known = length >= 0 && length <= 256;
    const made = listOf(known ? Array.from({ length }, () => UNDEFINED) : [], !known);
    keepLength(m, made, length);
    return made;
  }
  let from: Value = UNKNOWN;
  if (first?.kind === "list") from = listOf([...first.items], first.open);
  else if (first?.kind === "constant" && typeof first.value === "string")
    from = listOf([...first.value].slice(0, MOST_ITEMS).map((each) => constant(each)));
  else if (first?.kind === "record") {
    const length = first.entries.get("length");
    const count = length?.kind === "constant" ? Number(length.value) : Number.NaN;
    noteSize(m, count, site.node);
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
    noteSize(m, first, site.node);
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
      if (path === "Number" && first?.kind === "unknown" && first.type === "boolean") return BIT;
      return first?.kind === "constant" ? converted(path, first.value) : path === "Boolean" ? BOOLEAN : NUMBER;
    case "RegExp":
      noteNesting(m, first, site.node);
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
      return dateOf(args);
    case "ArrayBuffer":
      noteSize(m, first, site.node);
      if (args[1]?.kind === "record") noteSize(m, args[1].entries.get("maxByteLength"), site.node);
      return UNKNOWN;
    default:
      handOver(m, args, site.node);
      if (!path.endsWith("Error")) return UNKNOWN;
      return { ...recordOf([["message", first ?? constant("")]], "Error"), open: true };
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
