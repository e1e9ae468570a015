import type { Node } from "@pawl/source";
import type { Scope } from "./scope.ts";

/** Where something unknown comes from, where that tells more than what it is. */
export type Origin =
  /** The text of an error that was caught: every engine has words of its own. */
  | "error text"
  /** A date out of constants, given in universal time, and in the time of the place. */
  | "moment"
  | "wall clock"
  /** What the time zone makes of constants. */
  | "time zone"
  /** A part of a date of the case in the time of the place, and in universal time. */
  | "local part"
  | "universal part"
  /** What the surface is called with beside its input, and on. */
  | "beside the input"
  | "receiver";

export type Primitive = string | number | boolean | bigint | null | undefined;

/** What the reader knows of a value without running anything. */
export type Value =
  /** Nothing, or only its type, or only that it is this part of the input. */
  | {
      readonly kind: "unknown";
      readonly type?: "number" | "string" | "boolean" | "error" | "date";
      readonly path?: string;
      readonly from?: Origin;
    }
  | { readonly kind: "constant"; readonly value: Primitive }
  | ListValue
  | RecordValue
  /** Something that the language provides, by its path from the global object. */
  | { readonly kind: "global"; readonly path: string }
  /** A function of the file. */
  | { readonly kind: "function"; readonly node: Node; readonly scope: Scope; readonly self?: Value }
  /** A method of a value that is known in part. */
  | { readonly kind: "method"; readonly of: Value; readonly name: string }
  | { readonly kind: "regex"; readonly pattern: string; readonly flags: string }
  /** One of these. */
  | { readonly kind: "union"; readonly values: readonly Value[] };

export interface ListValue {
  readonly kind: "list";
  readonly items: Value[];
  /** May hold more, or other things, than `items` says. */
  open: boolean;
  /** Bytes, which decode to text. */
  readonly bytes?: boolean;
}

export interface RecordValue {
  readonly kind: "record";
  readonly entries: Map<string, Value>;
  open: boolean;
  /** Name of the built-in class, or the node of the file's own class, that it is an instance of. */
  readonly of?: string | Node;
}

export const UNKNOWN: Value = { kind: "unknown" };
export const NUMBER: Value = { kind: "unknown", type: "number" };
export const STRING: Value = { kind: "unknown", type: "string" };
export const BOOLEAN: Value = { kind: "unknown", type: "boolean" };
/** What a number is made of that is only yes or no. */
export const BIT: Value = {
  kind: "union",
  values: [
    { kind: "constant", value: 0 },
    { kind: "constant", value: 1 },
  ],
};
export const UNDEFINED: Value = { kind: "constant", value: undefined };

export const constant = (value: Primitive): Value => ({ kind: "constant", value });
export const global = (path: string): Value => ({ kind: "global", path });
export const listOf = (items: Value[], open = false): ListValue => ({ kind: "list", items, open });
export const recordOf = (entries: Iterable<[string, Value]> = [], of?: string | Node): RecordValue => ({
  kind: "record",
  entries: new Map(entries),
  open: false,
  ...(of === undefined ? {} : { of }),
});

const MOST_CONSTANTS = 12;
const MOST_OTHERS = 32;

/** A value that is one of these. Constants are forgotten when there are too many: what the language provides hardly is. */
export const join = (...values: readonly Value[]): Value => joinAll(values);

/** The same of any number of values, and of something unknown where `open` says that there may be others. */
export function joinAll(values: Iterable<Value>, open = false): Value {
  const constants: Value[] = [];
  const others: Value[] = [];
  let forgotten = open;
  for (const value of values) {
    for (const each of value.kind === "union" ? value.values : [value]) {
      const isConstant = each.kind === "constant" || each.kind === "unknown";
      const list = isConstant ? constants : others;
      if (list.length >= (isConstant ? MOST_CONSTANTS : MOST_OTHERS)) forgotten = true;
      else if (!list.some((known) => same(known, each))) list.push(each);
    }
  }
  const kept = constants.length >= MOST_CONSTANTS && forgotten ? others : [...constants, ...others];
  const all = forgotten ? [UNKNOWN, ...kept.filter((each) => each !== UNKNOWN)] : kept;
  if (all.length === 1) return all[0] as Value;
  return all.length === 0 ? UNKNOWN : { kind: "union", values: all };
}

function same(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (a.kind === "constant" && b.kind === "constant") return Object.is(a.value, b.value);
  if (a.kind === "global" && b.kind === "global") return a.path === b.path;
  if (a.kind === "unknown" && b.kind === "unknown") return a.type === b.type && a.path === b.path && a.from === b.from;
  return a.kind === "function" && b.kind === "function" && a.node === b.node && a.scope === b.scope;
}

/** The values that this one may be. */
export const alternatives = (value: Value): readonly Value[] => (value.kind === "union" ? value.values : [value]);

/** Whether a condition holds; `undefined` where that is not known. */
export function truth(value: Value): boolean | undefined {
  if (value.kind === "constant") return Boolean(value.value);
  return value.kind === "unknown" || value.kind === "union" ? undefined : true;
}

/** The text that JavaScript makes of a value, where it is known. */
export function textOf(value: Value): string | undefined {
  if (value.kind === "constant") return String(value.value);
  if (value.kind === "list" && !value.open && value.items.length < 4096) {
    const parts = value.items.map((item) =>
      item.kind === "constant" && (item.value === null || item.value === undefined) ? "" : textOf(item),
    );
    return parts.every((part) => part !== undefined) ? parts.join(",") : undefined;
  }
  if (value.kind === "record" && value.of === undefined && !value.open) return "[object Object]";
  if (value.kind === "regex") return `/${value.pattern}/${value.flags}`;
  return undefined;
}
