import { ERRORS, PawlError } from "@pawl/plugin";
import { describe, expect, test } from "vitest";
import { RULES } from "../test/surfaces.ts";
import { Surface } from "./surface.ts";

const LIMITS = { maxBytes: 65_536, strict: true };
const keyOf = (text: string, path = "a.ts") => new Surface({ [path]: text }, LIMITS).key;

describe("the fingerprint", () => {
  const text = "const A = 0.5;\nexport default (x: number) => { let s = 0; if (x > A) s += 1000; return s; };\n";
  test.each([
    ["white space", text.replaceAll(" ", "  ").replaceAll(";", ";\n")],
    ["comments", `/* why */ ${text.replace("s = 0", "s /* sum */ = 0")}`],
    ["number spelling", text.replace("0.5", ".50").replace("1000", "1_000").replace("= 0;", "= 0x0;")],
    [
      "types",
      text
        .replace("x: number", "x: unknown")
        .replace("= 0.5", "= 0.5 as number")
        .replace("const A", "type T = 1;\nconst A: number"),
    ],
    [
      "names of locals",
      text.replaceAll("s ", "sum ").replaceAll("s;", "sum;").replaceAll(/\bx\b/g, "input").replaceAll("A", "LIMIT"),
    ],
    ["parentheses", text.replace("x > A", "(x) > (A)")],
    ["braces", text.replace("s += 1000;", "{ s += 1000; }")],
  ])("does not see %s", (_what, other) => expect(keyOf(other)).toBe(keyOf(text)));

  test.each([
    ["a number", text.replace("0.5", "0.6")],
    ["a sign", text.replace("0.5", "-0.5")],
    ["an operator", text.replace("x > A", "x >= A")],
    ["an order", text.replace("x > A", "A > x")],
    ["a local used for another", text.replace("return s", "return x")],
    ["a global", text.replace("x > A", "x > NaN")],
    ["an optional step", text.replace("x > A", "x?.y > A")],
    ["a property", text.replace("x > A", "x.y > A")],
    ["a string for a number", text.replace("0.5", '"0.5"')],
    ["a prefix", text.replace("s += 1000", "++s")],
    ["an exported name", text.replace("const A", "export const A")],
  ])("sees %s", (_what, other) => expect(keyOf(other)).not.toBe(keyOf(text)));

  test("tells prefix from suffix, and properties by name", () => {
    expect(keyOf("let i = 0; export default () => i++;")).not.toBe(keyOf("let i = 0; export default () => ++i;"));
    expect(keyOf("export default (x) => x.a;")).not.toBe(keyOf("export default (x) => x.b;"));
    expect(keyOf("export default (x) => x.a;")).toBe(keyOf('export default (x) => x["a"];'));
    expect(keyOf("export default (x) => x.a;")).not.toBe(keyOf("export default (x, a) => x[a];"));
  });
});

function errorOf(text: string, maxBytes = 65_536): PawlError {
  try {
    void new Surface({ "src/rules.ts": text }, { maxBytes, strict: true }).key;
  } catch (error) {
    if (error instanceof PawlError) return error;
    throw error;
  }
  throw new Error("no error");
}

