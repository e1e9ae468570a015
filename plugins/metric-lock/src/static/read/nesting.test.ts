import { parseSync } from "oxc-parser";
import { expect, test } from "vitest";
import { nestingEstimate } from "./nesting.ts";

const MAX_NESTING = 1_200;
const deep = 30_000;

// Each of these ends the process when it reaches the parser.
test.each([
  ["(".repeat(deep) + "1" + ")".repeat(deep)],
  ["[".repeat(deep)],
  ["!".repeat(deep) + "1"],
  ["a=>".repeat(deep) + "1"],
  ["a =>\n".repeat(deep) + "1"],
  ["a?b:".repeat(deep) + "1"],
  ["a ?\nb :\n".repeat(deep) + "1"],
  ["a=\n".repeat(deep) + "1"],
  ["1" + "\n**\n1".repeat(deep)],
  ["if(a)\n".repeat(deep) + "b"],
  ["if(a)\nb\nelse ".repeat(deep) + "b"],
  ["if (a) b\nelse ".repeat(deep) + "b"],
  ["if (a) b()\nelse ".repeat(deep) + "b"],
  ["while (f(a))\n".repeat(deep) + "b"],
  ["for (const a of b)\n".repeat(deep) + "b"],
  ["do\n".repeat(deep) + "a\n" + "while (b)\n".repeat(deep)],
  ["a:\n".repeat(deep) + "b"],
  ["{\n".repeat(deep) + "}\n".repeat(deep)],
  ["new\n".repeat(deep) + "a"],
  ["typeof\n".repeat(deep) + "a"],
  ["await\n".repeat(deep) + "a"],
  ["`${\n".repeat(deep) + "1" + "}`".repeat(deep)],
  ["type A = keyof\n" + "keyof\n".repeat(deep) + "B"],
])("too deep: %.16j", (code) => {
  expect(nestingEstimate(code)).toBeGreaterThan(MAX_NESTING);
});

test("long but flat code is no such thing, with semicolons or without", () => {
  const plain = Array.from(
    { length: 900 },
    (_, i) => `const a${i} = b * ${i} + c\nif (a${i} > 3) d(a${i})\ne.f(a${i})\ng[${i}] = "x"\n`,
  ).join("");
  for (const text of [plain, plain.replaceAll("\n", ";\n")]) {
    expect(parseSync("a.js", text).errors).toEqual([]);
    expect(nestingEstimate(text)).toBeLessThan(100);
  }
});
