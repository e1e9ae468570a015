import { type Node, bare, child, slots, text } from "@pawl/source";
import { noteMethodTest } from "./comparisons.ts";
import { listFrom } from "./lists.ts";
import type { CallSite, Machine } from "./machine.ts";
import { isDate, isFrom, noteUse, tell } from "./origins.ts";
import { bind } from "./patterns.ts";
import { getProperty, keyOf, nameOf } from "./properties.ts";
import { declareAhead } from "./blocks.ts";
import { Scope } from "./scope.ts";
import { isSame, noteMethodState } from "./state.ts";
import { UNDEFINED, UNKNOWN, type Value, alternatives, constant, global, join, listOf, recordOf } from "./value.ts";

/** `f(…)` */
export function callOf(m: Machine, node: Node, scope: Scope): Value {
  const callee = child(node, "callee");
  if (callee === undefined) return UNKNOWN;
  if (callee.type === "Super") {
    listFrom(m, node, "arguments", scope);
    return UNKNOWN;
  }
  const { value, self } = calleeOf(m, callee, scope);
  const named = m.world.named?.(m, node, scope);
  const args = named === undefined ? argumentsOf(m, node, scope) : named(value);
  noteMethodState(m, bare(callee), scope, node);
  noteSelfGrowth(m, bare(callee), scope, node);
  noteMethodTest(m, node, value, args);
  noteBlindCall(m, bare(callee), args, scope, node);
  const site = { node, isNew: false };
  const result =
    named === undefined || value.kind !== "union"
      ? callValue(m, value, self, args, site)
      : join(...value.values.map((each) => callValue(m, each, self, named(each), site)));
  return m.compute(result, node);
}

/** `new C(…)` */
export function constructorOf(m: Machine, node: Node, scope: Scope): Value {
  const callee = m.operand(node, "callee", scope);
  return callValue(m, callee, undefined, argumentsOf(m, node, scope), { node, isNew: true });
}

/** A tag gets the pieces of text, and then the values between them. */
export function callTag(m: Machine, node: Node, scope: Scope): Value {
  const tag = child(node, "tag");
  const quasi = child(node, "quasi");
  if (tag === undefined || quasi === undefined) return UNKNOWN;
  const { value, self } = calleeOf(m, tag, scope);
  const pieces = slots(quasi, "quasis").map((each) =>
    constant((each?.["value"] as { cooked?: string } | undefined)?.cooked ?? ""),
  );
  const values = slots(quasi, "expressions").map((each) => (each === undefined ? UNKNOWN : m.evaluate(each, scope)));
  noteBlindCall(m, bare(tag), pieces, scope, node);
  return m.compute(callValue(m, value, self, [listOf(pieces), ...values], { node, isNew: false }), node);
}

function calleeOf(m: Machine, callee: Node, scope: Scope): { value: Value; self: Value | undefined } {
  const member = bare(callee);
  if (member.type !== "MemberExpression") return { value: m.evaluate(member, scope), self: undefined };
  const self = m.operand(member, "object", scope);
  return { value: getProperty(m, self, keyOf(m, member, "property", scope), member), self };
}

/** `list.push(...list)`, over and over, until somebody catches what breaks. */
function noteSelfGrowth(m: Machine, callee: Node, scope: Scope, node: Node): void {
  const object = callee.type === "MemberExpression" ? child(callee, "object") : undefined;
  if (object === undefined || m.attempts === 0 || m.loops === 0) return;
  if (!/^(?:push|unshift|splice|extend)$/.test(nameOf(keyOf(m, callee, "property", scope)) ?? "")) return;
  const pieces = slots(node, "arguments").map((each) =>
    each?.type === "SpreadElement" ? child(each, "argument") : each,
  );
  if (pieces.some((each) => each !== undefined && isSame(bare(each), bare(object)))) tell(m, "engine limit", node);
}

const SOME_ARGUMENTS = 3;

function argumentsOf(m: Machine, node: Node, scope: Scope): Value[] {
  const list = listFrom(m, node, "arguments", scope);
  return list.open ? [...list.items, ...Array.from({ length: SOME_ARGUMENTS }, () => UNKNOWN)] : list.items;
}

/**
 * `x[k][l]("code")()`: where neither key is known, and text is passed to make a function, the constructor of functions
 * may well be behind it.
 */