describe("a surface that is not usable", () => {
  test.each([
    ["a syntax error", "const a = 1;\nconst b = ;\n", "src/rules.ts:2"],
    ["a value outside of its range", "const a = 1;\n\nconst b = 7; // @tune 0..5\n", "src/rules.ts:3"],
    ["a value that is no option", 'const b = "c"; // @tune ["a", "b"]\n', "src/rules.ts:1"],
    ["a comment that is not understood", "const b = 3; // @tune 0 to 5\n", "src/rules.ts:1"],
    ["an unknown word", "const b = 3; // @tune 0..5 lgo\n", "src/rules.ts:1"],
    ["an empty range", "const b = 3; // @tune 5..0\n", "src/rules.ts:1"],
    ["a logarithm of zero", "const b = 3; // @tune 0..5 log\n", "src/rules.ts:1"],
    ["a comment without a literal", "// @tune 0..5\nconst b = f();\n", "src/rules.ts:1"],
    ["one option", 'const b = "a"; // @tune ["a"]\n', "src/rules.ts:1"],
  ])("is named with path, line and remedy: %s", (_what, text, path) => {
    const error = errorOf(text);
    expect(error).toMatchObject({ code: "PAWL_SURFACE_INVALID", path });
    expect(error.message).toContain(path);
    expect(error.remedy).toMatch(/\w/);
    expect(ERRORS[error.code].exit).toBe(2);
  });

  test("too large", () =>
    expect(errorOf(RULES, 100)).toMatchObject({ code: "PAWL_SURFACE_INVALID", path: "src/rules.ts" }));

  test.each([
    ["(".repeat(30_000) + "1" + ")".repeat(30_000), /nested too deeply/],
    ["{} / 2", /only a parser could tell/],
  ])("not to be parsed safely: %.20s", (code, why) => {
    expect(() => new Surface({ "a.ts": `x = ${code}` }, { maxBytes: 1_000_000 })).toThrow(why);
  });

  test("long but flat code is no such thing", () => {
    const list = `export const list = [${Array.from({ length: 5_000 }, (_, i) => `{ id: ${i}, w: -0.5 }`).join(", ")}];\n`;
    expect(new Surface({ "a.ts": `${RULES}\n${list}` }, { maxBytes: 1_000_000 }).parameters.length).toBeGreaterThan(0);
  });
});

describe("@tune comments", () => {
  const domains = (text: string) =>
    new Surface({ "a.ts": text }, LIMITS).parameters.map(({ value, domain }) => [value, domain]);

  test("speak of the literals that a reader would take them to speak of", () => {
    const text = [
      "const A = 0.5; // @tune 0..1",
      "const B = [1, 2.5]; // @tune 1..100 log: both",
      "// @tune int 1..10",
      "const C = 3;",
      'const D = { k: "a" /* @tune ["a", "b"] */, m: /* @tune -2..2 */ -1.5, n: 8 };',
      "const E = true; // @tune true|false",
      "const F = 9; // @tune off",
      'const G = x("text", 4); // @tune 1..5',
      "const H = 1; // @tune 0..1",
    ].join("\n");
    const range = { kind: "range", log: false, integer: false };
    expect(domains(text)).toEqual([
      [0.5, { ...range, min: 0, max: 1 }],
      [1, { ...range, min: 1, max: 100, log: true, integer: true }],
      [2.5, { ...range, min: 1, max: 100, log: true }],
      [3, { ...range, min: 1, max: 10, integer: true }],
      ["a", { kind: "choice", options: ["a", "b"] }],
      [-1.5, { ...range, min: -2, max: 2 }],
      [8, { kind: "free", integer: true }],
      [true, { kind: "choice", options: [true, false] }],
      [4, { ...range, min: 1, max: 5, integer: true }],
      [1, { ...range, min: 0, max: 1 }],
    ]);
  });

  test("only at the start of a comment: others are prose", () => {
    const text = [
      "// A comment such as @tune low..high would bound it.",
      "const A = f(); // no @tune 0..1 here",
      "/** @tune 0..9 */",
      "const B = 3;",
    ].join("\n");
    expect(domains(text)).toEqual([[3, { kind: "range", min: 0, max: 9, log: false, integer: true }]]);
  });

  test("parameters keep their identity when code around them changes", () => {
    const ids = (text: string) =>
      new Map(new Surface({ "a.ts": text }, LIMITS).parameters.map(({ id, value }) => [value, id]));
    const before = ids(RULES);
    const after = ids(RULES.replace("    if (tx.hour", "    if (tx.amount > 77) s += 0.875;\n    if (tx.hour"));
    before.delete(0);
    expect(before.size).toBeGreaterThan(8);
    expect(Object.fromEntries(after)).toMatchObject(Object.fromEntries(before));
  });
});

test("a negative number is written so that it stays one", () => {
  const surface = new Surface({ "a.js": "export default (x) => x-3 + 2**x; // @tune -9..9\n" }, LIMITS);
  const assignments = surface.parameters.map((parameter) => ({ parameter, value: -4, written: "-4" }));
  const { files, key } = surface.assign(assignments);
  expect(files["a.js"]).toBe("export default (x) => x-(-4) + (-4)**x; // @tune -9..9\n");
  expect(new Surface(files, LIMITS).key).toBe(key);
});
