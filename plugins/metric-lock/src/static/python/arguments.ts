import { type Node, child, slots, text } from "@pawl/source";
import type { Machine } from "../read/machine.ts";
import type { Scope } from "../read/scope.ts";
import { UNDEFINED, UNKNOWN, type Value } from "../read/value.ts";

const SOME_ARGUMENTS = 3;

/**
 * What a call with named arguments gives: for each callee in the order of its own parameters. `undefined` where nothing
 * is given by name.
 */
export function namedArguments(
  m: Machine,
  node: Node,
  scope: Scope,
): ((callee: Value) => readonly Value[]) | undefined {
  const given = slots(node, "arguments").filter((each) => each !== undefined);
  if (!given.some((each) => each.type === "PyKeyword" || each["named"] === true)) return undefined;
  const positional: Value[] = [];
  const named = new Map<string, Value>();
  let open = false;
  for (const each of given) {
    const value = each.type === "SpreadElement" ? m.operand(each, "argument", scope) : m.evaluate(each, scope);
    if (each.type === "PyKeyword") named.set(text(each, "name"), value);
    else if (each.type !== "SpreadElement") positional.push(value);
    else if (each["named"] === true && value.kind === "record") {
      for (const [name, one] of value.entries) named.set(name, one);
      open ||= value.open;
    } else if (each["named"] !== true && value.kind === "list") {
      positional.push(...value.items.slice(0, 4096));
      open ||= value.open;
    } else {
      m.escape(value, each);
      open = true;
    }
  }
  const rest = open ? Array.from({ length: SOME_ARGUMENTS }, () => UNKNOWN) : [];
  return (callee) => {
    const names = parametersOf(m, callee);
    if (names === undefined) return [...positional, ...fileFirst(named), ...rest];
    const left = new Map(named);
    const placed = [...positional];
    for (const [index, name] of names.entries()) {
      const value = left.get(name);
      if (value === undefined) continue;
      left.delete(name);
      while (placed.length < index) placed.push(open ? UNKNOWN : UNDEFINED);
      if (index >= positional.length) placed[index] = value;
    }
    return [...placed, ...left.values(), ...rest];
  };
}

/** Names of the parameters of a function or a class of the file, without the object that it belongs to. */
function parametersOf(m: Machine, callee: Value): readonly string[] | undefined {
  if (callee.kind !== "function") return undefined;
  if (callee.node.type === "PyClass") {
    const statics = m.staticsOf(callee.node).entries;
    const make = statics.get("#proto.constructor");
    if (make === undefined) return parametersOf(m, statics.get("?super") ?? UNKNOWN);
    return parametersOf(m, make)?.slice(1);
  }
  const names = slots(callee.node, "params").map((param) => {
    const name = param?.type === "AssignmentPattern" ? child(param, "left") : param;
    return name === undefined ? "" : text(name, "name");
  });
  return callee.self === undefined ? names : names.slice(1);
}

const FILE = /^(?:file|filename|fname|fid|path|key)$/;

/** Functions that Python provides take the name of a file first. */
function fileFirst(named: ReadonlyMap<string, Value>): readonly Value[] {
  const [files, others] = [true, false].map((wanted) => [...named].filter(([name]) => FILE.test(name) === wanted));
  return [...(files ?? []), ...(others ?? [])].map(([, value]) => value);
}
