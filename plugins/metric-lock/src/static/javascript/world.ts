import type { Node } from "@pawl/source";
import { fromClass } from "../read/literals.ts";
import { callValue } from "../read/calls.ts";
import type { CallSite, Machine, World } from "../read/machine.ts";
import { ZONE, holdsError, isDate, isError, isFrom, notePassed, tell } from "../read/origins.ts";
import { NUMBER, UNDEFINED, UNKNOWN, type Value, constant, global, join, joinAll, recordOf } from "../read/value.ts";
import { callDate, isDateMethod } from "./dates.ts";
import { callWithError, ofError, ofErrorText } from "./errors.ts";
import { callGlobal } from "./globals.ts";
import { isListMethod } from "./lists.ts";
import { callIntl, isLocaleMethod } from "./locale.ts";
import { callMethod } from "./methods.ts";
import { combine } from "./operators.ts";
import { CONSTANTS, GLOBAL_OBJECTS, HOOKS, isFunctionPath } from "./names.ts";

/** JavaScript and TypeScript, as a reader must know them to see what names lead to. */
export const javascript: World = {
  assigns: "assign",

  hooks: HOOKS,
  leavesLoopsByErrors: false,

  name(machine, name, node) {
    if (CONSTANTS.has(name)) return constant(CONSTANTS.get(name));
    if (GLOBAL_OBJECTS.has(name)) {
      machine.note({ op: "read", name: "globalThis", at: node.start });
      return global("globalThis");
    }
    return provided(machine, name, node);
  },

  property(machine, of, key, node) {
    if (ACCESSORS.has(key)) machine.note({ op: "hook", name: key, at: node.start });
    switch (of.kind) {
      case "global":
        return ofGlobal(machine, of.path, key, node);
      case "function":
        return ofFunction(machine, of, key, node);
      case "method":
        return ofAnyFunction(of, key) ?? UNKNOWN;
      case "list":
        return ofList(machine, of, key, node);
      case "record":
        return ofRecord(machine, of, key, node);
      case "constant":
        return ofConstant(of, key);
      case "regex":
        if (key === "source") return constant(of.pattern);
        return key === "constructor" ? global("RegExp") : { kind: "method", of, name: key };
      default:
        return ofUnknown(machine, of, key, node);
    }
  },

  invoke(machine, callee, self, args, site) {
    if (callee.kind === "method") return callMethod(machine, callee, args, site);
    if (callee.kind === "global") return callProvided(machine, callee.path, self, args, site);
    if (callee.kind === "function") return callValue(machine, callee, self, args, site);
    return UNKNOWN;
  },

  binary: combine,
};

function provided(machine: Machine, path: string, node: Node): Value {
  machine.note({ op: "read", name: path, at: node.start });
  return global(path);
}

function ofGlobal(machine: Machine, path: string, key: string, node: Node): Value {
  if (path === "globalThis") return javascript.name(machine, key, node);
  // Where a name leads to the same thing by another way, the shorter way is the one that rules speak of.
  if (key === "constructor") {
    if (path === "?.constructor") return provided(machine, "Function", node);
    if (path.endsWith(".prototype")) return provided(machine, path.slice(0, -".prototype".length), node);
    return provided(machine, isFunctionPath(path) ? "Function" : "Object", node);
  }
  if (key === "__proto__") {
    if (path.endsWith(".prototype")) return provided(machine, "Object.prototype", node);
    return provided(machine, isFunctionPath(path) ? "Function.prototype" : "Object.prototype", node);
  }
  if (isFunctionPath(path) && (key === "call" || key === "apply" || key === "bind")) {
    return { kind: "method", of: global(path), name: key };
  }
  if (/^(?:Number|Math)\.[A-Z]/.test(`${path}.${key}`)) return known(path, key);
  return provided(machine, `${path}.${key}`, node);
}

/** Constants of `Math` and `Number`. */
function known(path: string, key: string): Value {
  const holder: unknown = path === "Math" ? Math : Number;
  const value = Object.getOwnPropertyDescriptor(holder, key)?.value as unknown;
  return typeof value === "number" ? constant(value) : NUMBER;
}

/** What all functions have. */
function ofAnyFunction(of: Value, key: string): Value | undefined {
  if (key === "constructor") return global("Function");
  if (key === "__proto__") return global("Function.prototype");
  if (key === "call" || key === "apply" || key === "bind" || key === "toString")
    return { kind: "method", of, name: key };
  return undefined;
}

function ofFunction(machine: Machine, of: Value & { kind: "function" }, key: string, node: Node): Value {
  const statics = machine.staticsOf(of.node);
  const found = statics.entries.get(key);
  if (found !== undefined) return found;
  if (key === "prototype") {
    const prototype = recordOf();
    statics.entries.set(key, prototype);
    return prototype;
  }
  if (key === "caller" || key === "arguments") machine.note({ op: "look", name: `Function.${key}`, at: node.start });
  if (key === "constructor" || key === "__proto__") machine.note({ op: "read", name: "Function", at: node.start });
  return ofAnyFunction(of, key) ?? UNKNOWN;
}

function ofList(machine: Machine, of: Value & { kind: "list" }, key: string, node: Node): Value {
  if (key === "length") machine.measure(of, node);
  if (key === "length" || key === "callee" || Number(key) > 0) notePassed(machine, of, node);
  if (key === "constructor") return global(of.bytes === true ? "Uint8Array" : "Array");
  if (key === "__proto__") return global("Array.prototype");
  if (key === "length") return of.open ? NUMBER : constant(of.items.length);
  const index = Number(key);
  if (Number.isInteger(index)) {
    const item = of.items[index];
    return of.open ? join(item ?? UNKNOWN, UNKNOWN) : (item ?? UNDEFINED);
  }
  return isListMethod(key) || isLocaleMethod(key) ? { kind: "method", of, name: key } : UNKNOWN;
}

