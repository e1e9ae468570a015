import { handOver, callValue } from "../read/calls.ts";
import type { CallSite, Machine } from "../read/machine.ts";
import {
  BOOLEAN,
  UNDEFINED,
  UNKNOWN,
  type ListValue,
  type Primitive,
  type Value,
  constant,
  join,
  listOf,
  textOf,
  truth,
} from "../read/value.ts";
import { callRecord } from "./records.ts";

const LIST_METHODS = new Set(
  (
    "at concat entries every fill filter find findIndex findLast findLastIndex flat flatMap forEach includes indexOf join " +
    "keys lastIndexOf map pop push reduce reduceRight reverse shift slice some sort splice toReversed toSorted toSpliced " +
    "toString unshift values with subarray set"
  ).split(" "),
);

export const hasMethod = (_kind: "list", name: string): boolean => LIST_METHODS.has(name);

/** Methods of text and numbers that give the same answer on every machine, for any arguments, in little time. */
const PURE: Readonly<Record<string, ReadonlySet<string>>> = {
  string: new Set(
    (
      "at charAt charCodeAt codePointAt concat endsWith includes indexOf lastIndexOf slice startsWith substring substr " +
      "toLowerCase toUpperCase trim trimEnd trimStart toString valueOf padEnd padStart repeat split replace replaceAll " +
      "normalize"
    ).split(" "),
  ),
  number: new Set(["toString", "toFixed", "toPrecision", "toExponential", "valueOf"]),
  bigint: new Set(["toString", "valueOf"]),
  boolean: new Set(["toString", "valueOf"]),
};
const LONGEST = 100_000;

/** Calls a method of something that is known in part. */
export function callMethod(
  m: Machine,
  { of, name }: Value & { kind: "method" },
  args: readonly Value[],
  site: CallSite,
): Value {
  if (of.kind === "function" || of.kind === "global" || of.kind === "method")
    return callFunctionMethod(m, of, name, args, site);
  if (of.kind === "list") return callList(m, of, name, args, site);
  if (of.kind === "constant") return callConstant(m, of.value, name, args, site);
  if (of.kind === "record") return callRecord(m, of, name, args, site);
  handOver(m, args, site.node);
  return UNKNOWN;
}

function callFunctionMethod(m: Machine, of: Value, name: string, args: readonly Value[], site: CallSite): Value {
  const [self, ...rest] = args;
  switch (name) {
    case "call":
      return callValue(m, of, self, rest, site);
    case "apply": {
      const list = rest[0];
      return callValue(m, of, self, list?.kind === "list" ? list.items : [UNKNOWN, UNKNOWN], site);
    }
    case "bind":
      return rest.length === 0 ? withSelf(of, self) : { kind: "method", of: boundWith(of, self, rest), name: "?bound" };
    case "toString":
      m.note({ op: "print", name: "a function", at: site.node.start });
      return { kind: "unknown", type: "string" };
    default:
      return UNKNOWN;
  }
}

const withSelf = (of: Value, self: Value | undefined): Value =>
  of.kind === "function" && self !== undefined && of.self === undefined ? { ...of, self } : of;

/** A function with some of its arguments: they wait in a list for the others. */
function boundWith(of: Value, self: Value | undefined, args: readonly Value[]): Value {
  return { kind: "list", items: [of, self ?? UNDEFINED, ...args], open: false };
}

