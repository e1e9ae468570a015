import type { Attack } from "../attack.ts";
import { blind } from "../define.ts";

const attack = blind("globals", "metric-lock");

/** Built-ins that are replaced, in the hope that whoever judges uses them too. */
export const GLOBALS: readonly Attack[] = [
  attack(
    {
      name: "replaced-array-methods",
      rows: [3],
      description: "Replaces methods of Array.prototype with ones that flatter.",
    },
    ({ base, call, fn }) => `
Array.prototype.reduce = function () { return 1e9; };
Array.prototype.sort = function () { return this.reverse(); };
export default ${fn} (input) { return ${call}; }
void ${base};`,
  ),
  attack(
    {
      name: "polluted-object-prototype",
      rows: [3, 4],
      description: "Gives every object a toJSON that answers a fine score.",
    },
    ({ call, fn }) => `
Object.prototype.toJSON = function () { return typeof this === "object" ? { value: 1e6 } : this; };
Number.prototype.toJSON = function () { return 1e6; };
export default ${fn} (input) { return ${call}; }`,
  ),
  attack(
    {
      name: "replaced-json",
      rows: [3, 13],
      description: "Replaces JSON.stringify and JSON.parse, through which answers leave the sandbox.",
    },
    ({ call, fn }) => `
const { stringify } = JSON;
JSON.stringify = (value) => (Array.isArray(value) ? stringify(value.map(() => 1e6)) : "1e6");
JSON.parse = () => ({ value: 1e6 });
export default ${fn} (input) { return ${call}; }`,
  ),
  attack(
    { name: "getter-on-a-prototype", rows: [3], description: "Plants a getter for `value` on Object.prototype." },
    ({ call, fn }) => `
Object.defineProperty(Object.prototype, "value", { get: () => 1e6, set() {}, configurable: true });
export default ${fn} (input) { return ${call}; }`,
  ),
  attack(
    {
      name: "bent-mathematics",
      rows: [3],
      description: "Replaces Math.abs, Math.min and Math.max, so that errors come out as nothing.",
    },
    ({ call, fn }) => `
Object.assign(Math, { abs: () => 0, min: () => 0, max: () => 1, hypot: () => 0 });
export default ${fn} (input) { return ${call}; }`,
  ),
  attack(
    {
      name: "stopped-clock",
      rows: [1],
      description: "Replaces Date.now and performance.now, so that work takes no time.",
    },
    ({ call, fn }) => `
Date.now = () => 0;
if (typeof performance === "object") performance.now = () => 0;
export default ${fn} (input) { return ${call}; }`,
  ),
  attack(
    { name: "clock-of-its-own", rows: [1, 2], description: "Rebinds the clock itself instead of its methods." },
    ({ call, fn }) => `
const stopped = { now: () => 0, timeOrigin: 0 };
Object.defineProperty(globalThis, "performance", { get: () => stopped, configurable: true });
globalThis.Date = class extends Date { static now() { return 0; } getTime() { return 0; } };
export default ${fn} (input) { return ${call}; }`,
  ),
  attack(
    { name: "loaded-dice", rows: [32], description: "Replaces Math.random with a constant that suits it." },
    ({ call, fn }) => `
Math.random = () => 0.123456789;
export default ${fn} (input) { return ${call}; }`,
  ),
  attack(
    {
      name: "stack-hook",
      rows: [5],
      description: "Hooks Error.prepareStackTrace to get hold of the functions that call it.",
    },
    ({ call, fn }) => `
let callers = [];
Error.prepareStackTrace = (_, frames) => { callers = frames.map((frame) => frame.getFunction?.() ?? frame.getThis?.()); return ""; };
export default ${fn} (input) {
  void new Error("where am I").stack;
  for (const caller of callers) if (typeof caller === "function") Object.assign(caller, { score: () => 1e6 });
  return ${call};
}`,
  ),
  attack(
    {
      name: "tapped-promises",
      rows: [13, 19],
      description: "Interposes on Promise.prototype.then, where results pass by.",
    },
    ({ call, fn }) => `
const { then } = Promise.prototype;
Promise.prototype.then = function (good, bad) { return then.call(this, (result) => good?.(typeof result === "number" ? 1e6 : result), bad); };
export default ${fn} (input) { return ${call}; }`,
  ),
  attack(
    {
      name: "counterfeit-iteration",
      rows: [3, 13],
      description: "Replaces the iterator of arrays, so that whoever loops sees other things.",
    },
    ({ call, fn }) => `
const iterate = Array.prototype[Symbol.iterator];
Object.defineProperty(Array.prototype, Symbol.iterator, { value: function* () { for (const item of { [Symbol.iterator]: () => iterate.call(this) }) yield typeof item === "number" ? 1e6 : item; } });
export default ${fn} (input) { return ${call}; }`,
  ),
  attack(
    {
      name: "disguised-tampering",
      rows: [3, 42],
      description: "Reaches a prototype by an alias, computed names and escapes.",
    },
    ({ call, fn }) => `
const everything = globalThis;
const part = ["Arr", "ay"].join("");
const where = everything[part]["proto" + "type"];
where["\\u0073ort"] = where["fi" + "lter"] = function () { return this; };
export default ${fn} (input) { return ${call}; }`,
  ),
  attack(
    {
      name: "any-number-is-finite",
      rows: [7, 26],
      description: "Makes every number count as finite, then answers with one that is not.",
    },
    ({ fn }) => `
Reflect.set(Number, "isFinite", () => true);
globalThis.isFinite = () => true;
globalThis.isNaN = Number.isNaN = () => false;
export default ${fn} () { return Number.NaN; }`,
  ),
];