function ofRecord(machine: Machine, of: Value & { kind: "record" }, key: string, node: Node): Value {
  const found = of.entries.get(key);
  if (found !== undefined && typeof of.of !== "string") return of.open ? join(found, UNKNOWN) : found;
  if (typeof of.of === "object") return fromClass(machine, of, of.of, key, node);
  if (key === "size") machine.measure(of, node);
  if (key === "constructor") return global(typeof of.of === "string" ? of.of : "Object");
  if (key === "__proto__") return global(`${typeof of.of === "string" ? of.of : "Object"}.prototype`);
  if (of.of === "Error" && key === "stack") machine.note({ op: "read", name: "Error.stack", at: node.start });
  // What an error of one's own says is what one said.
  if (of.of === "Error" && found !== undefined) return found;
  if (typeof of.of === "string") return { kind: "method", of, name: key };
  if (OBJECT_METHODS.has(key)) return { kind: "method", of, name: key };
  return of.open ? joinAll(of.entries.values(), true) : UNDEFINED;
}

/** Methods that plant getters and setters, or get at those of the language. */
const ACCESSORS = new Set(["__defineGetter__", "__defineSetter__", "__lookupGetter__", "__lookupSetter__"]);
const OBJECT_METHODS = new Set(["hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable", "toString"]);

function ofConstant(of: Value & { kind: "constant" }, key: string): Value {
  const { value } = of;
  if (value === null || value === undefined) return UNKNOWN;
  const name =
    { string: "String", number: "Number", boolean: "Boolean", bigint: "BigInt" }[typeof value as string] ?? "Object";
  if (key === "constructor") return global(name);
  if (key === "__proto__") return global(`${name}.prototype`);
  if (typeof value === "string") {
    if (key === "length") return constant(value.length);
    if (/^\d+$/.test(key)) return constant(value[Number(key)]);
  }
  return { kind: "method", of, name: key };
}

function ofUnknown(machine: Machine, of: Value, key: string, node: Node): Value {
  if (key === "constructor") return global("?.constructor");
  if (key === "__proto__") return provided(machine, "?.prototype", node);
  if (of.kind !== "unknown") return UNKNOWN;
  if (of.type === "error") return ofError(machine, of, key, node);
  if (of.from === "error text") return ofErrorText(machine, of, key, node);
  if (of.from === "receiver") tell(machine, "call", node);
  if (of.from === "time zone") tell(machine, "time zone", node);
  if (of.type === "date" && key === "Symbol.toPrimitive") tell(machine, "time zone", node);
  if (isTelling(key) || (of.type === "date" && isDateMethod(key))) return { kind: "method", of, name: key };
  if (of.path === undefined) return UNKNOWN;
  // Methods of what the input holds are no part of it; a path that leads nowhere is harmless.
  return { kind: "unknown", path: of.path === "" ? key : `${of.path}.${key}` };
}

/** They make text of dates, which has the zone in it. */
const TELLS_DATES = /^(?:String|encodeURI|encodeURIComponent|escape|btoa|(?:Number\.)?parse(?:Int|Float)|Symbol)$/;

/** Whether a method of the language says something of what it is lent to. */
const isOdd = (self: Value, name: string): boolean =>
  isTelling(name) || isDateMethod(name) || isError(self) || isFrom(self, "time zone");

/** Methods that are followed whatever they are called on. */
const isTelling = (key: string): boolean =>
  isLocaleMethod(key) || /^(?:sort|toSorted|getTimezoneOffset|repeat|padStart|padEnd)$/.test(key);

function callProvided(
  machine: Machine,
  path: string,
  self: Value | undefined,
  args: readonly Value[],
  site: CallSite,
): Value {
  machine.note({ op: "call", name: path, args, isNew: site.isNew, at: site.node.start });
  const method = /^(String|Array|Number|BigInt|Object|Function|Map|Set|RegExp|Date|Error)\.prototype\.(\w+)$/.exec(
    path,
  );
  const name = method?.[2] ?? "";
  // What a class of the file has from `Date` is told in the time of the place.
  if (method?.[1] === "Date" && self?.kind === "record")
    return callDate(machine, { kind: "unknown", type: "date", from: "moment" }, name, site);
  if (
    method !== null &&
    self !== undefined &&
    self.kind !== "global" &&
    (self.kind !== "unknown" || isOdd(self, name))
  ) {
    return callMethod(machine, { kind: "method", of: self, name }, args, site);
  }
  for (const arg of args) notePassed(machine, arg, site.node);
  if (args.some((arg) => (path === "JSON.stringify" ? holdsError(arg) : isError(arg)))) {
    const made = callWithError(machine, path, site.node);
    if (made !== undefined) return made;
  }
  if (path !== "Date") {
    for (const arg of args) if (isFrom(arg, "time zone")) tell(machine, "time zone", site.node);
    if (path === "Number" && args.some((arg) => isFrom(arg, "wall clock"))) return ZONE;
    if (/^(?:Math\.|JSON\.)/.test(path) && args.some((arg) => isFrom(arg, "wall clock")))
      tell(machine, "time zone", site.node);
  }
  if (TELLS_DATES.test(path) && args.some(isDate)) tell(machine, "time zone", site.node);
  if (path.startsWith("Intl.")) return callIntl(machine, path, args, site);
  return callGlobal(machine, path, args, site);
}
