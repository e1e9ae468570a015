import type { Node } from "@pawl/source";
import type { Machine } from "../read/machine.ts";
import { getProperty, nameOf, setProperty } from "../read/properties.ts";
import { BOOLEAN, UNKNOWN, type Value, alternatives, constant, global, listOf, recordOf } from "../read/value.ts";

/** Copies all properties of one value to another. */
export function assignAll(m: Machine, target: Value, from: Value, node: Node): void {
  if (from.kind === "record")
    for (const [key, value] of from.entries) setProperty(m, target, constant(key), value, node);
  for (const each of alternatives(target)) {
    if (each.kind === "global" && from.kind !== "record")
      m.note({ op: "write", name: each.path, how: "Object.assign", at: node.start });
    if (each.kind === "record" && from.kind !== "record") each.open = true;
  }
  if (from.kind === "global") m.note({ op: "look", name: from.path, at: node.start });
}

/** Gives a value a property by a descriptor. */
export function define(m: Machine, target: Value, key: Value, descriptor: Value, node: Node): void {
  const known = descriptor.kind === "record" && !descriptor.open ? descriptor : undefined;
  const value = known?.entries.get("value") ?? UNKNOWN;
  for (const each of alternatives(target)) {
    if (each.kind === "global")
      m.note({ op: "write", name: `${each.path}.${nameOf(key) ?? "?"}`, how: "defineProperty", at: node.start });
    else {
      if (known === undefined || known.entries.has("get") || known.entries.has("set")) {
        m.note({ op: "hook", name: "getter", at: node.start });
      }
      setProperty(m, each, key, value, node);
    }
  }
}

/** An object with this prototype. */
export function create(m: Machine, prototype: Value | undefined, node: Node): Value {
  const made = recordOf();
  if (prototype?.kind === "record") for (const [key, value] of prototype.entries) made.entries.set(key, value);
  else if (prototype?.kind === "global") m.escape(prototype, node);
  return made;
}

/** The prototype of a value. */
export function prototypeOf(m: Machine, value: Value, node: Node): Value {
  if (value.kind === "function") {
    const name = `${value.node["async"] === true ? "Async" : ""}${value.node["generator"] === true ? "Generator" : ""}Function`;
    m.note({ op: "read", name: `${name}.prototype`, at: node.start });
    return global(`${name}.prototype`);
  }
  return value.kind === "unknown"
    ? (m.note({ op: "read", name: "?.prototype", at: node.start }), global("?.prototype"))
    : getProperty(m, value, constant("__proto__"), node);
}

/** The names or the values that an object holds. */
export function enumerate(m: Machine, path: string, of: Value, node: Node): Value {
  for (const each of alternatives(of)) {
    if (each.kind === "global") m.note({ op: "look", name: each.path, at: node.start });
    else if (!/(?:hasOwn|has)$/.test(path)) m.measure(each, node);
  }
  const entries: readonly (readonly [string, Value])[] | undefined =
    of.kind === "record"
      ? [...of.entries]
      : of.kind === "list"
        ? of.items.map((item, index) => [String(index), item] as const)
        : undefined;
  if (entries === undefined) return UNKNOWN;
  const open = of.kind === "record" || of.kind === "list" ? of.open : true;
  if (path.endsWith("values"))
    return listOf(
      entries.map(([, value]) => value),
      open,
    );
  if (path.endsWith("entries"))
    return listOf(
      entries.map(([key, value]) => listOf([constant(key), value])),
      open,
    );
  if (path === "Object.hasOwn" || path === "Reflect.has") {
    m.note({ op: "lookup", name: path, keys: entries.map(([key]) => key), at: node.start });
    return BOOLEAN;
  }
  return listOf(
    entries.map(([key]) => constant(key)),
    open,
  );
}

/** An object from pairs. */
export function fromEntries(m: Machine, from: Value | undefined, node: Node): Value {
  const made = recordOf();
  if (from?.kind !== "list") return { ...made, open: true };
  made.open = from.open;
  for (const item of from.items) {
    const key = getProperty(m, item, constant(0), node);
    if (key.kind === "constant") made.entries.set(String(key.value), getProperty(m, item, constant(1), node));
    else made.open = true;
  }
  return made;
}
