import { expect, test } from "vitest";
import { sizeOf } from "./size/size.ts";
import { judge, type Side, trialOf } from "./test/trials.ts";

const js = (text: string): number | null => sizeOf({ "a.ts": text });
const py = (text: string): number | null => sizeOf({ "a.py": text });

test("white space, comments, brackets, types and names do not move the size of JavaScript", () => {
  const size = js("export default (x: number) => { if (x > 1) return x * 2; return 0; }");
  expect(size).toBeGreaterThan(10);
  for (const same of [
    "export default(x)=>{if(x>1)return x*2;return 0}",
    "// doubled\nexport default (x: number): number => {\n\n  if ((x) > 1) { return (x * 2); }; return 0; /* else */ }",
    "export default (amountOfTheWholeOrder) => { if (amountOfTheWholeOrder > 1) return amountOfTheWholeOrder * 2; return 0; }",
    "type A = number; interface B { c: A } export default (x: A) => { if (x > 1) return (x as number)! * 2; return 0; }",
  ]) {
    expect(js(same)).toBe(size);
  }
  expect(js("export default (x) => (x > 1 ? x * 2 : 0)")).toBeLessThan(size!);
});

test("nor of Python", () => {
  const size = py("def f(x):\n    if x > 1:\n        return x * 2\n    return 0\n");
  expect(size).toBeGreaterThan(8);
  expect(
    py("# doubled\ndef price(amount: float) -> float:\n\n  if (amount > 1): return (amount * 2) # twice\n  return 0\n"),
  ).toBe(size);
  expect(py("def f(x):\n    return x\n")).toBeLessThan(size!);
});

test("code moved into a text, a pattern or a name still counts", () => {
  const code = "let sum = 0; for (const one of list) { if (one > 3) sum += one * 2; else sum -= 1; }";
  expect(js(`eval(${JSON.stringify(code)})`)).toBeGreaterThan(10);
  expect(js(`/${"a".repeat(80)}/`)).toBeGreaterThan(10);
  expect(js(`x(\`${"a".repeat(80)}\`)`)).toBeGreaterThan(10);
  expect(js(`({ ${"a".repeat(960)}: 1 })`)).toBeGreaterThan(20);
  expect(py(`exec("${"a".repeat(80)}")`)).toBeGreaterThan(10);
  expect(js("x = 1.00000000000000000000000000001")).toBeGreaterThan(js("x = 1")!);
});

test("what is no such language, or does not parse, has no size", () => {
  expect(sizeOf({ "rules.txt": "a" })).toBeNull();
  expect(js("export default (")).toBeNull();
  expect(py("def f(:\n")).toBeNull();
});

test("what is nested so deeply that parsing it could end the process has no size either", () => {
  const nested = (depth: number) => js("[".repeat(depth) + "]".repeat(depth));
  expect(nested(100)).toBeGreaterThan(99);
  expect(nested(3_000)).toBeNull();
});

const long = { "a.ts": "export default (x) => { const y = x + 0; return y; }" };
const short = { "a.ts": "export default (x) => x" };
const side: Side = { value: 1, samples: [1, 0, 2, 1], guardrails: { trust: 1 } };

function trial(candidate: Side, files: Readonly<Record<string, string>>, champion: Readonly<Record<string, string>>) {
  const base = trialOf(candidate, side);
  return {
    ...base,
    guardrails: [{ name: "trust", direction: "maximize" as const }],
    candidate: { ...base.candidate, files },
    champion: { ...base.champion, files: champion },
  };
}

test("an equal candidate with less code is kept, if it is asked for and nothing at all changed", async () => {
  const simpler = { preferSimpler: true };
  expect(await judge(trial(side, short, long), simpler)).toMatchObject({ decision: "pass", code: "PAWL_SIMPLER" });
  expect((await judge(trial(side, short, long))).code).toBe("PAWL_NOT_BETTER");
  expect((await judge(trial(side, long, short), simpler)).code).toBe("PAWL_NOT_BETTER");
  expect((await judge(trial(side, short, short), simpler)).code).toBe("PAWL_NOT_BETTER");
  // The same value by other cases, or another guardrail, is not the same.
  expect((await judge(trial({ ...side, samples: [0, 1, 2, 1] }, short, long), simpler)).code).toBe("PAWL_NOT_BETTER");
  expect((await judge(trial({ ...side, guardrails: { trust: 0.9 } }, short, long), simpler)).code).toBe(
    "PAWL_NOT_BETTER",
  );
  const unknown = await judge(trial(side, { "a.txt": "" }, { "a.txt": "long" }), simpler);
  expect(unknown).toMatchObject({
    code: "PAWL_NOT_BETTER",
    reason: expect.stringContaining("cannot be told") as string,
  });
});
