import { handOver, callValue } from "../read/calls.ts";
import type { CallSite, Machine } from "../read/machine.ts";
import { noteSize, noteSpread } from "../read/limits.ts";
import { ERROR_TEXT, isDate, isError, notePassed, tell } from "../read/origins.ts";
import { callComparator } from "../read/sorting.ts";
import { BOOLEAN, UNDEFINED, UNKNOWN, type Primitive, type Value, constant, listOf, textOf } from "../read/value.ts";
import { isDateMethod, callDate } from "./dates.ts";
import { callErrorText } from "./errors.ts";
import { callList } from "./lists.ts";
import { callLocale, isLocaleMethod } from "./locale.ts";
import { callRecord } from "./records.ts";

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
  if (isLocaleMethod(name)) return callLocale(m, of, name, args, site);
  if (/^(?:sort|toSorted)$/.test(name) && args[0] !== undefined)
    callComparator(m, args[0], site.node, of.kind === "list" ? of.items : []);
  if (/^(?:repeat|pad(?:Start|End))$/.test(name)) noteSize(m, args[0], site.node);
  if (of.kind === "unknown") {
    if (isError(of)) return callErrorText(m, name, site.node);
    if (isDateMethod(name)) return callDate(m, of, name, site);
    if (/^(?:sort|toSorted)$/.test(name)) return UNKNOWN;
  }
  if (args.some(isError) && of.kind !== "list" && !/^(?:push|unshift|set|call|apply|bind)$/.test(name))
    return callWithErrorText(m, of, name, site);
  if (of.kind === "list" && name !== "?bound") notePassed(m, of, site.node);
  if (of.kind === "constant" && typeof of.value === "string" && args.some(isDate)) tell(m, "time zone", site.node);
  if (of.kind === "function" || of.kind === "global" || of.kind === "method")
    return callFunctionMethod(m, of, name, args, site);
  if (of.kind === "list") return callList(m, of, name, args, site);
  if (of.kind === "constant") return callConstant(m, of.value, name, args, site);
  if (of.kind === "record") return callRecord(m, of, name, args, site);
  handOver(m, args, site.node);
  return UNKNOWN;
}

/** A method of something else that is given text of an error. */
function callWithErrorText(m: Machine, of: Value, name: string, { node }: CallSite): Value {
  if (of.kind === "constant" && /^(?:replace(?:All)?|concat)$/.test(name)) return ERROR_TEXT;
  if (of.kind !== "function" && of.kind !== "method" && of.kind !== "global") tell(m, "error text", node);
  return UNKNOWN;
}

function callFunctionMethod(m: Machine, of: Value, name: string, args: readonly Value[], site: CallSite): Value {
  const [self, ...rest] = args;
  switch (name) {
    case "call":
      return callValue(m, of, self, rest, site);
    case "apply": {
      const [list] = rest;
      if (list === undefined || (list.kind === "constant" && list.value == null))
        return callValue(m, of, self, [], site);
      if (list.kind === "list") noteSpread(m, list, site.node);
      if (list.kind === "record") noteSize(m, list.entries.get("length"), site.node);
      return callValue(m, of, self, list.kind === "list" ? list.items : [UNKNOWN, UNKNOWN], site);
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
  if (args[0]?.kind === "unknown") m.lookUp("text", args[0], keys, site.node);
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
