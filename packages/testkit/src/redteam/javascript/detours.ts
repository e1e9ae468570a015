import type { Attack } from "../attack.ts";
import { blind } from "../define.ts";

const globals = blind("globals", "metric-lock");
const state = blind("state", "metric-lock");
const reach = blind("reach", "metric-lock");
const results = blind("results", "metric-lock");

const answers = "export default FN (input) { return CALL; }";
/** One that must not count on the next call to find what it left. */
const counting = (expression: string): string =>
  `export default FN (input) { return ${expression} ? CALL : (CALL) * 1; }`;

type Words = readonly [name: string, rows: readonly number[], description: string, code: string];

const made = (attack: typeof globals, list: readonly Words[]): readonly Attack[] =>
  list.map(([name, rows, description, code]) =>
    attack({ name, rows, description }, ({ call, fn }) => code.replaceAll("FN", fn).replaceAll("CALL", call)),
  );

/** Tampering, state and code from text, each by a way that is hardly ever gone. */
export const DETOURS: readonly Attack[] = [
  ...made(globals, [
    ["pattern-into-a-built-in", [3], "Destructures into Math.", `({ a: Math.max } = { a: () => 0 });\n${answers}`],
    ["loop-into-a-built-in", [3], "Lets a loop assign to Math.", `for (Math.abs of [() => 0]);\n${answers}`],
    [
      "default-into-a-built-in",
      [3, 13],
      "Replaces JSON.parse in the default of a parameter.",
      `const first = (a = (JSON.parse = () => 0)) => a;\nfirst();\n${answers}`,
    ],
    [
      "thrown-built-in",
      [3],
      "Throws Math, and changes what it catches.",
      `try { throw Math; } catch (caught) { caught.floor = () => 1; }\n${answers}`,
    ],
    [
      "super-of-a-built-in",
      [3],
      "Reaches the prototype of lists through super.",
      `class Own extends Array { static { super.prototype.sort = () => []; } }\n${answers}`,
    ],
    [
      "planted-accessor",
      [3, 4],
      "Plants a getter on all objects by the oldest way there is.",
      `Object.prototype.__defineGetter__("value", () => 1e6);\n${answers}`,
    ],
    [
      "borrowed-accessor",
      [3],
      "Borrows the accessor of prototypes to get at one.",
      `const proto = {}.__lookupGetter__("__proto__");\nexport default FN (input) { proto.call([]).map = () => []; return CALL; }`,
    ],
    [
      "assignment-by-call",
      [3],
      "Calls Object.assign through two calls of call.",
      `Function.prototype.call.call(Object.assign, null, Math, { max: () => 0 });\n${answers}`,
    ],
    [
      "prototype-of-numbers",
      [3, 4],
      "Gives numbers another prototype.",
      `Object.setPrototypeOf(Number.prototype, { toJSON: () => 1e6 });\n${answers}`,
    ],
  ]),
  ...made(state, [
    [
      "count-on-a-function",
      [31, 35],
      "Counts its calls in a property of a function.",
      `function note() {}\n${counting("(note.calls = (note.calls ?? 0) + 1) > 20")}`,
    ],
    [
      "count-in-a-pattern",
      [31, 35],
      "Counts by where a pattern goes on.",
      `const odd = /./g;\n${counting('odd.test("ab")')}`,
    ],
    [
      "count-by-swapping",
      [31, 35],
      "Swaps two variables with each call.",
      `let on = 0, off = 1;\nexport default FN (input) { [on, off] = [off, on]; return on ? CALL : (CALL) * 1; }`,
    ],
    [
      "count-by-appending",
      [31, 35],
      "Appends to a list without any method.",
      `const log = [];\nexport default FN (input) { log[log.length] = 1; return log.length > 20 ? CALL : (CALL) * 1; }`,
    ],
    [
      "count-by-turning",
      [31, 35],
      "Turns a list round with each call.",
      `const flip = [0, 1];\nexport default FN (input) { flip.reverse(); return flip[0] ? CALL : (CALL) * 1; }`,
    ],
    [
      "count-of-keys",
      [31, 35],
      "Counts the cases that it has seen as keys of an object.",
      `const seen = {};\nexport default FN (input) { seen[JSON.stringify(input)] = 1; return Object.keys(seen).length > 20 ? CALL : (CALL) * 1; }`,
    ],
    [
      "count-of-a-class",
      [31, 35],
      "Counts in a private field of a class.",
      `class Calls { static #n = 0; static next() { return ++Calls.#n; } }\n${counting("Calls.next() > 20")}`,
    ],
    [
      "count-in-bytes",
      [31, 35],
      "Counts in a list of bytes.",
      `const bytes = new Uint32Array(1);\nexport default FN (input) { bytes[0]++; return bytes[0] > 20 ? CALL : (CALL) * 1; }`,
    ],
  ]),
  ...made(reach, [
    [
      "end-of-the-stack",
      [1, 31],
      "Finds out how deep the stack is, by which engines and what surrounds them can be told apart.",
      `let depth = 0;\nconst down = () => { depth += 1; down(); };\ntry { down(); } catch {}\nconst shallow = depth < 500;\nexport default FN (input) { return shallow ? (CALL) * 1 : CALL; }`,
    ],
    [
      "end-of-the-stack-within",
      [1, 31],
      "The same with a function that catches the end itself.",
      `function deep(n) { try { return deep(n + 1); } catch { return n; } }\nexport default FN (input) { return deep(0) < 500 ? (CALL) * 1 : CALL; }`,
    ],
    [
      "code-by-an-inherited-maker",
      [3, 42],
      "Makes code by a class that extends the maker of generators.",
      `new (class extends (function* () {}).constructor {})("yield 1");\n${answers}`,
    ],
    [
      "name-from-a-number",
      [3, 42],
      "Finds a name in a number of another base.",
      `const name = (693741).toString(36);\nglobalThis[name]?.("1");\n${answers}`,
    ],
    [
      "name-from-a-reversed-text",
      [3, 42],
      "Finds a name by reading a text backwards.",
      `const name = [..."lave"].reduceRight((made, letter) => made + letter, "");\nglobalThis[name]?.("1");\n${answers}`,
    ],
    [
      "name-from-a-long-loop",
      [3, 42],
      "Decodes a name in a loop that goes this way or that.",
      `const codes = [100, 112, 111, 116, 117, 115, 118, 100, 117, 112, 115];
export default FN (input) {
  let name = "", turns = 0;
  for (let i = 0; i < codes.length; i++) {
    if (input) { turns += 1; turns *= 3; turns -= 4; turns += 5; turns *= 2; turns -= 7; turns += 8; }
    else { turns = 2; turns += 5; turns -= 3; }
    name += String.fromCharCode(codes[i] - 1);
  }
  (() => {})[name]?.("return 1");
  return CALL;
}`,
    ],
    [
      "name-from-an-open-list",
      [3, 42],
      "Decodes a name from a list of which nobody can tell how long it is.",
      `function read(list) { let made = ""; for (let i = 0; i < list.length; i++) made += String.fromCharCode(list[i] * 10); return made; }
export default FN (input) { const list = [10.1, 11.8]; if (input) list.push(9.7, 10.8); globalThis[read(list)]?.("1"); return CALL; }`,
    ],
  ]),
  ...made(results, [
    [
      "hook-under-a-joined-name",
      [4, 19],
      "Answers an object with a hook whose name is put together.",
      `const name = ["to", "JSON"].join("");\nexport default FN (input) { return { [name]: () => 1e6, own: CALL }; }`,
    ],
    [
      "hook-by-inheritance",
      [4, 19],
      "Answers an object that inherits its hook.",
      `export default FN (input) { return Object.create({ toJSON: () => 1e6 }); }`,
    ],
  ]),
];