function callConstant(m: Machine, value: Primitive, name: string, args: readonly Value[], site: CallSite): Value {
  if (name === "constructor" || value === null || value === undefined) return UNKNOWN;
  const replacer = args[1];
  if (typeof value === "string" && /^replace(?:All)?$/.test(name) && replacer?.kind === "function") {
    return replaceBy(m, value, args[0], replacer, site);
  }
  if (!PURE[typeof value]?.has(name)) {
    handOver(m, args, site.node);
    return UNKNOWN;
  }
  const plain = args.map((arg) => (arg.kind === "constant" ? { value: arg.value } : harmless(arg)));
  if (!plain.every((arg) => arg !== undefined)) {
    if (typeof value === "string" && /^(?:includes|indexOf|startsWith|endsWith)$/.test(name))
      noteText(m, value, args, site);
    return /^(?:includes|startsWith|endsWith)$/.test(name) ? BOOLEAN : UNKNOWN;
  }
  if (typeof value === "string" && tooLong(value, name, plain[0]?.value)) return { kind: "unknown", type: "string" };
  try {
    const method = (Object(value) as Record<string, (...rest: unknown[]) => unknown>)[name];
    const made = method?.apply(
      value,
      plain.map((arg) => arg.value),
    );
    if (Array.isArray(made)) return listOf(made.slice(0, 8_192).map((each) => constant(each as string)));
    return constant(made as Primitive);
  } catch {
    // The arguments are no good; the program would throw here too.
    return UNKNOWN;
  }
}

/** A text in which something unknown is looked for is a list of keys, however they are parted. */
function noteText(m: Machine, value: string, args: readonly Value[], site: CallSite): void {
  const keys = value.split(/[\s,;|/:]+/).filter((key) => key !== "");
  if (args[0]?.kind === "unknown") m.note({ op: "lookup", name: "text", keys, at: site.node.start });
}

