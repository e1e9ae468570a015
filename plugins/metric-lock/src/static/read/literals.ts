import { type Node, child, slots, text } from "@pawl/source";
import type { Machine } from "./machine.ts";
import { notePassed, noteUse } from "./origins.ts";
import { getProperty, keyOf, nameOf } from "./properties.ts";
import { Scope } from "./scope.ts";
import { UNKNOWN, type RecordValue, type Value, join, recordOf } from "./value.ts";

/** A function of the file. */
export function functionOf(m: Machine, node: Node, scope: Scope): Value {
  const value = { kind: "function", node, scope } as const;
  if (node["async"] === true && node["python"] !== true) m.note({ op: "read", name: "async", at: node.start });
  if (m.functions.length < 20_000) m.functions.push(value);
  return value;
}

/** `{ … }` */
export function objectOf(m: Machine, node: Node, scope: Scope): RecordValue {
  const record = recordOf();
  for (const property of slots(node, "properties")) {
    if (property === undefined) continue;
    if (property.type === "SpreadElement") spread(m, record, m.operand(property, "argument", scope), property);
    else addProperty(m, record, property, scope);
  }
  return record;
}

function spread(m: Machine, record: RecordValue, from: Value, node: Node): void {
  notePassed(m, from, node);
  if (from.kind === "record") {
    for (const [key, value] of from.entries) record.entries.set(key, value);
    record.open ||= from.open;
    return;
  }
  if (from.kind === "global") m.note({ op: "look", name: from.path, at: node.start });
  record.open = true;
}

function addProperty(m: Machine, record: RecordValue, property: Node, scope: Scope): void {
  const key = keyOf(m, property, "key", scope);
  const name = nameOf(key);
  const value = m.operand(property, "value", scope);
  const kind = text(property, "kind");
  if (kind === "get" || kind === "set") m.note({ op: "hook", name: `${kind}ter`, at: property.start });
  else if (name !== undefined && m.world.hooks.has(name)) m.note({ op: "hook", name, at: property.start });
  if (name === "__proto__" && property["computed"] !== true && property["shorthand"] !== true) {
    m.note({ op: "hook", name: "__proto__", at: property.start });
  }
  if (name === undefined) {
    noteUse(m, key, property);
    record.open = true;
    if (value.kind !== "unknown") record.entries.set(`?${record.entries.size}`, value);
    return;
  }
  // Reading a getter runs it.
  record.entries.set(name, kind === "get" && value.kind === "function" ? resultOf(m, value, record, property) : value);
}

function resultOf(m: Machine, getter: Value, self: Value, node: Node): Value {
  return m.world.invoke(m, getter, self, [], { node, isNew: false });
}

/** A class: a function whose instances find its methods. */
export function classOf(m: Machine, node: Node, scope: Scope): Value {
  const parent = child(node, "superClass");
  const base = parent === undefined ? undefined : m.evaluate(parent, scope);
  const inside = new Scope(scope);
  const value = { kind: "function", node, scope: inside } as const;
  const name = child(node, "id");
  if (name !== undefined) m.declare(inside, text(name, "name"), value);
  const statics = m.staticsOf(node);
  if (base !== undefined) statics.entries.set("?super", base);
  for (const element of slots(child(node, "body") ?? node, "body")) {
    if (element !== undefined) classElement(m, element, value, statics, inside);
  }
  return value;
}

function classElement(m: Machine, element: Node, self: Value, statics: RecordValue, scope: Scope): void {
  if (element.type === "StaticBlock") {
    const block = new Scope(scope, true);
    m.declare(block, "this", self);
    declareSuper(m, block, statics);
    for (const statement of slots(element, "body")) if (statement !== undefined) m.execute(statement, block);
    return;
  }
  const name = nameOf(keyOf(m, element, "key", scope));
  // An abstract method, or one of several signatures: nothing of it is there when the program runs.
  if (child(element, "value")?.type === "TSEmptyBodyFunctionExpression") return;
  const isStatic = element["static"] === true;
  const own = new Scope(scope, true);
  m.declare(own, "this", isStatic ? self : recordOf([], self.kind === "function" ? self.node : undefined));
  const around = new Scope(scope);
  for (const each of isStatic ? [own, around] : []) declareSuper(m, each, statics);
  const value = m.operand(element, "value", element.type === "PropertyDefinition" ? own : around);
  if (name !== undefined && m.world.hooks.has(name) && name !== "toString")
    m.note({ op: "hook", name, at: element.start });
  if (name === undefined) return;
  const kept = value.kind === "function" && isStatic ? { ...value, self } : value;
  const key = isStatic ? name : `#proto.${name}`;
  statics.entries.set(
    key,
    text(element, "kind") === "get" && !isStatic ? ({ ...kept, kind: "function" } as Value) : kept,
  );
}

/** What `super` is in whatever belongs to the class itself. */
function declareSuper(m: Machine, scope: Scope, statics: RecordValue): void {
  m.declare(scope, "super", statics.entries.get("?super") ?? UNKNOWN);
}

/** What an instance of a class of the file has under a name. */
export function fromClass(m: Machine, self: Value, node: Node, name: string, at: Node): Value {
  const statics = m.staticsOf(node);
  const found = statics.entries.get(`#proto.${name}`);
  if (found === undefined) {
    const base = statics.entries.get("?super");
    if (name === "constructor") return { kind: "function", node, scope: new Scope() };
    if (base?.kind === "function") return fromClass(m, self, base.node, name, at);
    return base?.kind === "global"
      ? getProperty(m, { kind: "global", path: `${base.path}.prototype` }, { kind: "constant", value: name }, at)
      : UNKNOWN;
  }
  if (found.kind !== "function") return found;
  return isGetter(node, name)
    ? join(m.world.invoke(m, found, self, [], { node: at, isNew: false }))
    : { ...found, self };
}

function isGetter(node: Node, name: string): boolean {
  return slots(child(node, "body") ?? node, "body").some(
    (element) =>
      element !== undefined && element["kind"] === "get" && text(child(element, "key") ?? element, "name") === name,
  );
}
