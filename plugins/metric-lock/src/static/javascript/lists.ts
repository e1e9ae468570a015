import { callValue, handOver } from "../read/calls.ts";
import type { CallSite, Machine } from "../read/machine.ts";
import { ERROR_TEXT, isDate, isError, tell } from "../read/origins.ts";
import {
  UNDEFINED,
  UNKNOWN,
  type ListValue,
  type Value,
  constant,
  joinAll,
  listOf,
  textOf,
  truth,
} from "../read/value.ts";

const LIST_METHODS = new Set(
  (
    "at concat entries every fill filter find findIndex findLast findLastIndex flat flatMap forEach includes indexOf join " +
    "keys lastIndexOf map pop push reduce reduceRight reverse shift slice some sort splice toReversed toSorted toSpliced " +
    "toString unshift values with subarray set"
  ).split(" "),
);

/** Whether lists have such a method. */
export const isListMethod = (name: string): boolean => LIST_METHODS.has(name);

const LONGEST = 100_000;
/** What doubles round after round must not hold up whoever reads it. */
const capped = (items: Value[], open: boolean): ListValue =>
  listOf(items.slice(0, MOST_ITEMS), open || items.length > MOST_ITEMS);
const MOST_ITEMS = 20_000;
const FOLLOWED_ITEMS = 512;

/** Calls a method of a list. */
export function callList(m: Machine, of: ListValue, name: string, args: readonly Value[], site: CallSite): Value {
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
      if (items.some(isDate)) tell(m, "time zone", site.node);
      if (items.some(isError)) return ERROR_TEXT;
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
      return capped(
        [...items, ...args.flatMap((arg) => (arg.kind === "list" ? arg.items : [arg]))],
        of.open ||
          args.some((arg) => arg.kind === "unknown" || arg.kind === "union" || (arg.kind === "list" && arg.open)),
      );
    case "at": {
      const index = at(first);
      if (index === undefined || Number.isNaN(index)) return joinAll(items, true);
      return of.open ? joinAll(items, true) : (items.at(index) ?? UNDEFINED);
    }
    case "push":
    case "unshift":
      m.touch(of);
      if (m.uncertain > 0) of.open = true;
      if (items.length < 20_000) items[name](...args);
      return { kind: "unknown", type: "number" };
    case "pop":
    case "shift":
      if (m.uncertain > 0 || of.open) return joinAll(items, true);
      return items[name]() ?? UNDEFINED;
    case "includes":
    case "indexOf":
    case "lastIndexOf":
      if (items.some(isError)) tell(m, "error text", site.node);
      if (first?.kind !== "constant") {
        const keys = items.flatMap((item) => (item.kind === "constant" ? [item.value] : []));
        m.lookUp(name, first, keys, site.node);
      }
      return UNKNOWN;
    case "flat":
      return capped(
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
      m.touch(of);
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
  const stand = (): Value => call(of.items.length === 0 ? UNKNOWN : joinAll(of.items, true), UNKNOWN);
  const each = (): readonly Value[] => (known ? of.items.map((item, index) => call(item, constant(index))) : [stand()]);
  switch (name) {
    case "map":
      return listOf([...each()], !known);
    case "flatMap":
      return capped(
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
      return joinAll(of.items, true);
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
      if (!known) return callValue(m, callback, undefined, [UNKNOWN, joinAll(items, true), UNKNOWN], site);
      let result = args.length > 1 ? (args[1] as Value) : (items.shift() ?? UNDEFINED);
      for (const [index, item] of items.entries())
        result = callValue(m, callback, undefined, [result, item, constant(index)], site);
      return result;
    }
    case "sort":
    case "toSorted":
      // The comparator has been asked.
      return listOf([...of.items], true);
    default:
      return undefined;
  }
}
