import { type Node, child, slots, isNode, text } from "@pawl/source";
import { callValue } from "../read/calls.ts";
import type { Machine } from "../read/machine.ts";
import { bind } from "../read/patterns.ts";
import { getProperty } from "../read/properties.ts";
import type { End } from "../read/blocks.ts";
import { ERROR_TEXT, isError, tell } from "../read/origins.ts";
import { Scope } from "../read/scope.ts";
import {
  UNDEFINED,
  UNKNOWN,
  type Value,
  alternatives,
  constant,
  global,
  join,
  joinAll,
  listOf,
  recordOf,
  truth,
} from "../read/value.ts";

/** Statements that only Python has. */
export function executePython(m: Machine, node: Node, scope: Scope): End | undefined {
  switch (node.type) {
    case "PyBlock":
      for (const statement of slots(node, "body")) {
        const end = statement === undefined ? "next" : m.execute(statement, scope);
        if (end !== "next") return end;
      }
      return "next";
    case "PyImport":
      importName(m, node, scope);
      return "next";
    case "PyScope":
      for (const name of node["names"] as readonly string[]) share(m, name, scope, node["module"] === true);
      return "next";
    default:
      return undefined;
  }
}

function importName(m: Machine, node: Node, scope: Scope): void {
  const [module, target, local] = [text(node, "module"), text(node, "target"), text(node, "local")];
  m.note({ op: "import", name: module, at: node.start });
  if (module !== target) m.note({ op: "read", name: target, at: node.start });
  if (target.endsWith(".*")) return;
  const last = target.slice(target.lastIndexOf(".") + 1);
  const value = target === module ? global(target) : m.world.property(m, global(module), last, node);
  m.declare(scope.home, local, value);
}

/** `global x`: the name means the module's variable; `nonlocal x`: that of a function around this one. */
function share(m: Machine, name: string, scope: Scope, isModule: boolean): void {
  let root = scope;
  while (root.parent !== undefined) root = root.parent;
  const cell = isModule ? root.find(name) : scope.home.parent?.find(name);
  scope.home.cells.set(name, cell ?? m.declare(root, name, UNKNOWN));
}

/** Expressions that only Python has. */
export function evaluatePython(m: Machine, node: Node, scope: Scope): Value | undefined {
  switch (node.type) {
    case "PyOther":
      return slots(node, "parts")
        .map((part) => (part === undefined ? UNKNOWN : m.evaluate(part, scope)))
        .some(isError)
        ? ERROR_TEXT
        : UNKNOWN;
    case "PyKeyword": {
      const value = m.operand(node, "value", scope);
      if (value.kind === "constant")
        m.note({ op: "argument", name: text(node, "name"), value: value.value, at: node.start });
      return value;
    }
    case "PySlice":
      return slice(m, node, scope);
    case "PyComprehension":
      return comprehend(m, node, scope);
    case "PyClass":
      return classOf(m, node, scope);
    case "PySuper":
      return inherited(m, scope);
    case "PyDecorated":
      return decorate(m, node, scope);
    case "PyEnter":
      return enter(m, m.operand(node, "context", scope), node);
    case "PyItem":
      return itemOf(m.operand(node, "list", scope));
    default:
      return undefined;
  }
}

/** What a class calls itself within its methods; no name of Python looks like it. */
const OWN_CLASS = "?class";

/** `super()`: what the class around a method has from the one before it. */
function inherited(m: Machine, scope: Scope): Value {
  const own = scope.find(OWN_CLASS)?.value;
  const base = own?.kind === "function" ? m.staticsOf(own.node).entries.get("?super") : undefined;
  return base?.kind === "function" ? recordOf([], base.node) : (base ?? UNKNOWN);
}

/** What comes out of a decorator takes the place of what went in; of most it is not known, and then it is much the same. */
function decorate(m: Machine, node: Node, scope: Scope): Value {
  const decorated = m.operand(node, "decorated", scope);
  const made = callValue(m, m.operand(node, "decorator", scope), undefined, [decorated], { node, isNew: false });
  return made.kind === "unknown" ? decorated : join(decorated, made);
}

/** `with … as x`: what the context hands out. */
function enter(m: Machine, context: Value, node: Node): Value {
  const site = { node, isNew: false };
  return joinAll(
    alternatives(context).map((each) => {
      // What a generator yields is what its context hands out.
      if (each.kind === "list") return itemOf(each);
      if (each.kind !== "record" || typeof each.of !== "object") return each;
      for (const name of ["__enter__", "__aenter__"]) {
        const method = getProperty(m, each, constant(name), node);
        if (method.kind === "function") return callValue(m, method, each, [], site);
      }
      return each;
    }),
  );
}