function noteBlindCall(m: Machine, callee: Node, args: readonly Value[], scope: Scope, node: Node): void {
  const inner = callee.type === "MemberExpression" && callee["computed"] === true ? callee : undefined;
  const found = inner === undefined ? undefined : child(inner, "object");
  const object = found === undefined ? undefined : bare(found);
  if (inner === undefined || object?.type !== "MemberExpression" || object["computed"] !== true) return;
  if (!args.some((each) => each.kind === "constant" && typeof each.value === "string")) return;
  const unknown = [inner, object].every((each) => keyOf(m, each, "property", scope).kind !== "constant");
  if (unknown) m.note({ op: "blind call", name: "unknown method", at: node.start });
}

const DEEPEST_KNOWN = 40;
const DEEPEST = 8;
const DEEPEST_UNKNOWN = 60;

/** Calls a value. */
export function callValue(
  m: Machine,
  callee: Value,
  self: Value | undefined,
  args: readonly Value[],
  site: CallSite,
): Value {
  if (callee.kind === "union") return join(...callee.values.map((each) => callValue(m, each, self, args, site)));
  if (callee.kind === "function") return callFunction(m, callee, callee.self ?? self, args, site);
  if (callee.kind !== "unknown") return m.world.invoke(m, callee, self, args, site);
  handOver(m, args, site.node);
  return UNKNOWN;
}

/** Arguments of something that cannot be followed: functions among them may be called with anything. */
export function handOver(m: Machine, args: readonly Value[], node: Node): void {
  for (const arg of args) {
    m.escape(arg, node);
    for (const each of alternatives(arg)) {
      if (each.kind !== "function") continue;
      noteDepth(m, each.node, node);
      m.escape(callUnknown(m, each), node);
    }
  }
}

/** Calls a function of the file: with what is known where that may matter, else once for all. */
function callFunction(
  m: Machine,
  callee: Value & { kind: "function" },
  self: Value | undefined,
  args: readonly Value[],
  site: CallSite,
): Value {
  const { node } = callee;
  if (isClass(node)) return instantiate(m, callee, args, site);
  noteDepth(m, node, site.node);
  if (node["python"] === true && callee.self !== undefined)
    return callFunction(m, { ...callee, self: undefined } as never, undefined, [callee.self, ...args], site);
  const known = args.length > 0 && args.every((arg) => arg.kind !== "unknown" && arg.kind !== "union" && !isVague(arg));
  const worthwhile = known || args.some(isTelling) || self?.kind === "record" || site.isNew || args.length === 0;
  const depth = known ? DEEPEST_KNOWN : DEEPEST;
  if (!worthwhile || !m.follows || m.calls >= depth) {
    // Nobody follows what is made of it.
    for (const arg of args) if (!isDate(arg) || isFrom(arg, "moment", "wall clock")) noteUse(m, arg, site.node);
    return callUnknown(m, callee);
  }
  const object = site.isNew ? recordOf() : undefined;
  const result = runFunction(m, callee, object ?? self ?? global("globalThis"), args);
  return object ?? result;
}

/** Notes that a function is called from within itself, where somebody waits for the end of the stack. */
function noteDepth(m: Machine, called: Node, at: Node): void {
  if (m.attempts > 0 && m.active.has(called)) m.note({ op: "depth", name: "a recursion in a try", at: at.start });
}

const isClass = ({ type }: Node): boolean => type.startsWith("Class") || type === "PyClass";

/** Whether something may come out of following a call with this that would not come out with nothing known. */
function isTelling(value: Value): boolean {
  if (value.kind === "unknown")
    return value.path !== undefined || value.from !== undefined || value.type === "error" || value.type === "date";
  if (value.kind === "constant") return typeof value.value === "string";
  if (value.kind === "union") return value.values.some(isTelling);
  return value.kind !== "regex" && !isVague(value);
}

/** A list that may hold anything, and of which nothing is known but a few measurements: no codes, and no text. */
function isVague(value: Value): boolean {
  return value.kind === "list" && value.open && value.items.every((item) => !isCode(item) && !isTelling(item));
}

const isCode = (value: Value): boolean =>
  alternatives(value).some((each) => each.kind === "constant" && Number.isInteger(each.value));

