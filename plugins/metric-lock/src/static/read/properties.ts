import { type Node, child, text } from "@pawl/source";
import { noteSize } from "./limits.ts";
import type { Machine } from "./machine.ts";
import { isError, notePassed, noteUse, tell } from "./origins.ts";
import type { Scope } from "./scope.ts";
import { UNDEFINED, UNKNOWN, type RecordValue, type Value, alternatives, constant, join, joinAll } from "./value.ts";

/** The key of a property or member: its name, or what stands in the brackets. */
export function keyOf(m: Machine, node: Node, key: "key" | "property", scope: Scope): Value {
  const found = child(node, key);
  if (found === undefined) return UNKNOWN;
  if (node["computed"] !== true) {
    if (found.type === "PrivateIdentifier") return constant(`#${text(found, "name")}`);
    return constant(found.type === "Literal" ? String(found["value"]) : text(found, "name"));
  }
  return m.evaluate(found, scope);
}

/** The name that a key stands for: a symbol of the language goes by its path. */
export function nameOf(key: Value): string | undefined {
  if (key.kind === "constant") return String(key.value);
  return key.kind === "global" && key.path.startsWith("Symbol.") ? key.path : undefined;
}

/** What a value has under a key. */
export function getProperty(m: Machine, object: Value, key: Value, node: Node): Value {
  const objects = alternatives(object);
  const keys = alternatives(key);
  if (objects.length === 1 && keys.length === 1) return getOne(m, objects[0] as Value, keys[0] as Value, node);
  return join(...objects.flatMap((each) => keys.map((one) => getOne(m, each, one, node))));
}

function getOne(m: Machine, object: Value, key: Value, node: Node): Value {
  const name = nameOf(key);
  if (name !== undefined) return m.world.property(m, object, name, node);
  switch (object.kind) {
    case "global":
      if (node["computed"] === true && m.world.takesAnything?.(object.path) === true) return UNKNOWN;
      m.note({ op: "unknown key", name: object.path, at: node.start });
      return UNKNOWN;
    case "function":
    case "method":
      m.note({ op: "unknown key", name: "a function", at: node.start });
      return join(UNKNOWN, ...m.staticsOf(object.kind === "function" ? object.node : node).entries.values());
    case "list":
      noteUse(m, key, node);
      notePassed(m, object, node);
      return joinAll(object.items, true);
    case "record":
      m.lookUp("an object", key, [...object.entries.keys()], node);
      return joinAll(object.entries.values(), true);
    default:
      noteUse(m, key, node);
      if (isError(object)) tell(m, "error text", node);
      return UNKNOWN;
  }
}

/** Gives a value a property. */
export function setProperty(m: Machine, object: Value, key: Value, value: Value, node: Node): void {
  const name = nameOf(key);
  if (name !== undefined && m.world.hooks.has(name) && object.kind !== "global") {
    m.note({ op: "hook", name, at: node.start });
  }
  for (const each of alternatives(object)) setOne(m, each, name, value, node);
}

function setOne(m: Machine, object: Value, name: string | undefined, value: Value, node: Node): void {
  if (name === "length" && object.kind === "list") noteSize(m, value, node);
  if (name === "__proto__") m.note({ op: "write", name: "?.__proto__", how: "assignment", at: node.start });
  m.touch(object);
  switch (object.kind) {
    case "global":
      m.note({ op: "write", name: `${object.path}.${name ?? "?"}`, how: "assignment", at: node.start });
      m.escape(value, node);
      return;
    case "list": {
      const index = name === undefined ? Number.NaN : Number(name);
      if (Number.isInteger(index) && index >= 0 && index <= object.items.length && m.uncertain === 0)
        object.items[index] = value;
      else {
        // Another unknown number among unknown numbers says nothing.
        if (object.items.length < 256 && object.items.at(-1) !== value) object.items.push(value);
        object.open = true;
      }
      return;
    }
    case "record": {
      if (name === undefined) {
        object.open = true;
        if (value.kind !== "unknown" && value.kind !== "constant") object.entries.set(`?${object.entries.size}`, value);
        return;
      }
      setByMethod(m, object, name, value, node);
      const before = object.entries.get(name);
      object.entries.set(name, m.uncertain > 0 ? join(before ?? UNDEFINED, value) : value);
      return;
    }
    case "function":
      if (name === undefined) m.note({ op: "unknown key", name: "a function", at: node.start });
      else m.staticsOf(object.node).entries.set(name, value);
      return;
    default:
      m.escape(value, node);
  }
}

/** A method of a class in Python that has the name of what is set is called with it, if it is one for that. */
function setByMethod(m: Machine, object: RecordValue, name: string, value: Value, node: Node): void {
  if (typeof object.of !== "object" || object.of.type !== "PyClass") return;
  const method = m.staticsOf(object.of).entries.get(`#proto.${name}`);
  for (const each of method === undefined ? [] : alternatives(method))
    if (each.kind === "function") m.world.invoke(m, { ...each, self: object }, object, [value], { node, isNew: false });
}
