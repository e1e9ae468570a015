import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Fact } from "./fact.ts";
import { readText } from "./source.ts";

const facts = (text: string, path = "a.ts"): readonly Fact[] => {
  const reading = readText(path, text);
  expect(reading.unread).toBeUndefined();
  return reading.facts;
};
const reads = (text: string, path?: string): string[] =>
  facts(text, path).flatMap((fact) => (fact.op === "read" ? [fact.name] : []));
const computed = (text: string, path = "a.ts"): unknown[] =>
  readText(path, text).constants.flatMap((constant) => (constant.computed ? [constant.value] : []));

test.each([
  ["concatenation", 'const k = "Da" + "te";'],
  ["a template", "const k = `D${'at'}e`;"],
  ["joined letters", 'const k = ["D", "a", "t", "e"].join("");'],
  ["a reversed text", 'const k = "etaD".split("").reverse().join("");'],
  ["character codes", "const k = String.fromCharCode(68, 97, 116, 101);"],
  ["a decoder in a loop", 'let k = ""; for (const c of "Ebuf") k += String.fromCharCode(c.charCodeAt(0) - 1);'],
  ["a decoder in a while loop", 'let k = ""; let i = 0; while (i < 4) k += "Date"[i++];'],
  [
    "a recursive decoder",
    'const d = (s: string): string => (s === "" ? "" : d(s.slice(1)) + s[0]); const k = d("etaD");',
  ],
  ["a class", 'class D { #k = "Da"; get k() { return this.#k + "te"; } } const k = new D().k;'],
  ["bytes", "const k = new TextDecoder().decode(new Uint8Array([68, 97, 116, 101]));"],
  ["escapes", 'const k = "\\x44\\u0061\\u{74}e";'],
  ["a condition that is known", 'const k = 1 < 2 ? "Date" : "Math";'],
  ["a default", 'const f = (k = "Date") => k; const k = f();'],
  ["a tag", "const t = (s: TemplateStringsArray) => s[0]; const k = t`Date`;"],
  ["a reducer", 'const k = ["a", "t", "e"].reduce((all, each) => all + each, "D");'],
])("a name is read through %s", (_what, text) => {
  expect(reads(`${text} (globalThis as any)[k].now();`)).toContain("Date.now");
});

test("what cannot be told is said to be unknown, and never guessed", () => {
  const found = facts("export default (x: any) => { const k = x.a; return (Math as any)[k]; };");
  expect(found).toContainEqual(expect.objectContaining({ op: "unknown key", name: "Math" }));
  expect(reads("export default (x: any) => x.now();")).toEqual([]);
});

test("both ways of an unknown condition are taken, and joined after it", () => {
  const text = 'export default (x: any) => { let k = "now"; if (x.a) k = "UTC"; return (Date as any)[k](); };';
  expect(reads(text)).toEqual(expect.arrayContaining(["Date.now", "Date.UTC"]));
  const known = 'let k = "now"; if (1 < 2) k = "UTC"; (Date as any)[k]();';
  expect(reads(known)).not.toContain("Date.now");
});

test("branches that a known condition leaves out, and functions that nothing calls, are read as well", () => {
  expect(reads("if (1 > 2) eval('1');")).toContain("eval");
  expect(reads("function unused() { return Math.random(); }")).toContain("Math.random");
});

test("comparisons know the part of the input", () => {
  const text =
    "export default ({ a: { b } }: any) => { const { c = 1 } = b; return help(c); }; const help = (x: number) => x > 3.5;";
  expect(facts(text)).toContainEqual(
    expect.objectContaining({ op: "compare", test: { path: "a.b.c", operator: ">", value: 3.5 } }),
  );
});

test("local names hide global ones", () => {
  expect(
    reads("export default (Date: any, eval_: any) => { const Math = Date; return Math.random(Date.now()); };"),
  ).toEqual([]);
});

test("constants come out of constants", () => {
  expect(computed('const n = parseInt("ff", 16) * 2 + 0.5;')).toContain(510.5);
  expect(computed("const id = 'tx' + '-' + 12;")).toContain("tx-12");
  expect(computed('x = "".join(chr(ord(c) - 1) for c in "dbut")\n', "a.py")).toContain("cats");
  expect(computed('import base64\nx = base64.b64decode("Y2F0cw==").decode()\n', "a.py")).toContain("cats");
});

test("a loop without end, and a regular expression without end, are read in little time", () => {
  const begun = process.cpuUsage();
  facts("let i = 0; for (;;) { i += 1; }");
  facts(`const x = "${"a".repeat(40)}!".replace(/(a+)+$/, "b");`);
  facts('let s = "x"; while (true) s += s;');
  facts("const f = (n: number): number => f(n + 1) + f(n + 2); f(0);");
  // A generous hang guard: each takes a few milliseconds.
  expect(process.cpuUsage(begun).user / 1e6).toBeLessThan(20);
});

test.each([
  ["a.ts", "(".repeat(5_000) + "1" + ")".repeat(5_000), /nested too deeply/],
  ["a.py", "x = " + "(".repeat(5_000) + "1" + ")".repeat(5_000), /nested too deeply|does not parse/],
  ["a.ts", "export default (", /does not parse/],
  ["a.py", "def f(:\n  pass", /does not parse/],
  ["a.rs", "fn main() {}", /no parser/],
])("%s that cannot be read says so", (path, text, why) => {
  expect(readText(path, text).unread).toMatch(why);
});

test("any text is read without an error", () => {
  const pieces = [
    "const a = ",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "x",
    "=>",
    "Date",
    ".now",
    "`${",
    "}`",
    "1",
    "'s'",
    ";",
    "\n",
    "...",
    "?.",
    "class A",
    "for (",
    "of",
    "if",
    "def f",
    ":",
    "  ",
    "import ",
  ];
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...pieces), { maxLength: 30 }),
      fc.constantFrom("a.ts", "a.py"),
      (parts, path) => {
        expect(readText(path, parts.join(" ")).path).toBe(path);
      },
    ),
    { numRuns: 600 },
  );
});
