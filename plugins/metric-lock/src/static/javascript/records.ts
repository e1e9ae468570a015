import { callValue, handOver } from "../read/calls.ts";
import type { CallSite, Machine } from "../read/machine.ts";
import { noteUse } from "../read/origins.ts";
import { getProperty } from "../read/properties.ts";
import {
  BOOLEAN,
  UNDEFINED,
  UNKNOWN,
  type RecordValue,
  type Value,
  alternatives,
  constant,
  join,
  joinAll,
  listOf,
} from "../read/value.ts";
import { callFormat } from "./locale.ts";
import { textOfBytes } from "./encodings.ts";

/** Methods of objects, and of maps, sets and decoders. */
export function callRecord(m: Machine, of: RecordValue, name: string, args: readonly Value[], site: CallSite): Value {
  switch (of.of) {
    case "Map":
    case "Set":
    case "WeakMap":
    case "WeakSet":
      return callCollection(m, of, name, args, site);
    case "TextDecoder":
      return name === "decode" ? textOfBytes(args[0]) : UNKNOWN;
    case "Promise":
      handOver(m, args, site.node);
      return of;
    default:
      if (typeof of.of === "string" && of.of.startsWith("Intl.")) return callFormat(m, name, args, site);
      break;
  }
  if (name === "hasOwnProperty" && args[0]?.kind !== "constant") noteKeys(m, of, name, args[0], site);
  handOver(m, args, site.node);
  return UNKNOWN;
}

function noteKeys(m: Machine, of: RecordValue, name: string, key: Value | undefined, site: CallSite): void {
  m.lookUp(name, key, [...of.entries.keys()].map(keyFrom), site.node);
}

const isNumberKey = /^#-?[\d.]/;
/** Keys of maps are kept as text; numbers among them with a mark. */
export const keyText = (key: Value): string | undefined => {
  if (key.kind !== "constant") return undefined;
  return typeof key.value === "number" ? `#${key.value}` : String(key.value);
};
const keyFrom = (key: string): string | number => (isNumberKey.test(key) ? Number(key.slice(1)) : key);

function callCollection(m: Machine, of: RecordValue, name: string, args: readonly Value[], site: CallSite): Value {
  const [first, second] = args;
  const key = first === undefined ? undefined : keyText(first);
  switch (name) {
    case "get":
    case "has": {
      if (key === undefined) {
        noteKeys(m, of, name, args[0], site);
        return name === "has" ? BOOLEAN : joinAll(of.entries.values(), true);
      }
      const found = of.entries.get(key);
      if (name === "has") return of.open ? BOOLEAN : constant(found !== undefined);
      return of.open ? join(UNKNOWN, found ?? UNKNOWN) : (found ?? UNDEFINED);
    }
    case "set":
    case "add": {
      if (first !== undefined) noteUse(m, first, site.node);
      m.touch(of);
      const value = name === "add" ? (first ?? UNDEFINED) : (second ?? UNDEFINED);
      if (key === undefined || m.uncertain > 0) of.open = true;
      if (key !== undefined || value.kind !== "unknown") of.entries.set(key ?? `?${of.entries.size}`, value);
      return of;
    }
    case "forEach":
      if (first !== undefined) {
        for (const value of [...of.entries.values()].slice(0, 64))
          callValue(m, first, undefined, [value, UNKNOWN, of], site);
        if (of.open || of.entries.size === 0) callValue(m, first, undefined, [UNKNOWN, UNKNOWN, of], site);
      }
      return UNDEFINED;
    case "values":
      return listOf([...of.entries.values()], of.open);
    case "keys":
      return listOf(
        [...of.entries.keys()].map((each) => constant(keyFrom(each))),
        of.open,
      );
    case "entries":
      return listOf(
        [...of.entries].map(([each, value]) => listOf([constant(keyFrom(each)), value])),
        of.open,
      );
    case "delete":
    case "clear":
      m.touch(of);
      of.open = true;
      return UNKNOWN;
    default:
      handOver(m, args, site.node);
      return UNKNOWN;
  }
}

/** The items that a collection is made from. */
export function fill(
  m: Machine,
  record: RecordValue,
  from: Value | undefined,
  isMap: boolean,
  site: CallSite,
): RecordValue {
  if (from === undefined || (from.kind === "constant" && from.value == null)) return record;
  if (from.kind === "record" && typeof from.of === "string") {
    for (const [key, value] of from.entries) record.entries.set(key, value);
    record.open = from.open;
    return record;
  }
  if (from.kind !== "list") {
    for (const each of alternatives(from)) m.escape(each, site.node);
    record.open = true;
    return record;
  }
  record.open = from.open;
  for (const item of from.items) {
    const key = isMap ? getProperty(m, item, constant(0), site.node) : item;
    const value = isMap ? getProperty(m, item, constant(1), site.node) : item;
    noteUse(m, key, site.node);
    const text = keyText(key);
    if (text === undefined) record.open = true;
    if (text !== undefined || value.kind !== "unknown") record.entries.set(text ?? `?${record.entries.size}`, value);
  }
  return record;
}
