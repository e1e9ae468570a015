import { callValue, handOver } from "../read/calls.ts";
import type { CallSite, Machine } from "../read/machine.ts";
import { getProperty } from "../read/properties.ts";
import {
  UNDEFINED,
  UNKNOWN,
  type ListValue,
  type RecordValue,
  type Value,
  constant,
  join,
  joinAll,
  listOf,
  textOf,
} from "../read/value.ts";
import { ERROR_TEXT, holdsError, isError, tell } from "../read/origins.ts";
import { encoded, encodingOf } from "../javascript/encodings.ts";
import { callErrorText } from "./errors.ts";
import { callPath, isPath } from "./files.ts";
import { callDate } from "./places.ts";

const STRING: Value = { kind: "unknown", type: "string" };
const LONGEST = 200_000;

/** Calls a method of something that is known in part. */
export function callMethod(
  m: Machine,
  { of, name }: Value & { kind: "method" },
  args: readonly Value[],
  site: CallSite,
): Value {
  if (isError(of)) return callErrorText(m, name, site.node);
  if (of.kind === "unknown") return callDate(m, of, name, args, site.node);
  if (args.some((arg) => holdsError(arg))) {
    if (of.kind === "constant" && /^(?:format|join|replace)$/.test(name)) return ERROR_TEXT;
    if (!/^(?:append|insert|extend|update|setdefault|add)$/.test(name)) tell(m, "error text", site.node);
  }
  if (of.kind === "constant" && typeof of.value === "string") return callText(m, of.value, name, args, site);
  if (of.kind === "list") return callList(m, of, name, args, site);
  if (of.kind === "record") return (isPath(of) ? callPath : callDictionary)(m, of, name, args, site);
  handOver(m, args, site.node);
  return UNKNOWN;
}

function callText(m: Machine, text: string, name: string, args: readonly Value[], site: CallSite): Value {
  const [first, second] = args;
  const a = first?.kind === "constant" ? String(first.value) : undefined;
  const b = second?.kind === "constant" ? String(second.value) : undefined;
  switch (name) {
    case "join": {
      if (first?.kind !== "list" || first.open) return STRING;
      const parts = first.items.map(textOf);
      return parts.every((part) => part !== undefined) ? constant(parts.join(text).slice(0, LONGEST)) : STRING;
    }
    case "lower":
    case "casefold":
      return constant(text.toLowerCase());
    case "upper":
      return constant(text.toUpperCase());
    case "swapcase":
      return constant(
        [...text].map((each) => (each === each.toLowerCase() ? each.toUpperCase() : each.toLowerCase())).join(""),
      );
    case "capitalize":
      return constant(text.slice(0, 1).toUpperCase() + text.slice(1).toLowerCase());
    case "strip":
      return a === undefined ? constant(text.trim()) : STRING;
    case "replace":
      return a === undefined || b === undefined || a === ""
        ? STRING
        : constant(text.replaceAll(a, b).slice(0, LONGEST));
    case "split":
      if (first !== undefined && a === undefined) return listOf([], true);
      return listOf((a === undefined ? text.trim().split(/\s+/) : text.split(a)).map((each) => constant(each)));
    case "encode":
      return encoded(constant(text), first);
    case "decode":
      return encodingOf(first) === undefined ? STRING : constant(text);
    case "format":
    case "format_map": {
      noteWalks(m, text, name === "format" ? args : [], site);
      const parts = args.map(textOf);
      let at = 0;
      if (!parts.every((part) => part !== undefined)) return STRING;
      return constant(
        text.replaceAll(/\{(\d*)\}/g, (_, index: string) => parts[index === "" ? at++ : Number(index)] ?? ""),
      );
    }
    case "startswith":
    case "endswith":
    case "find":
    case "index":
    case "count":
      if (first?.kind === "unknown")
        m.note({ op: "lookup", name: "text", keys: text.split(/[\s,;|]+/), at: site.node.start });
      return UNKNOWN;
    default:
      handOver(m, args, site.node);
      return UNKNOWN;
  }
}

/** `"{0.__class__}"` walks from object to object without any code. */
function noteWalks(m: Machine, text: string, args: readonly Value[], { node }: CallSite): void {
  let next = 0;
  for (const [, root = "", steps = ""] of text.matchAll(/\{(\w*)((?:\.\w+|\[[^\]{}]*\])+)/g)) {
    let value = args[root === "" ? next++ : Number(root)] ?? UNKNOWN;
    for (const [, attribute, item = ""] of steps.matchAll(/\.(\w+)|\[([^\]]*)\]/g))
      value = getProperty(m, value, constant(attribute ?? item), { ...node, attribute: attribute !== undefined });
  }
}

function callList(m: Machine, of: ListValue, name: string, args: readonly Value[], site: CallSite): Value {
  const [first] = args;
  switch (name) {
    case "decode":
    case "hex": {
      const encoding = name === "hex" ? "hex" : encodingOf(first);
      const numbers = of.items.map((item) => (item.kind === "constant" ? Number(item.value) : Number.NaN));
      if (of.open || encoding === undefined || numbers.some(Number.isNaN)) return STRING;
      return constant(Buffer.from(numbers).toString(encoding));
    }
    case "append":
    case "extend":
    case "insert":
      if (m.uncertain > 0) of.open = true;
      if (name === "append" && first !== undefined && of.items.length < 20_000) of.items.push(first);
      else if (name === "extend" && first?.kind === "list" && of.items.length < 20_000) of.items.push(...first.items);
      else of.open = true;
      return UNDEFINED;
    case "reverse":
      if (m.uncertain === 0) of.items.reverse();
      else of.open = true;
      return UNDEFINED;
    case "pop":
      if (m.uncertain > 0 || of.open || first !== undefined) {
        of.open = true;
        return joinAll(of.items, true);
      }
      return of.items.pop() ?? UNDEFINED;
    case "index":
    case "count":
      if (first?.kind !== "constant") {
        const keys = of.items.flatMap((item) => (item.kind === "constant" ? [item.value] : []));
        m.lookUp(name, first, keys, site.node);
      }
      return UNKNOWN;
    case "copy":
      return listOf([...of.items], of.open);
    default:
      of.open = true;
      handOver(m, args, site.node);
      return UNKNOWN;
  }
}

function callDictionary(m: Machine, of: RecordValue, name: string, args: readonly Value[], site: CallSite): Value {
  const [first, second] = args;
  switch (name) {
    case "get":
    case "pop":
    case "setdefault": {
      if (first?.kind !== "constant") {
        m.lookUp(name, first, [...of.entries.keys()], site.node);
        return join(UNKNOWN, ...of.entries.values(), ...(second === undefined ? [] : [second]));
      }
      const found = of.entries.get(String(first.value));
      return found === undefined || of.open ? join(UNKNOWN, found ?? UNKNOWN, second ?? UNKNOWN) : found;
    }
    case "items":
      return listOf(
        [...of.entries].map(([key, value]) => listOf([constant(key), value])),
        of.open,
      );
    case "keys":
      return listOf(
        [...of.entries.keys()].map((key) => constant(key)),
        of.open,
      );
    case "values":
      return listOf([...of.entries.values()], of.open);
    case "update":
      of.open = true;
      if (first?.kind === "record") for (const [key, value] of first.entries) of.entries.set(key, value);
      return UNDEFINED;
    default:
      of.open = true;
      for (const value of of.entries.values())
        if (value.kind === "function" && name === "?call") callValue(m, value, undefined, args, site);
      handOver(m, args, site.node);
      return UNKNOWN;
  }
}
