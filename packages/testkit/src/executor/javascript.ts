import type { Execution } from "@pawl/plugin";
import type { EntryPrograms, HostileProgram, SurfaceProgram } from "./programs.ts";

type Dialect = "javascript" | "typescript";

// Places that might outlast a job or be shared with another one. Whatever of it does not exist here throws and is
// skipped; the order is of no importance.
const PLACES = `
  const places = [globalThis, Object.prototype, Array.prototype, Function.prototype, JSON, Math, Symbol, Promise, Error,
    RegExp.prototype, typeof console === "object" ? console : {}, typeof process === "object" ? process.env : {}];
  const KEY = "pawlMark";
  const define = Object.defineProperty;
  const read = (place) => { try { return place[KEY]; } catch { return undefined; } };
  const write = (place, value) => {
    try { define(place, KEY, { value, writable: true, configurable: true, enumerable: false }); } catch {}
  };`;

const REMEMBER = `${PLACES}
  let own = 0;
  export default () => {
    const highest = Math.max(own, ...places.map((place) => Number(read(place) ?? 0)));
    own = highest + 1;
    for (const place of places) write(place, own);
    return own;
  };`;

const MEET = `${PLACES}
  export default ({ mark, rounds }) => {
    const seen = [];
    for (let round = 0; round < rounds; round++) {
      for (const place of places) {
        const found = read(place);
        if (found !== undefined && found !== mark && !seen.includes(found)) seen.push(found);
        write(place, mark);
      }
    }
    return seen;
  };`;

const GARBAGE = `
  const cyclic = {}; cyclic.self = cyclic;
  const answers = [undefined, () => 1, Symbol("s"), 10n, NaN, Infinity, cyclic, [undefined], { get a() { throw 1; } }];
  export default (input) => answers[input % answers.length];`;

const SOURCES: Readonly<Record<keyof EntryPrograms["behaviours"], string>> = {
  echo: `export default (input) => input;`,
  crash: `throw new Error("it breaks at the start"); export default (input) => input;`,
  spin: `export default () => { for (;;); };`,
  wait: `export default () => new Promise(() => {});`,
  hog: `export default () => { const all = []; for (;;) all.push(new Array(1000).fill(all.length)); };`,
  flood: `export default (input) => "x".repeat(input);`,
  remember: REMEMBER,
  meet: MEET,
  fail: `export default (input) => { if (input === "fail") throw new Error("this one fails"); return input; };`,
  print: `export default (input) => { console.log("printed by the candidate"); return input; };`,
  printFlood: `export default (input) => { const text = "x".repeat(65536); for (let i = 0; i < 512; i++) console.log(text); return input; };`,
  random: `export default () => Math.random();`,
  garbage: GARBAGE,
  artifact: "",
};

const EXHAUSTED: readonly Execution["outcome"][] = ["out-of-memory", "timeout", "crashed"];

// [how it may end, source]
const HOSTILE: Readonly<Record<string, readonly [HostileProgram["ends"], string]>> = {
  "an endless loop while loading": [["timeout"], `for (;;); export default () => 1;`],
  "endless microtasks": [["timeout"], `export default async () => { for (;;) await null; };`],
  "a wait for ever while loading": [["timeout"], `await new Promise(() => {}); export default () => 1;`],
  "a getter without end on what it throws": [
    ["timeout"],
    `export default () => { throw { get message() { for (;;); } }; };`,
  ],
  "catastrophic backtracking": [["timeout"], `export default () => /^(a+)+$/.test("a".repeat(40) + "b");`],
  "an array of a billion entries": [[...EXHAUSTED, "error"], `export default () => new Array(1e9).fill(0).length;`],
  "a Map that grows": [
    EXHAUSTED,
    `export default () => { const m = new Map(); for (let i = 0; ; i++) m.set(i, [i]); };`,
  ],
  "a text that doubles": [
    [...EXHAUSTED, "error"],
    `export default () => { let s = "x"; const all = []; for (;;) { s += s; all.push(s + all.length, s.split("")); } };`,
  ],
  "recursion without end": [
    ["error", "crashed", "out-of-memory"],
    `export default function deep() { return 1 + deep(); }`,
  ],
  "an answer nested without end": [
    ["error", "crashed", "violation"],
    `export default () => { let all = []; for (let i = 0; i < 2e5; i++) all = [all]; return all; };`,
  ],
  "a syntax error": [["crashed"], `export default (`],
  "a throw of nothing": [["error"], `export default () => { throw undefined; };`],
  "no default export": [["crashed", "violation"], `export const answer = 1;`],
  "a default export that is no function": [["crashed", "violation"], `export default 5;`],
  "an import of the machine": [
    ["violation", "crashed"],
    `import fs from "node:fs"; export default () => fs.readdirSync("/");`,
  ],
  "an import from outside of its files": [
    ["violation", "crashed"],
    `import x from "../../../etc/passwd"; export default () => x;`,
  ],
};

function program(dialect: Dialect, code: string): SurfaceProgram {
  const file = dialect === "javascript" ? "main.js" : "main.ts";
  return { files: { [file]: code }, entry: { kind: "call", file } };
}

/** The suite's own candidates, for entries of the kind `call`. */
export function javascriptPrograms(dialect: Dialect): EntryPrograms {
  const { artifact: _, ...sources } = SOURCES;
  const typed = dialect === "javascript" ? (code: string) => code : annotate;
  const behaviours = Object.fromEntries(
    Object.entries(sources).map(([name, code]) => [name, program(dialect, typed(code))]),
  ) as unknown as EntryPrograms["behaviours"];
  const hostile = Object.fromEntries(
    Object.entries(HOSTILE).map(([name, [ends, code]]) => [name, { ...program(dialect, code), ends }]),
  );
  const name = dialect === "javascript" ? "JavaScript" : "TypeScript";
  // The hostile ones differ in nothing from one dialect to the other.
  return dialect === "javascript" ? { name, behaviours, hostile } : { name, behaviours };
}

/** Adds types that only a TypeScript-aware executor can read. */
function annotate(code: string): string {
  return `type Answer = unknown;\ninterface Unused { readonly value?: Answer }\n${code}\nconst unused: Unused = {};\nvoid (unused as Unused);\n`;
}
