import { escape, type EscapeProgram } from "./program.ts";

const LOOK = "An object of another realm, or one with members of the host, would be announced.";

/** Walks over everything that crosses the boundary, and hooks that see what crosses it. */
export const WALKS: readonly EscapeProgram[] = [
  escape("walk over all globals", `Follows every property, accessor and prototype from globalThis. ${LOOK}`, {
    attack: `walk("globals", globalThis);`,
  }),
  escape("walk over the input", `Follows everything that hangs on its input. ${LOOK}`, {
    attack: `walk("input", info); tell("input", info.constructor);`,
  }),
  escape("walk over this and arguments", `Looks at how it was called. ${LOOK}`, {
    attack: `walk("this", called.self); walk("arguments", called.args); for (let i = 0; i < called.args.length; i++) tell("argument", called.args[i]);`,
  }),
  escape(
    "who is the caller",
    `Asks sloppy functions for their caller. ${LOOK}`,
    {
      attack: `attempt(() => tell("caller", first.caller)); attempt(() => tell("callee", called.args.callee));
      attempt(() => { const sloppy = Function("return arguments.callee.caller"); tell("caller", sloppy()); });
      attempt(() => { const sloppy = Function("let f = arguments.callee, all = []; for (let i = 0; i < 50 && f; i++) { f = f.caller; all.push(f); } return all;"); for (const f of sloppy()) tell("caller", f); });`,
    },
    "vm2 before 3.0",
  ),
  escape("walk over import.meta", `Follows what the loader hands to a module. ${LOOK}`, {
    attack: `walk("import.meta", import.meta); for (const key of ownKeys(import.meta)) { const value = import.meta[key]; if (typeof value === "string" && value.includes("node_modules")) say("import.meta tells the path " + value); }`,
  }),
  escape("walk over the console", `The console is made by the sandbox: follows its functions. ${LOOK}`, {
    attack: `if (typeof console !== "undefined") { walk("console", console); for (const key of ownKeys(console)) attempt(() => tell("what console." + text(key) + " gives", console[key]())); }`,
  }),
  escape("walk over iterators, generators and regular expressions", `Objects that no global names. ${LOOK}`, {
    attack: `for (const value of [[][Symbol.iterator](), new Map().entries(), new Set().values(), ""[Symbol.iterator](), (function* () {})(), (async function* () {})(), (async () => {})(), /a/.exec("a"), "a".matchAll(/a/g), new Proxy({}, {}), Object.create(null), new (class { #a = 1 })(), typeof Intl === "object" ? Intl : {}]) walk("hidden object", value);`,
  }),
  escape(
    "errors of the engine itself",
    `Makes natives throw in many ways and looks at what comes. ${LOOK}`,
    {
      attack: String.raw`for (const make of [() => JSON.parse("{"), () => null.x, () => undefined(), () => new Array(-1), () => decodeURIComponent("%"), () => new RegExp("("), () => "x".repeat(-1), () => (1).toFixed(1000), () => BigInt(0.5), () => Symbol() + "", () => Object.defineProperty(Object.freeze({}), "a", { value: 1 }), () => new Proxy({}, null), () => Reflect.construct(1), () => structuredClone(() => {}), () => atob("*"), () => new URL("no"), () => { (function deep() { deep(); })(); }, () => eval("("), () => Function("("), () => new Intl.NumberFormat("nope-nope-nope-")]) attempt(make);`,
    },
    "vm2: exceptions of the host that reach the sandbox, such as CVE-2023-29199",
  ),
  escape(
    "rejections of the loader",
    `Looks at the promise of import() and at what it rejects with. ${LOOK}`,
    {
      attack: `for (const name of ["./none.js", "nothing", "node:none", ""]) { let promise; try { promise = import(name); tell("the promise of import()", promise); promise.then((value) => tell("a module", value), (error) => tell("a rejection", error)); } catch (thrown) { tell("what import() throws", thrown); } await attemptLater(() => promise); }`,
    },
    "SandDriller, USENIX Security 2023",
  ),
  escape("a thenable as an answer", `The sandbox calls then() with functions of its own: looks at them. ${LOOK}`, {
    result: `return { then(resolve, reject) { walk("resolve", resolve); walk("reject", reject); walk("arguments of then", arguments); resolve(1); } };`,
  }),
  escape(
    "a thenable that answers a thenable, and both sides",
    `Calls both of the functions that then() gets, in turn. ${LOOK}`,
    {
      result: `return { then(resolve, reject) { resolve({ then(again, no) { tell("inner resolve", again); no(resolve); again(reject); } }); reject(resolve); resolve(2); } };`,
    },
  ),
  escape("getters on the answer", `Whoever reads the answer calls them: looks at this and at the stack. ${LOOK}`, {
    result: `return { get a() { walk("receiver", this); return 1; }, get b() { Error.prepareStackTrace = (_, frames) => { walk("frames", frames); return ""; }; void new Error("x").stack; return 2; } };`,
  }),
  escape(
    "an answer that changes while it is read",
    `A value that is harmless when it is checked and a function when it is used. A host that calls it would be announced.`,
    {
      result: `let reads = 0; return { get a() { return reads++ === 0 ? 1 : (...values) => { for (const value of values) tell("argument", value); say("the host called a function of the answer"); }; }, get length() { return reads; } };`,
    },
  ),
  escape("toJSON on the answer", `A host that serialises calls it with values of its own. ${LOOK}`, {
    result: `return { toJSON(key) { walk("toJSON", this); walk("toJSON", arguments); return { toJSON() { return { nested: new Proxy({}, {}) }; } }; } };`,
  }),
  escape(
    "a proxy with every trap as the answer",
    `Each trap looks at its arguments. ${LOOK}`,
    {
      result: `const traps = {}; for (const name of ownKeys(Reflect)) if (typeof Reflect[name] === "function") traps[name] = (...values) => { for (const value of values) if (value !== traps && value !== target) tell("argument of " + text(name), value); return Reflect[name](...values); };
      const target = { a: 1 }; return new Proxy(target, traps);`,
    },
    "vm2 CVE-2023-32314",
  ),
  escape(
    "a proxy whose traps throw functions",
    `What a trap throws may reach a handler that trusts it. A call from outside would be announced.`,
    {
      result: `const bomb = () => { throw function (value) { say("the host called what a trap threw"); tell("argument", value); }; }; return new Proxy(function () {}, { get: bomb, ownKeys: bomb, getPrototypeOf: bomb, has: bomb, apply: bomb, getOwnPropertyDescriptor: bomb, construct: bomb });`,
    },
    "vm2 issue 174",
  ),
  escape(
    "a revoked proxy as the answer",
    `Reading it throws wherever it is read; the engine must survive it. ${LOOK}`,
    {
      result: `const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy;`,
    },
  ),
  escape("conversions of the answer", `Offers every hook by which a value turns into a primitive. ${LOOK}`, {
    result: `const hook = function (...values) { for (const value of values) tell("hint", value); walk("receiver", this); return "1"; }; return { [Symbol.toPrimitive]: hook, valueOf: hook, toString: hook, [Symbol.toStringTag]: "Array", [Symbol.iterator]: hook, [Symbol.asyncIterator]: hook };`,
  }),
  escape(
    "the host's inspection hook",
    `util.inspect calls a well-known method with functions of the host. ${LOOK}`,
    {
      attack: `const hook = Symbol.for("nodejs.util.inspect.custom"); const spy = function (depth, options, inspect) { say("the host inspects a value of the sandbox"); walk("options", options); walk("inspect", inspect); throw options; };
      for (const target of [Object.prototype, Error.prototype, Date.prototype, Promise.prototype]) attempt(() => Object.defineProperty(target, hook, { value: spy, configurable: true }));
      if (typeof console !== "undefined") { console.log({ [hook]: spy }); console.error(new Error("x")); } const error = new Error("look at me"); error[hook] = spy; throw error;`,
    },
    "vm2 CVE-2023-37903",
  ),
  escape(
    "the inspection hook by another name",
    `Gets the hook's symbol through an object that turns into its name. ${LOOK}`,
    {
      result: `const hook = Symbol.for({ toString: () => "nodejs.util.inspect.custom" }); throw { [hook]: (depth, options, inspect) => { say("the host inspects what was thrown"); tell("inspect", inspect); }, get message() { return this; }, get stack() { return this; }, get name() { return this; } };`,
    },
    "vm2 issue 533",
  ),
  escape(
    "a prototype of the globals that listens",
    `Puts a proxy behind globalThis and sees who looks names up. ${LOOK}`,
    {
      attack: `attempt(() => Object.setPrototypeOf(globalThis, new Proxy(Object.prototype, { get(target, key, receiver) { if (receiver !== globalThis) tell("receiver", receiver); return target[key]; }, has(target, key) { return key in target; } })));`,
    },
  ),
  escape(
    "traps on Object.prototype",
    `Accessors for names that a harness reads or writes show it objects that it should not. ${LOOK}`,
    {
      attack: `for (const key of ["then", "toJSON", "default", "value", "error", "outputs", "get", "set", "writable", "configurable", "reference", "copy", "result", "run"]) attempt(() => { let kept; Object.defineProperty(ObjectPrototype, key, { configurable: true, get() { if (this !== ObjectPrototype) tell("receiver of " + key, this); return kept; }, set(value) { tell("value for " + key, value); tell("receiver of " + key, this); Object.defineProperty(this, key, { value, writable: true, configurable: true, enumerable: true }); } }); });`,
    },
  ),
  escape("traps on the indices of arrays", `A harness that pushes into a list meets a setter. ${LOOK}`, {
    result: `for (const key of ["0", "1", "2"]) Object.defineProperty(Array.prototype, key, { configurable: true, set(value) { tell("item", value); tell("list", this); }, get() { tell("list", this); return undefined; } }); return [1, 2];`,
  }),
  escape(
    "functions that listen to call, apply and bind",
    `Replaces them and looks at everything that passes. ${LOOK}`,
    {
      attack: `for (const name of ["call", "apply", "bind"]) { const native = Function.prototype[name]; Function.prototype[name] = function (...values) { tell(name, this); for (const value of values) tell(name, value); return Reflect.apply(native, this, values); }; } await null;`,
    },
  ),
  escape(
    "promises that listen",
    `Replaces then, catch and the species, and looks at everything that passes. ${LOOK}`,
    {
      attack: `const native = Promise.prototype.then; Promise.prototype.then = function (...values) { tell("promise", this); for (const value of values) tell("handler", value); return Reflect.apply(native, this, values); };
      Object.defineProperty(Promise, Symbol.species, { configurable: true, get() { tell("species", this); return Promise; } }); await null; await new Promise((resolve) => resolve(1));`,
    },
    "vm2 CVE-2026-22709",
  ),
  escape(
    "JSON that listens",
    `Replaces parse and stringify and looks at what passes. Anything of another job, or of the host, would be announced.`,
    {
      attack: `for (const name of ["parse", "stringify"]) { const native = JSON[name]; JSON[name] = function (...values) { tell("JSON", this); for (const value of values) { walk("argument", value); if (typeof value === "string" && value.includes("reference")) say("answers pass by: " + value.slice(0, 100)); } return Reflect.apply(native, JSON, values); }; }`,
    },
  ),
  escape(
    "Object and Reflect that listen",
    `Replaces their functions and looks at what passes. ${LOOK}`,
    {
      attack: `for (const home of [Object, Reflect]) for (const name of ownKeys(home)) { const native = home[name]; if (typeof native === "function" && name !== "prototype") attempt(() => { home[name] = function (...values) { for (const value of values) if (isThing(value)) { try { const own = getOwnPropertyDescriptor(value, "applySync"); if (own !== undefined) say("a reference of the host passes by"); } catch {} } return Reflect_apply(native, this, values); }; }); } const Reflect_apply = (f, self, values) => f.apply(self, values);`,
    },
    "vm2 issue 533",
  ),
];