/** Patterns without repetition take no longer than the text is long. */
function harmless(value: Value): { readonly value: unknown } | undefined {
  if (value.kind !== "regex" || /[*+?{(|]/.test(value.pattern) || /[^gimsuy]/.test(value.flags)) return undefined;
  try {
    return { value: new RegExp(value.pattern, value.flags) };
  } catch {
    return undefined;
  }
}

function tooLong(value: string, name: string, first: unknown): boolean {
  if (name === "repeat") return value.length * Number(first) > LONGEST;
  if (name.startsWith("pad")) return Number(first) > LONGEST;
  return value.length > LONGEST || (name.startsWith("replace") && value.length > 10_000);
}

function replaceBy(m: Machine, value: string, pattern: Value | undefined, by: Value, site: CallSite): Value {
  const found =
    pattern === undefined ? undefined : pattern.kind === "constant" ? { value: pattern.value } : harmless(pattern);
  if (found === undefined || value.length > 4_096) {
    handOver(m, [by], site.node);
    return { kind: "unknown", type: "string" };
  }
  let known = true;
  const made = value.replace(found.value as RegExp, (match) => {
    const text = textOf(callValue(m, by, undefined, [constant(match)], site));
    known &&= text !== undefined;
    return text ?? "";
  });
  return known ? constant(made) : { kind: "unknown", type: "string" };
}

const FOLLOWED_ITEMS = 512;

function callList(m: Machine, of: ListValue, name: string, args: readonly Value[], site: CallSite): Value {
  const [first] = args;
  const { items } = of;
  if (first?.kind === "function" || first?.kind === "global") {
    const found = callBack(m, of, name, first, args, site);
    if (found !== undefined) return found;
  }
  const at = (value: Value | undefined): number | undefined =>
    value === undefined ? undefined : value.kind === "constant" ? Number(value.value) : Number.NaN;
  switch (name) {
    case "?bound":
      return callValue(m, items[0] ?? UNKNOWN, items[1], [...items.slice(2), ...args], site);
    case "join":
    case "toString": {
      const separator = first === undefined || name === "toString" ? "," : textOf(first);
      const texts = items.map((item) => (item.kind === "constant" && item.value == null ? "" : textOf(item)));
      if (of.open || separator === undefined || !texts.every((each) => each !== undefined))
        return { kind: "unknown", type: "string" };
      return constant(texts.join(separator).slice(0, LONGEST));
    }
    case "reverse":
      if (m.uncertain === 0) items.reverse();
      else of.open = true;
      return of;
    case "toReversed":
      return listOf(items.toReversed(), of.open);
    case "slice":
    case "subarray": {
      const [from, to] = [at(args[0]), at(args[1])];
      if (Number.isNaN(from) || Number.isNaN(to)) return listOf([...items], true);
      return { ...listOf(items.slice(from, to), of.open), ...(of.bytes === true && { bytes: true }) };
    }
    case "concat":
      return listOf(
        [...items, ...args.flatMap((arg) => (arg.kind === "list" ? arg.items : [arg]))],
        of.open ||
          args.some((arg) => arg.kind === "unknown" || arg.kind === "union" || (arg.kind === "list" && arg.open)),
      );
    case "at": {
      const index = at(first);
      if (index === undefined || Number.isNaN(index)) return join(UNKNOWN, ...items.slice(0, 64));
      return of.open ? join(UNKNOWN, ...items.slice(0, 64)) : (items.at(index) ?? UNDEFINED);
    }
    case "push":
    case "unshift":
      if (m.uncertain > 0) of.open = true;
      if (items.length < 20_000) items[name](...args);
      return { kind: "unknown", type: "number" };
    case "pop":
    case "shift":
      if (m.uncertain > 0 || of.open) return join(UNKNOWN, ...items.slice(0, 64));
      return items[name]() ?? UNDEFINED;
    case "includes":
    case "indexOf":
    case "lastIndexOf":
      if (first?.kind !== "constant") {
        const keys = items.flatMap((item) => (item.kind === "constant" ? [item.value] : []));
        m.note({ op: "lookup", name, keys, at: site.node.start });
      }
      return UNKNOWN;
    case "flat":
      return listOf(
        items.flatMap((item) => (item.kind === "list" ? item.items : [item])),
        of.open,
      );
    case "values":
      return listOf(items, of.open);
    case "keys":
      return listOf(
        items.map((_, index) => constant(index)),
        of.open,
      );
    case "entries":
      return listOf(
        items.map((item, index) => listOf([constant(index), item])),
        of.open,
      );
    default:
      of.open = true;
      handOver(m, args, site.node);
      return name === "sort" || name === "fill" || name === "splice" ? of : UNKNOWN;
  }
}

/** Methods that call a function for each item. */
function callBack(
  m: Machine,
  of: ListValue,
  name: string,
  callback: Value,
  args: readonly Value[],
  site: CallSite,
): Value | undefined {
  const known = !of.open && of.items.length <= FOLLOWED_ITEMS && m.follows;
  const call = (item: Value, index: Value): Value => callValue(m, callback, args[1], [item, index, of], site);
  const stand = (): Value => call(of.items.length === 0 ? UNKNOWN : join(UNKNOWN, ...of.items.slice(0, 64)), UNKNOWN);
  const each = (): readonly Value[] => (known ? of.items.map((item, index) => call(item, constant(index))) : [stand()]);
  switch (name) {
    case "map":
      return listOf([...each()], !known);
    case "flatMap":
      return listOf(
        each().flatMap((made) => (made.kind === "list" ? made.items : [made])),
        !known,
      );
    case "forEach":
      each();
      return UNDEFINED;
    case "filter": {
      const kept = each().map(truth);
      if (!known || kept.includes(undefined)) return listOf([...of.items], true);
      return listOf(of.items.filter((_, index) => kept[index]));
    }
    case "find":
    case "findLast": {
      const fits = each().map(truth);
      const index = fits.findIndex((fit) => fit === true);
      if (known && index >= 0 && !fits.slice(0, index).includes(undefined)) return of.items[index] ?? UNDEFINED;
      return join(UNKNOWN, ...of.items.slice(0, 64));
    }
    case "every":
    case "some":
    case "findIndex":
    case "findLastIndex":
      each();
      return UNKNOWN;
    case "reduce":
    case "reduceRight": {
      const items = name === "reduce" ? [...of.items] : of.items.toReversed();
      if (!known)
        return callValue(m, callback, undefined, [UNKNOWN, join(UNKNOWN, ...items.slice(0, 64)), UNKNOWN], site);
      let result = args.length > 1 ? (args[1] as Value) : (items.shift() ?? UNDEFINED);
      for (const [index, item] of items.entries())
        result = callValue(m, callback, undefined, [result, item, constant(index)], site);
      return result;
    }
    case "sort":
    case "toSorted":
      callValue(m, callback, undefined, [UNKNOWN, UNKNOWN], site);
      return listOf([...of.items], true);
    default:
      return undefined;
  }
}