/** What a function comes to when nothing is known of its arguments. */
export function callUnknown(m: Machine, callee: Value & { kind: "function" }): Value {
  let results = m.results.get(callee.scope);
  if (results === undefined) m.results.set(callee.scope, (results = new Map()));
  const found = results.get(callee.node);
  if (found !== undefined) return found;
  // It will be read later, from the start.
  if (m.calls >= DEEPEST_UNKNOWN) return UNKNOWN;
  results.set(callee.node, UNKNOWN);
  if (isClass(callee.node)) return UNKNOWN;
  const result = runFunction(m, callee, callee.self ?? UNKNOWN, undefined);
  results.set(callee.node, result);
  return result;
}

/** Runs a function's body; without arguments nothing is known of them. */
export function runFunction(
  m: Machine,
  { node, scope }: Value & { kind: "function" },
  self: Value,
  args: readonly Value[] | undefined,
): Value {
  m.seen.add(node);
  const isOuter = !m.active.has(node);
  m.active.add(node);
  const inside = new Scope(scope, true);
  const { returns, yields, conditions, tests } = m;
  [m.returns, m.yields, m.tests] = [[], [], undefined];
  m.calls += 1;
  if (node.type !== "ArrowFunctionExpression") {
    m.declare(inside, "this", self);
    const list = listOf([...(args ?? [])]);
    if (args !== undefined && m.passed.has(args)) m.passed.add(list.items);
    m.declare(inside, "arguments", args === undefined ? UNKNOWN : list);
    const name = child(node, "id");
    if (name !== undefined && node.type === "FunctionExpression") {
      m.declare(inside, text(name, "name"), { kind: "function", node, scope });
    }
  }
  bindParameters(m, node, inside, args);
  const body = child(node, "body");
  let result: Value = UNDEFINED;
  if (body !== undefined && body.type !== "BlockStatement") result = m.evaluate(body, inside);
  else if (body !== undefined) {
    declareAhead(m, body, inside);
    for (const statement of slots(body, "body")) {
      if (statement !== undefined && m.execute(statement, inside) !== "next") break;
    }
    result = m.returns.length === 0 ? UNDEFINED : join(...m.returns);
  }
  if (node["generator"] === true) result = listOf([...m.yields], true);
  m.calls -= 1;
  if (isOuter) m.active.delete(node);
  m.returns = returns;
  m.yields = yields;
  m.conditions = conditions;
  m.tests = tests;
  return result;
}

/** What a function takes; a receiver that TypeScript gives a type is none of it. */
export const parametersOf = (node: Node): (Node | undefined)[] =>
  slots(node, "params").filter((each) => each?.type !== "Identifier" || text(each, "name") !== "this");

function bindParameters(m: Machine, node: Node, scope: Scope, args: readonly Value[] | undefined): void {
  parametersOf(node).forEach((param, index) => {
    if (param === undefined) return;
    if (param.type === "RestElement") {
      const rest = args === undefined ? listOf([], true) : listOf(args.slice(index));
      if (args !== undefined && m.passed.has(args)) m.passed.add(rest.items);
      bind(m, child(param, "argument") ?? param, rest, scope, "declare");
    } else if (param.type === "AssignmentPattern" && args !== undefined && m.passed.has(args)) {
      // A default that leaves a trace tells that it was needed.
      const outer = m.watched;
      m.watched = { own: new Set(scope.cells.values()), name: "call" };
      bind(m, param, args[index] ?? UNDEFINED, scope, "declare");
      m.watched = outer;
    } else bind(m, param, args === undefined ? UNKNOWN : (args[index] ?? UNDEFINED), scope, "declare");
  });
}

function instantiate(
  m: Machine,
  callee: Value & { kind: "function" },
  args: readonly Value[],
  { node: at }: CallSite,
): Value {
  const instance = recordOf([], callee.node);
  const statics = m.staticsOf(callee.node);
  const base = statics.entries.get("?super");
  if (base?.kind === "global") {
    m.world.invoke(m, base, undefined, args, { node: at, isNew: true });
    instance.open = true;
  }
  for (const [key, value] of statics.entries) {
    if (key.startsWith("#proto.") && value.kind !== "function") instance.entries.set(key.slice(7), value);
  }
  const make = statics.entries.get("#proto.constructor");
  if (make?.kind !== "function") handOver(m, args, at);
  else if (m.follows && m.calls < DEEPEST)
    runFunction(m, make, instance, make.node["python"] === true ? [instance, ...args] : args);
  else {
    callUnknown(m, make);
    instance.open = true;
  }
  return instance;
}