const itemOf = (value: Value): Value => (value.kind === "list" ? joinAll(value.items, value.open) : value);

function classOf(m: Machine, node: Node, scope: Scope): Value {
  const inside = new Scope(scope, true);
  const value = { kind: "function", node, scope: inside } as const;
  m.declare(inside, OWN_CLASS, value);
  for (const base of slots(node, "bases"))
    if (base !== undefined) m.staticsOf(node).entries.set("?super", m.evaluate(base, scope));
  const body = child(node, "body");
  if (body !== undefined) m.execute(body, inside);
  const statics = m.staticsOf(node);
  for (const [name, cell] of inside.cells) {
    if (name === OWN_CLASS) continue;
    if (m.world.hooks.has(name)) m.note({ op: "hook", name, at: node.start });
    statics.entries.set(name, cell.value);
    statics.entries.set(name === "__init__" ? "#proto.constructor" : `#proto.${name}`, cell.value);
  }
  return value;
}

function slice(m: Machine, node: Node, scope: Scope): Value {
  const object = m.operand(node, "object", scope);
  const bounds = (node["bounds"] as readonly unknown[]).map((bound) =>
    isNode(bound) ? m.evaluate(bound, scope) : UNDEFINED,
  );
  if (isError(object)) return ERROR_TEXT;
  const numbers = bounds.map((bound) =>
    bound.kind !== "constant" ? Number.NaN : bound.value === undefined ? undefined : Number(bound.value),
  );
  const items =
    object.kind === "list" && !object.open
      ? object.items
      : object.kind === "constant" && typeof object.value === "string"
        ? [...object.value].map((each) => constant(each))
        : undefined;
  if (items === undefined || numbers.some((each) => Number.isNaN(each)))
    return object.kind === "list" ? listOf([...object.items], true) : UNKNOWN;
  const taken = sliceOf(items, numbers[0], numbers[1], numbers[2] ?? 1);
  if (object.kind === "list") return { ...listOf(taken), ...(object.bytes === true && { bytes: true }) };
  return m.compute(constant(taken.map((each) => (each.kind === "constant" ? String(each.value) : "")).join("")), node);
}

function sliceOf(items: readonly Value[], from: number | undefined, to: number | undefined, step: number): Value[] {
  if (step === 1) return items.slice(from, to);
  const length = items.length;
  const place = (index: number | undefined, fallback: number): number =>
    index === undefined ? fallback : index < 0 ? index + length : index;
  const made: Value[] = [];
  if (step > 0)
    for (let i = place(from, 0); i < Math.min(length, place(to, length)); i += step) made.push(items[i] ?? UNKNOWN);
  if (step < 0)
    for (let i = Math.min(length - 1, place(from, length - 1)); i > place(to, -1); i += step)
      made.push(items[i] ?? UNKNOWN);
  return made;
}

function comprehend(m: Machine, node: Node, scope: Scope): Value {
  const inside = new Scope(scope, true);
  const made: Value[] = [];
  const clauses = slots(node, "clauses").filter((each) => each !== undefined);
  const heads = slots(node, "heads").filter((each) => each !== undefined);
  let open = false;
  const go = (at: number): void => {
    const clause = clauses[at];
    if (clause === undefined) {
      const values = heads.map((head) => m.evaluate(head, inside));
      made.push(values.length === 1 ? (values[0] ?? UNKNOWN) : listOf(values));
      return;
    }
    if (clause.type === "PyIf") {
      const known = truth(m.operand(clause, "test", inside));
      open ||= known === undefined;
      if (known !== false) go(at + 1);
      return;
    }
    const over = m.operand(clause, "right", inside);
    m.escape(over, clause, 3);
    if (isError(over)) tell(m, "error text", node);
    const target = child(clause, "left");
    const items =
      over.kind === "list"
        ? over.items
        : over.kind === "constant" && typeof over.value === "string"
          ? [...over.value].map((each) => constant(each))
          : [];
    const known = items.length > 0 && items.length <= 512 && m.follows;
    open ||= !known || (over.kind === "list" && over.open);
    for (const item of known ? items : [joinAll(items, true)]) {
      if (target !== undefined) bind(m, target, item, inside, "declare");
      go(at + 1);
    }
  };
  go(0);
  return listOf(made, open);
}
