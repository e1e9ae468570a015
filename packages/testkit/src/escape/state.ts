import { escape, type EscapeProgram } from "./program.ts";

const NEXT = "The job after it looks for what was left, and must find the world as the first job found it.";

/** Things left for the next job, and references kept after the end. */
export const STATE: readonly EscapeProgram[] = [
  escape("marks on globals", `Leaves marks on everything global. ${NEXT}`, {
    attack: `for (const place of [globalThis, Object, Array, Function, Promise, Symbol, Math, JSON, Reflect, Error, RegExp, Date, String, Number, globalThis.console, globalThis.Intl]) attempt(() => { place.pawlMark = "left"; });`,
  }),
  escape("marks on prototypes", `Leaves marks on every prototype. ${NEXT}`, {
    attack: `for (const place of [ObjectPrototype, Array.prototype, Function.prototype, Promise.prototype, Error.prototype, String.prototype, RegExp.prototype, Map.prototype, Uint8Array.prototype, getPrototypeOf(function* () {}), getPrototypeOf(async () => {})]) attempt(() => { Object.defineProperty(place, "pawlMark", { value: "left", configurable: true }); });`,
  }),
  escape("broken intrinsics", `Replaces and deletes what the next candidate needs. ${NEXT}`, {
    attack: `for (const key of Object.getOwnPropertyNames(Array.prototype)) if (key !== "length" && key !== "constructor") attempt(() => { Array.prototype[key] = () => "broken"; }); JSON.parse = JSON.stringify = () => "broken"; Math.random = () => 0.5; attempt(() => { globalThis.Object = globalThis.Promise = globalThis.Date = undefined; });`,
  }),
  escape("frozen intrinsics", `Freezes all that it reaches, so that others cannot be set up. ${NEXT}`, {
    attack: `for (const place of [ObjectPrototype, Array.prototype, Function.prototype, Promise.prototype, Promise, Object, Function, JSON, Math, Reflect, globalThis]) attempt(() => Object.freeze(place)); attempt(() => Object.preventExtensions(globalThis));`,
  }),
  escape("the last match of a regular expression", `RegExp keeps the last match in statics. ${NEXT}`, {
    attack: `/(pawlMark)/.exec("the pawlMark of a match"); "pawlMark".replace(/pawl(Mark)/, "$1");`,
  }),
  escape("a used-up stream of random numbers", `Draws many numbers. ${NEXT}`, {
    attack: `for (let i = 0; i < 1e5; i++) Math.random();`,
  }),
  escape(
    "changed inputs",
    `Changes its inputs in depth. The next job gets the same batch, and must find it as it was.`,
    {
      attack: `for (const key of ownKeys(info)) attempt(() => { info[key] = "changed"; }); attempt(() => { info.pawlMark = "left"; Object.setPrototypeOf(info, null); });`,
    },
  ),
  escape("a promise that goes on after the end", `Leaves a chain of microtasks running when it has answered. ${NEXT}`, {
    result: `const go = async () => { for (let i = 0; i < 1e5; i++) { globalThis.pawlMark = "still running"; if (i % 1000 === 0) print("pawlMark of a promise"); await null; } }; void go(); return [];`,
  }),
  escape("microtasks without end after the end", `Answers, and keeps the engine busy for ever. ${NEXT}`, {
    result: `const go = () => { Promise.resolve().then(go); }; go(); return [];`,
  }),
  escape("timers after the end", `Asks to be called when its job is over. A call would print in another job.`, {
    attack: `for (const name of ["setTimeout", "setInterval", "setImmediate", "requestAnimationFrame", "requestIdleCallback"]) if (typeof globalThis[name] === "function") for (const ms of [1, 50, 200, 800]) attempt(() => globalThis[name](() => { globalThis.pawlMark = "timer"; print("pawlMark of a timer"); }, ms));`,
  }),
  escape(
    "finalizers after the end",
    `Asks to be called when something is collected. A call would print in another job.`,
    {
      attack: `if (typeof FinalizationRegistry === "function") { const registry = new FinalizationRegistry(() => { globalThis.pawlMark = "finalizer"; print("pawlMark of a finalizer"); }); globalThis.keep = registry; for (let i = 0; i < 1e4; i++) registry.register({ i, pad: new Array(10).fill(i) }, i); }`,
    },
  ),
  escape(
    "functions kept by the host",
    `Answers and throws functions, in the hope that somebody keeps and calls them. ${NEXT}`,
    {
      result: `const spy = (...values) => { say("the host calls a function of an earlier job"); for (const value of values) tell("argument", value); }; globalThis.console && (globalThis.console.log = spy); globalThis.onmessage = spy; throw Object.assign(() => spy(), { toString: spy.bind(null), call: spy, message: spy });`,
    },
  ),
  escape(
    "templates, symbols and interned text",
    `Leaves marks on objects that engines share between functions. ${NEXT}`,
    {
      attack:
        "const tag = (strings) => strings; const strings = tag`the same text everywhere`; attempt(() => { strings.pawlMark = 'left'; }); attempt(() => { Symbol.for('pawl').pawlMark = 'left'; }); attempt(() => { Object.getPrototypeOf(Symbol.for('pawl')).pawlMark = 'left'; }); attempt(() => { getPrototypeOf(getPrototypeOf([][Symbol.iterator]())).pawlMark = 'left'; });",
    },
  ),
  escape("buffers kept and shared", `Keeps buffers that were handed over. ${NEXT}`, {
    attack: `const buffer = new ArrayBuffer(64); new Uint8Array(buffer).fill(7); globalThis.kept = buffer; attempt(() => structuredClone(buffer, { transfer: [buffer] })); attempt(() => { const view = new Uint8Array(buffer); if (view.length > 0 && buffer.byteLength === 0) say("a buffer is there after it was given away"); }); if (typeof SharedArrayBuffer === "function") globalThis.shared = new SharedArrayBuffer(64);`,
  }),
];
