import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sameContent } from "./same.ts";
import { similarity, sketchOf } from "./sketch.ts";

const BASE = `// The price of a basket.
export function price(items: readonly { cost: number }[], rate = 0.2): number {
  let total = 0;
  for (const item of items) total += item.cost;
  return total * (1 + rate);
}
`;
const alike = (path: string, before: string, one: string, other: string): number =>
  similarity(sketchOf({ [path]: before }, { [path]: one }), sketchOf({ [path]: before }, { [path]: other }));
const inPrice = (one: string, other: string): number => alike("price.ts", BASE, one, other);

const discount = (name: string, limit: string): string =>
  BASE.replace("  return", `  const ${name} = total > ${limit} ? 0.9 : 1;\n  total *= ${name};\n  return`);

describe("likeness of changes", () => {
  test("layout, comments and new names make no difference", () => {
    const one = discount("discount", "100");
    const other = discount("rebate", "100").replace("let total = 0;", "let total\n    = 0; /* sum */ // of all");
    expect(inPrice(one, other)).toBe(1);
  });

  test("another constant is another change, but a similar one", () => {
    const share = inPrice(discount("discount", "100"), discount("discount", "250"));
    expect(share).toBeGreaterThan(0.5);
    expect(share).toBeLessThan(1);
    const tuned = inPrice(BASE.replace("0.2", "0.25"), BASE.replace("0.2", "0.3"));
    expect(tuned).toBeLessThan(1);
  });

  test("what has nothing in common is not alike, whatever the champion looks like", () => {
    const sorted = BASE.replace("of items)", "of items.toSorted((a, b) => a.cost - b.cost))");
    expect(inPrice(discount("discount", "100"), sorted)).toBeLessThan(0.2);
    expect(inPrice(BASE, sorted)).toBe(0);
  });

  test("prompts are compared word by word", () => {
    const prompt = "export const prompt = `You are an agent. Be kind. Look the order up first. Answer in one line.`;";
    const at = (text: string): string => prompt.replace("Be kind.", text);
    const share = alike(
      "harness.ts",
      prompt,
      at("Be kind and check the policy twice."),
      at("Be kind and check the policy."),
    );
    expect(share).toBeGreaterThan(0.4);
    expect(share).toBeLessThan(1);
    expect(alike("harness.ts", prompt, at("Refund at once!"), at("Never mention tools."))).toBeLessThan(0.4);
  });

  test("it is symmetric, 1 for a change and itself, and any text will do", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(BASE, discount("a", "1"), "/* `", '"""', "# x\n\\"),
    );
    fc.assert(
      fc.property(text, text, text, fc.constantFrom("a.ts", "a.py", "a.md", "a"), (before, one, other, path) => {
        const share = alike(path, before, one, other);
        expect(share).toBe(alike(path, before, other, one));
        expect(share).toBeGreaterThanOrEqual(0);
        expect(share).toBeLessThanOrEqual(1);
        expect(alike(path, before, one, one)).toBe(1);
      }),
      { numRuns: 300 },
    );
  });

  test.each(["/*", "`", '"', "\\`", '"""', "'\\", "// ", "a", "\\", '"\\'])(
    "time grows with the length only: many %j",
    (piece) => {
      const text = piece.repeat(300_000 / piece.length);
      const started = performance.now();
      sketchOf({ "a.ts": "" }, { "a.ts": text });
      expect(sameContent({ "a.py": text }, { "a.py": `${text} ` })).toBeTypeOf("boolean");
      // A quadratic scan of so many characters takes minutes.
      expect(performance.now() - started).toBeLessThan(60_000);
    },
  );
});

const same = (path: string, a: string, b: string): boolean => sameContent({ [path]: a }, { [path]: b });

describe("the same beyond doubt", () => {
  test.each([
    ["a.ts", BASE, BASE.replace("// The price of a basket.\n", "").replaceAll("  ", "\t"), true],
    ["a.ts", BASE, BASE.replace("0.2", "0.20001"), false],
    ["a.ts", BASE, BASE.replaceAll("total", "sum"), false],
    ["a.ts", "f(`// one`)", "f(`// two`)", false],
    ["a.ts", "f(`a  b`)", "f(`a b`)", false],
    ["a.ts", "f(/[/*]/, 1) /* x */", "f(/[/*]/, 1)", true],
    ["a.ts", "f(/[/*]/, 1)", "f(/[/*]/, 2)", false],
    ["a.ts", "function f() { return\n1 }", "function f() { return 1 }", false],
    ["a.ts", "const x = 10n;", "const x = 11n;", false],
    ["a.ts", "not ( a script", "not  ( a script", false],
    [
      "a.py",
      "def f(x):\n    return x  # double\n\n\nprint( 1 )",
      "def f(x):\n    # nothing\n    return x\nprint( 1 )\n",
      true,
    ],
    ["a.py", "if x:\n    a()\n    b()", "if x:\n    a()\nb()", false],
    ["a.py", 's = "# a"', 's = "# b"', false],
    ["a.py", "s = '''a\n# b'''", "s = '''a\n# c'''", false],
    ["a.py", 's = f"{d["#"]}" # one', 's = f"{d["#"]}" # two', false],
    ["a.py", 's = f"{d["#"]}x"', 's = f"{d["#"]}y"', false],
    ["a.py", "x = 1 # one", "x = 2 # one", false],
    ["a.json", '{"a": 1,\n "b": 2}', '{"a":1,"b":2}', true],
    ["a.json", '{"a": 1}', '{"a": 2}', false],
    ["a.md", "one  \ntwo\n", "one\ntwo", true],
    ["a.md", "one two", "one  two", false],
  ])("%s: %j and %j: %j", (path, a, b, expected) => {
    expect(same(path, a, b)).toBe(expected);
  });
});
