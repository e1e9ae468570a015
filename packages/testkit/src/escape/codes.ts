import { escape, type EscapeProgram } from "./program.ts";

const REALM = "Code from text that sees a process, or runs in another realm, would be announced.";

/** Constructor chains, stack hooks, and code made from text. */
export const CODES: readonly EscapeProgram[] = [
  escape("the Function constructor", `Makes code from text. ${REALM}`, {
    attack: `compile("Function", Function); compile("constructor of a function", (() => {}).constructor); compile("of a method", [].map.constructor); compile("of a class", (class {}).constructor);`,
  }),
  escape("constructors of async functions and generators", `No global names them. ${REALM}`, {
    attack: `for (const f of [async () => {}, function* () {}, async function* () {}]) { compile("hidden constructor", f.constructor); compile("hidden constructor", getPrototypeOf(f).constructor); compile("hidden constructor", getPrototypeOf(getPrototypeOf(f)).constructor); }`,
  }),
  escape("constructors behind accessors", `Native getters and setters are functions too. ${REALM}`, {
    attack: `for (const home of [ObjectPrototype, Map.prototype, RegExp.prototype, ArrayBuffer.prototype, getPrototypeOf(Uint8Array.prototype), Symbol.prototype]) for (const key of ownKeys(home)) { const own = getOwnPropertyDescriptor(home, key); for (const f of [own.get, own.set, own.value]) if (typeof f === "function") { tell("accessor", f); compile("accessor", f.constructor); } }`,
  }),
  escape(
    "constructors of what the sandbox gives",
    `Console functions, replaced globals, bound and native functions. ${REALM}`,
    {
      attack: `for (const f of [globalThis.console?.log, Math.random, globalThis.Date, globalThis.Date?.now, globalThis.performance?.now, globalThis.setTimeout, globalThis.queueMicrotask, globalThis.structuredClone, globalThis.eval, say.bind(null)]) if (f) { compile("given", f.constructor); compile("given", f.constructor?.constructor); tell("given", f); attempt(() => compile("given", getPrototypeOf(f).constructor)); }`,
    },
  ),
  escape("Reflect.construct with a foreign target", `The realm of a new object comes from its new.target. ${REALM}`, {
    attack: `for (const target of [Function, Object, Array, Error, Promise, (() => {}).constructor]) for (const given of [called.self, called.args, info]) attempt(() => tell("constructed", Reflect.construct(target, ["return 1"], isThing(given) && typeof given.constructor === "function" ? given.constructor : Object)));`,
  }),
  escape("eval, direct and indirect", `${REALM}`, {
    attack: `attempt(() => judge("eval", (0, eval)("(function () {" + PROBE + "})()"))); attempt(() => judge("eval", eval("(function () {" + PROBE + "})()")));`,
  }),
  escape("timers with text", `Old timers take code as text. ${REALM}`, {
    attack: `for (const name of ["setTimeout", "setInterval", "setImmediate"]) attempt(() => globalThis[name]("globalThis.pawlMark = 'timer'; typeof process === 'object' && process.pid && console.log('ESC' + 'APED timer')", 0));`,
  }),
  escape("a realm of its own", `ShadowRealm, vm and frames make realms with loaders of their own. ${REALM}`, {
    attack: `if (typeof ShadowRealm === "function") { const realm = new ShadowRealm(); judge("realm", attempt(() => realm.evaluate("typeof process === 'object' ? process.pid : undefined"))); await attemptLater(async () => { const read = await realm.importValue("node:fs", "readFileSync"); secret("importValue", read(info.canary, "utf8")); }); }
      for (const name of ["vm", "Realm", "Compartment", "document", "window", "self", "top"]) if (name in globalThis && globalThis[name] !== globalThis) tell(name, globalThis[name]);`,
  }),
  escape(
    "call sites of a stack trace",
    `prepareStackTrace gets frames, which have this and the function. ${REALM}`,
    {
      attack: `Error.stackTraceLimit = 200; Error.prepareStackTrace = (error, frames) => { tell("list of frames", frames); for (const frame of frames) { tell("frame", frame); for (const method of ["getThis", "getFunction", "getEvalOrigin", "getScriptNameOrSourceURL"]) { let value; try { value = frame[method](); } catch { continue; } tell(method, value); if (typeof value === "function" && value !== attack && value !== first) walk(method, value, 2000); } } return frames; };
      void new Error("x").stack; try { null.x; } catch (e) { void e.stack; } const holder = {}; attempt(() => Error.captureStackTrace(holder)); void holder.stack;`,
    },
    "vm2 CVE-2022-36067",
  ),
  escape(
    "stack hooks on a replaced Error",
    `Some hosts look the hook up on the global, not on the class. ${REALM}`,
    {
      attack: `const Native = Error; globalThis.Error = class Error extends Native {}; globalThis.Error.prepareStackTrace = (error, frames) => { for (const frame of frames) attempt(() => tell("this of a frame", frame.getThis())); return frames; };
      globalThis.Error.stackTraceLimit = Infinity; for (const E of [Native, TypeError, globalThis.Error]) { const stack = new E("x").stack; if (typeof stack !== "string") tell("stack", stack); } try { undefined(); } catch (e) { tell("stack", e.stack); }`,
    },
    "vm2 CVE-2022-36067, CVE-2023-30547",
  ),
  escape(
    "stack hooks when the host formats an error",
    `Throws errors whose stack was never read, with a hook in place. ${REALM}`,
    {
      result: `Error.prepareStackTrace = function (error, frames) { walk("this of the hook", this); tell("error", error); for (const frame of frames) { try { tell("function", frame.getFunction()); tell("this", frame.getThis()); } catch {} } say.called = true; throw frames; }; throw new TypeError("read my stack");`,
    },
  ),
  escape(
    "an error with a symbol as its name",
    `Formatting it throws, in whichever realm formats it. ${REALM}`,
    {
      attack: `const error = new Error("x"); error.name = Symbol("name"); attempt(() => error.stack); attempt(() => text(error)); error.message = { toString() { throw error; } }; attempt(() => error.toString()); globalThis.console?.error(error); throw error;`,
    },
    "vm2 issue 562",
  ),
  escape(
    "a full stack at the boundary",
    `Calls what the sandbox gives with almost no stack left, and looks at the error. ${REALM}`,
    {
      attack: `const edge = (f) => { let caught; const deep = () => { try { deep(); } catch { try { f(); } catch (e) { caught = e; } } }; try { deep(); } catch (e) { caught = e; } tell("error at the edge", caught); attempt(() => tell("its stack", caught.stack)); };
      for (const f of [() => console.log("x"), () => Math.random(), () => new Date(), () => JSON.stringify({ a: 1 }), () => new Error("x").stack, () => Promise.resolve(1).then(), () => import("./none.js")]) edge(f);`,
    },
    "vm2 CVE-2023-37466",
  ),
  escape(
    "a promise of an async function with another species",
    `An async function that overflows the stack rejects with an error that may come from the host. ${REALM}`,
    {
      attack: `const full = async () => { const deep = () => { void new Error("x").stack; deep(); }; deep(); }; const promise = full(); promise.constructor = { [Symbol.species]: class { constructor(executor) { executor((value) => tell("resolved", value), (error) => { tell("rejected", error); walk("rejected", error, 500); }); } } }; attempt(() => promise.then()); promise.catch?.(() => {}); await null;`,
    },
    "vm2 CVE-2023-37466",
  ),
  escape(
    "an async generator that is closed",
    `yield* awaits what return() gets; an error in its then may be the host's. ${REALM}`,
    {
      attack: `const inner = { [Symbol.asyncIterator]() { return this; }, next: () => ({ value: 1, done: false }), return: () => ({ get then() { const deep = () => { void new Error("x").stack; deep(); }; deep(); } }) };
      const outer = (async function* () { try { yield* inner; } catch (error) { tell("caught in a generator", error); } })(); await outer.next(); await attemptLater(() => outer.return({ then(resolve, reject) { tell("resolve", resolve); tell("reject", reject); reject(resolve); } }));`,
    },
    "vm2 CVE-2026-45411",
  ),
  escape(
    "a species that returns its own list",
    `Array methods that make lists ask their argument for a constructor. ${REALM}`,
    {
      attack: `const lists = [called.args, info, found, Object.keys(info)]; for (const list of lists) { if (!isThing(list)) continue; const stolen = []; const constructor = function () { return stolen; }; constructor[Symbol.species] = constructor; attempt(() => { list.constructor = constructor; for (const method of ["map", "filter", "slice", "concat", "splice", "flat"]) attempt(() => Array.prototype[method].call(list, (x) => x)); }); for (const each of stolen) tell("stolen", each); attempt(() => { delete list.constructor; }); }`,
    },
    "vm2 issue 562",
  ),
  escape(
    "classes that are proxies",
    `A constructor that the host calls gets a new.target of the host. ${REALM}`,
    {
      result: `return new Proxy(class Answer {}, { construct(target, values, newTarget) { tell("new.target", newTarget); for (const value of values) tell("argument", value); return {}; }, apply(target, self, values) { tell("this", self); for (const value of values) tell("argument", value); say("the host called an answer"); return 1; } });`,
    },
    "vm2 issue 177",
  ),
  escape(
    "broken promises of a proxy",
    `Traps that lie break invariants; the error is made by whoever asked. ${REALM}`,
    {
      attack: `const fixed = Object.freeze({ a: 1 }); const liar = new Proxy(fixed, { get: () => 2, ownKeys: () => [], getPrototypeOf: () => Array.prototype, isExtensible: () => true, getOwnPropertyDescriptor: () => undefined }); for (const f of [() => liar.a, () => ownKeys(liar), () => getPrototypeOf(liar), () => Object.isExtensible(liar), () => JSON.stringify(liar), () => structuredClone(liar), () => console.log(liar), () => Object.preventExtensions(liar).b = 1]) attempt(f);`,
    },
    "vm2 issue 225",
  ),
  escape(
    "errors with causes and lists",
    `Throws chains of errors with accessors in every place that a host might format. ${REALM}`,
    {
      result: `const evil = { get stack() { walk("receiver", this); return { toString() { say.called = true; throw this; } }; }, get message() { throw evil; }, get name() { return evil; }, get cause() { return evil; }, get errors() { return [evil]; }, [Symbol.iterator]() { throw evil; } }; throw new AggregateError([evil, new Error("x", { cause: evil })], { toString: () => "m" }, { cause: evil });`,
    },
  ),
  escape(
    "hooks on async work",
    `async_hooks, AsyncContext and rejection handlers see the promises of others. ${REALM}`,
    {
      attack: `for (const name of ["async_hooks", "AsyncContext", "AsyncLocalStorage", "AsyncResource"]) if (name in globalThis) tell(name, globalThis[name]); for (const name of ["onunhandledrejection", "onrejectionhandled", "onerror", "onmessage"]) attempt(() => { globalThis[name] = (...values) => { for (const value of values) walk(name, value); }; });
      attempt(() => globalThis.addEventListener?.("unhandledrejection", (event) => walk("event", event))); await attemptLater(async () => { const hooks = await import("node:async_hooks"); say("async_hooks can be had"); hooks.createHook({ init() {} }).enable(); }); Promise.reject({ get stack() { walk("receiver", this); return ""; }, then: undefined });`,
    },
  ),
  escape("symbols that steer the engine", `Sets every well-known symbol on prototypes that natives ask. ${REALM}`, {
    attack: `for (const key of Object.getOwnPropertyNames(Symbol)) { const symbol = Symbol[key]; if (typeof symbol !== "symbol") continue; for (const target of [ObjectPrototype, Function.prototype]) attempt(() => { if (getOwnPropertyDescriptor(target, symbol) === undefined) Object.defineProperty(target, symbol, { configurable: true, get() { if (this !== target) tell("receiver of " + key, this); return undefined; } }); }); } void (info instanceof Object); void ([] + {}); await null;`,
  }),
];
