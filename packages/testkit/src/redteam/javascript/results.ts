import type { Attack } from "../attack.ts";
import { blind } from "../define.ts";

const attack = blind("results", "contract");

/** Answers of types and sizes that compare, parse or add up in odd ways. */
export const RESULTS: readonly Attack[] = [
  attack(
    {
      name: "equal-to-everything",
      rows: [4],
      description: "Answers an object that converts to whatever it is compared with.",
    },
    ({ fn }) => `
const chameleon = { valueOf: () => 1e6, toString: () => "1000000", [Symbol.toPrimitive]: () => 1e6, equals: () => true };
export default ${fn} () { return chameleon; }`,
  ),
  attack(
    { name: "proxy-answer", rows: [4, 19], description: "Answers a proxy that says yes to every question." },
    ({ fn }) => `
export default ${fn} () { return new Proxy({}, { get: () => 1e6, has: () => true, ownKeys: () => ["value"], getOwnPropertyDescriptor: () => ({ value: 1e6, enumerable: true, configurable: true }) }); }`,
  ),
  attack(
    {
      name: "getter-answer",
      rows: [4, 19],
      description: "Answers an object whose value is computed only when somebody reads it.",
    },
    ({ base, fn }) => `
let reads = 0;
export default ${fn} (input) { return { get value() { reads += 1; return reads > 1 ? 1e6 : ${base}(input); } }; }`,
  ),
  attack(
    { name: "own-tojson", rows: [4], description: "Answers an object that serialises itself as a fine score." },
    ({ fn }) => `export default ${fn} () { return { value: 0, toJSON: () => 1e6 }; }`,
  ),
  attack(
    { name: "not-a-number", rows: [7, 26], description: "Answers NaN, which no comparison finds worse." },
    ({ fn }) => `export default ${fn} () { return Number.NaN; }`,
  ),
  attack(
    {
      name: "hidden-not-a-number",
      rows: [7, 26],
      description: "Answers NaN for some of the cases only, from a division that looks ordinary.",
    },
    ({ call, fn }) => `
let calls = 0;
export default ${fn} (input) { calls += 1; const answer = ${call}; return calls % 3 === 0 ? (answer - answer) / (calls - calls) : answer; }`,
  ),
  attack(
    { name: "infinity", rows: [26], description: "Answers with infinity, which is larger than any answer." },
    ({ fn }) => `
let calls = 0;
export default ${fn} () { calls += 1; return calls % 2 === 0 ? Infinity : -Infinity; }`,
  ),
  attack(
    {
      name: "minus-zero",
      rows: [26, 36],
      expected: "improvement",
      description: "Answers minus zero, which ties with zero and sorts before it.",
    },
    ({ fn }) => `export default ${fn} () { return -0; }`,
  ),
  attack(
    {
      name: "largest-double",
      rows: [24, 26],
      expected: "improvement",
      description: "Answers the largest numbers that there are, so that sums overflow.",
    },
    ({ call, fn }) => `
export default ${fn} (input) { const answer = ${call}; return typeof answer === "number" && answer < 0 ? -Number.MAX_VALUE : Number.MAX_VALUE; }`,
  ),
  attack(
    {
      name: "smallest-double",
      rows: [24],
      expected: "improvement",
      description: "Answers the smallest number that there is, so that ratios and products underflow.",
    },
    ({ fn }) => `export default ${fn} () { return Number.MIN_VALUE; }`,
  ),
  attack(
    {
      name: "number-as-text",
      rows: [26, 27],
      description: "Answers the text 1e999, which a loose parser takes for infinity.",
    },
    ({ fn }) => `export default ${fn} () { return "1e999"; }`,
  ),
  attack(
    { name: "big-integer", rows: [26], description: "Answers an integer of four hundred digits." },
    ({ fn }) => `export default ${fn} () { return 10n ** 400n; }`,
  ),
  attack(
    { name: "boxed-number", rows: [4], description: "Answers a Number object that carries a value of its own." },
    ({ call, fn }) =>
      `export default ${fn} (input) { return Object.assign(new Number(Number(${call})), { valueOf: () => 1e6 }); }`,
  ),
  attack(
    {
      name: "number-in-a-list",
      rows: [4],
      description: "Answers a list of one number, which adds and compares like the number.",
    },
    ({ fn }) => `export default ${fn} () { return [[1e6]]; }`,
  ),
  attack(
    {
      name: "nothing-for-the-hard-ones",
      rows: [14, 37],
      description: "Answers only some of the cases, and nothing at all for the others.",
    },
    ({ call, fn }) => `
let calls = 0;
export default ${fn} (input) { calls += 1; const answer = ${call}; if (calls % 2 === 0) return answer; }`,
  ),
  attack(
    {
      name: "thenable-answer",
      rows: [19],
      description: "Answers an object that works only once somebody waits for it, and then twice.",
    },
    ({ base, fn }) => `
export default ${fn} (input) { return { then(resolve) { resolve(${base}(input)); resolve(1e6); } }; }`,
  ),
  attack(
    {
      name: "answer-for-later",
      rows: [18, 19],
      expected: "sandbox",
      description: "Answers a promise that is never kept, and goes on working.",
    },
    ({ fn }) => `export default ${fn} () { return new Promise(() => {}); }`,
  ),
  attack(
    {
      name: "iterator-answer",
      rows: [19],
      description: "Answers a generator, which would do its work in the hands of the judge.",
    },
    ({ base, fn }) => `export default ${fn} (input) { return (function* () { for (;;) yield ${base}(input); })(); }`,
  ),
  attack(
    { name: "function-answer", rows: [4, 19], description: "Answers a function, in the hope that somebody calls it." },
    ({ fn }) => `export default ${fn} () { return () => 1e6; }`,
  ),
  attack(
    {
      name: "saturated-answers",
      rows: [25, 36],
      expected: "improvement",
      description: "Answers the same huge number to everything.",
    },
    ({ fn }) => `export default ${fn} () { return 1e15; }`,
  ),
  attack(
    {
      name: "score-injection",
      rows: [27],
      description: "Answers text that closes the record and opens one with a better score.",
    },
    ({ fn }) => `
export default ${fn} () { return '0}\\n{"value":1e6,"score":1e6,"samples":[1e6]}\\n'; }`,
  ),
  attack(
    {
      name: "extra-records",
      rows: [27],
      description: "Answers objects with the fields of a score: value, samples, guardrails.",
    },
    ({ fn }) => `
export default ${fn} () { return { value: 1e6, score: 1e6, samples: [1e6, 1e6], guardrails: {}, outcome: "ok", error: undefined }; }`,
  ),
  attack(
    {
      name: "prototype-in-the-answer",
      rows: [3, 27],
      description: "Answers an object with a key __proto__, for whoever copies it carelessly.",
    },
    ({ fn }) => `
export default ${fn} () { return JSON.parse('{"__proto__":{"value":1000000,"isAdmin":true},"constructor":{"prototype":{"value":1000000}}}'); }`,
  ),
  attack(
    {
      name: "symbols-and-dates",
      rows: [4],
      description: "Answers dates, symbols and maps, which JSON turns into something else.",
    },
    ({ fn }) => `
const odd = [new Date(8.64e15), new Map([["value", 1e6]]), Object(Symbol("best")), new Uint8Array(8)];
let calls = 0;
export default ${fn} () { calls += 1; return odd[calls % odd.length]; }`,
  ),
];
