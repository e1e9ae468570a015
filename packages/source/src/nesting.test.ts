import { spawnSync } from "node:child_process";
import { parseSync } from "oxc-parser";
import { expect, test } from "vitest";
import { nestingEstimate } from "./nesting.ts";
import { parseScript } from "./parse.ts";
import { HIDERS, NESTS } from "./test/nests.ts";

const TYPESCRIPT = { types: true, jsx: false };

// Each of these ends the process when it reaches the parser.
test.each(["a.ts", "a.js", "a.tsx", "a.mjs"])("what is nested too deeply does not reach the parser: %s", (path) => {
  for (const code of NESTS(30_000)) expect(parseScript(path, code), code.slice(0, 20)).not.toHaveProperty("program");
});

test("nor does it when it is made to look like text, a comment or a pattern", { timeout: 300_000 }, () => {
  // In a process of its own: what gets through ends it.
  const script = `
    import { parseScript } from ${JSON.stringify(new URL("../dist/index.js", import.meta.url).href)};
    import { HIDERS, NESTS } from ${JSON.stringify(new URL("./test/nests.ts", import.meta.url).href)};
    for (const path of ["a.ts", "a.js"]) {
      for (const [name, hide] of Object.entries(HIDERS)) {
        for (const code of NESTS(8_000)) {
          console.log(path, name, JSON.stringify(code.slice(0, 20)));
          parseScript(path, hide(code));
        }
      }
    }
    console.log("the end");`;
  const { stdout, stderr, signal } = spawnSync(process.execPath, ["--input-type=module", "--eval", script], {
    encoding: "utf8",
    maxBuffer: 64 * 1_048_576,
  });
  expect(stdout.trimEnd().split("\n").at(-1), `${signal}: ${stderr}`).toBe("the end");
});

test("what hides code is a program with a short code in it", () => {
  const through = Object.entries(HIDERS).filter(([, hide]) => !("problem" in parseScript("a.ts", hide("1"))));
  expect(through.length).toBeGreaterThan(0.5 * Object.keys(HIDERS).length);
});

test("long but flat code is not nested, with semicolons or without", () => {
  const plain = Array.from(
    { length: 900 },
    (_, i) => `const a${i} = b * ${i} + c\nif (a${i} > 3) d(a${i})\ne.f(a${i})\ng[${i}] = "x"\n`,
  ).join("");
  const list = `export const list = [${Array.from({ length: 5_000 }, (_, i) => `{ id: ${i}, w: -0.5 }`).join(", ")}];`;
  for (const text of [list, plain, plain.replaceAll("\n", ";\n")]) {
    expect(parseSync("a.js", text).errors).toEqual([]);
    expect(nestingEstimate(text, TYPESCRIPT)).toBeLessThan(100);
  }
});

test("nor is what people write around patterns, divisions, templates and types", () => {
  const text = `
    // It's "fine": /* not a comment */
    const half = (xs: number[], i: number) => xs[i]! / 2 / (1 + i);
    const word = /["'\`/]\\/(?=[^/"])/g, none = !/x/.test("a");
    const path = \`\${half([1], 0) / 2}/\${"\`"}\`; // a "quote
    if (word.test(path)) /y/.exec(path);
    let n = 3; n++ / 2; n-- / half([1], 0);
    const of = new Map<string, Array<number>>();
    export default (x: { a: number; type: string }) => (x.a < 3 && x.a > 1 ? x.type : typeof x) as string;
    class A<T> extends Map<T, T> { if(a: T) { return a } get x() { return this.size / 2 } }
  `;
  expect(parseScript("a.ts", text)).toHaveProperty("program");
  expect(nestingEstimate(text, TYPESCRIPT)).toBeLessThan(100);
});
