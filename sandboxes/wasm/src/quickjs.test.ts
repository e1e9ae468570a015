import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Json } from "@pawl/plugin";
import { isolate } from "@pawl/sandbox-isolate";
import { batchOf, limitsOf, never, openSandbox, outputsOf, type Sandbox, valuesOf } from "./test/sandbox.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await openSandbox();
});
afterAll(() => sandbox[Symbol.asyncDispose]());

const ECHO = `export default (x: unknown) => x;`;

test("any JSON value comes back as it went in", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.jsonValue({ maxDepth: 4 }), { maxLength: 20 }), async (values) => {
      const inputs = JSON.parse(JSON.stringify(values)) as Json[];
      expect(valuesOf(await sandbox.run(ECHO, inputs))).toEqual(inputs);
    }),
    { numRuns: 40 },
  );
});

test("an input that fails does not touch the others", async () => {
  const code = `export default (x: number) => { if (x === 2) throw new TypeError("not two"); return x * 10; };`;
  expect(outputsOf(await sandbox.run(code, [1, 2, 3]))).toEqual([
    { value: 10 },
    { error: "TypeError: not two" },
    { value: 30 },
  ]);
});

test.each([
  ["undefined", `undefined`],
  ["NaN", `NaN`],
  ["a function", `() => 1`],
  ["a bigint", `10n`],
  ["an instance", `new (class A {})()`],
  ["a cycle", `(() => { const a = {}; a.a = a; return a; })()`],
  ["a getter that throws", `({ get a() { throw 1; } })`],
  ["a throw of nothing", `(() => { throw undefined; })()`],
])("%s is an error of that input", async (_, value) => {
  expect(outputsOf(await sandbox.run(`export default () => ${value};`))).toEqual([{ error: expect.any(String) }]);
});

test("time stands still, random numbers are those of the seed and of the other engine", async () => {
  const code = `export default () => [Date.now(), new Date().getTimezoneOffset(), performance.now(), Math.random(), Math.random()];`;
  const first = valuesOf(await sandbox.run(code, [1], { seed: 7 }));
  expect(first[0]).toEqual([0, 0, 0, expect.any(Number), expect.any(Number)]);
  expect(valuesOf(await sandbox.run(code, [1], { seed: 7 }))).toEqual(first);
  expect(valuesOf(await sandbox.run(code, [1], { seed: 8 }))).not.toEqual(first);

  const configured = isolate();
  const v8 = await configured.create(configured.schema.parse({}) as never, { root: "/" });
  await v8.prepare!({ limits: limitsOf(), concurrency: 1, run: "test" }, never);
  const job = {
    id: "1",
    files: { "main.ts": code },
    entry: { kind: "call", file: "main.ts" },
    inputs: batchOf([1]),
  } as const;
  const same = await v8.execute({ ...job, seed: 7, limits: limitsOf() }, never);
  await v8.close!();
  expect(valuesOf(same)).toEqual(first);
});

test.each([
  "eval",
  "WebAssembly",
  "SharedArrayBuffer",
  "Atomics",
  "WeakRef",
  "FinalizationRegistry",
  "process",
  "require",
  "std",
  "os",
])("there is no %s", async (name) => {
  expect(valuesOf(await sandbox.run(`export default () => typeof globalThis[${JSON.stringify(name)}];`))).toEqual([
    "undefined",
  ]);
});

test("code cannot be made from strings", async () => {
  const code = `export default (make: string) => { const f = { f: Function, g: (() => {}).constructor, a: (async () => {}).constructor, s: (function* () {}).constructor }[make]; return new f("return 1")(); };`;
  const outputs = outputsOf(await sandbox.run(code, ["f", "g", "a", "s"]));
  for (const output of outputs) expect(output).toEqual({ error: expect.stringContaining("not available") });
});

test("files import one another, and nothing else", async () => {
  const files = {
    "main.ts": `import { a } from "./lib/a.ts"; import b from "./b.js"; export default (x: number): number => x + a + b;`,
    "lib/a.ts": `import b from "../b.js"; export const a: number = b * 2;`,
    "b.js": `export default 100;`,
  };
  expect(valuesOf(await sandbox.run(files, [1]))).toEqual([301]);
  for (const from of [
    "node:fs",
    "qjs:std",
    "/etc/passwd",
    "../../../etc/passwd",
    "./gone.ts",
    "data:text/javascript,1",
  ]) {
    const execution = await sandbox.run(`import x from ${JSON.stringify(from)}; export default () => x;`);
    expect(execution).toMatchObject({ outcome: "violation", reason: expect.stringContaining(from) });
    const late = outputsOf(
      await sandbox.run(`export default () => import(${JSON.stringify(from)}).then((m) => Object.keys(m));`),
    );
    expect(late).toEqual([{ error: expect.any(String) }]);
  }
});

test("nothing is carried from job to job", async () => {
  const code = `globalThis.count = (globalThis.count ?? 0) + 1; Array.prototype.count = (Array.prototype.count ?? 0) + 1; export default () => [globalThis.count, [].count];`;
  for (let i = 0; i < 3; i++) expect(valuesOf(await sandbox.run(code))).toEqual([[1, 1]]);
});

describe("what ends badly", () => {
  const short = { wallMs: 400 };
  test.each([
    ["an endless loop", `export default () => { for (;;); };`, "timeout"],
    ["an endless loop while loading", `for (;;); export default 1;`, "timeout"],
    ["endless microtasks", `export default async () => { for (;;) await null; };`, "timeout"],
    [
      "microtasks that breed",
      `const f = () => { Promise.resolve().then(f); }; export default () => { f(); return new Promise(() => {}); };`,
      "timeout",
    ],
    ["a promise that nothing settles", `export default () => new Promise(() => {});`, "timeout"],
    ["an await at the top that nothing settles", `await new Promise(() => {}); export default () => 1;`, "timeout"],
    [
      "a getter without end on what it throws",
      `export default () => { throw { get message() { for (;;); } }; };`,
      "timeout",
    ],
    ["the same while loading", `throw { get message() { for (;;); } }; export default 1;`, "timeout"],
    ["catastrophic backtracking", `export default () => /^(a+)+$/.test("a".repeat(40) + "b");`, "timeout"],
    [
      "native code that does not ask",
      `export default () => { const a = new Array(1e5).fill("x".repeat(100)); for (;;) a.join("").split("").sort().reverse(); };`,
      "timeout|out-of-memory",
    ],
    ["bigints that grow", `export default () => { let a = 3n; for (;;) a *= a; };`, "timeout|out-of-memory|ok"],
    [
      "arrays that grow",
      `export default () => { const a = []; for (;;) a.push(new Array(1000).fill(a.length)); };`,
      "out-of-memory",
    ],
    [
      "memory that is refused and then done without",
      `export default () => { const a = []; try { for (;;) a.push(new Array(1000).fill(1)); } catch { a.length = 0; return 1; } };`,
      "out-of-memory",
    ],
    [
      "a resizable buffer",
      `export default () => { const b = new ArrayBuffer(8, { maxByteLength: 1e9 }); b.resize(1e9); return 1; };`,
      "ok",
    ],
    ["a throw at the top", `throw new Error("early"); export default 1;`, "crashed"],
    ["a syntax error", `export default (`, "crashed"],
    ["a syntax error that is none in TypeScript", `export default () => { return 08n; };`, "crashed"],
    ["no default export", `export const a = 1;`, "crashed"],
    ["an answer too large", `export default () => "x".repeat(2e6);`, "output-limit"],
  ])("%s", async (_, code, outcomes) => {
    const limits = outcomes.includes("timeout") ? short : {};
    const execution = await sandbox.run(code, [1], { limits: { outputBytes: 1_000_000, ...limits } });
    expect(outcomes.split("|")).toContain(execution.outcome);
    if (outcomes.includes("timeout")) expect(execution.usage.wallMs).toBeLessThan(900);
    if (execution.outcome === "ok") expect(outputsOf(execution)).toEqual([{ error: expect.any(String) }]);
    expect(valuesOf(await sandbox.run(ECHO, ["still there"]))).toEqual(["still there"]);
  });

  test("recursion without end is an error of that input", async () => {
    const code = `export default function f(x: number): number { return x === 0 ? 0 : 1 + f(x); };`;
    expect(outputsOf(await sandbox.run(code, [0, 1, 0]))).toEqual([
      { value: 0 },
      { error: expect.stringContaining("call stack") },
      { value: 0 },
    ]);
  });

  test("a candidate that spoils the built-ins spoils nothing but its own answers", async () => {
    const code = `JSON.stringify = () => "]"; JSON.parse = () => 5; Array.prototype.push = () => {}; Object.prototype.toJSON = () => 1; Promise.prototype.then = () => {}; export default (x: number) => x;`;
    expect(valuesOf(await sandbox.run(code, [1, 2]))).toEqual([1, 2]);
  });
});

test("what is printed is told, and is no answer", async () => {
  const execution = await sandbox.run(`console.log("hello", { a: 1 }); console.error("oh"); export default () => 1;`);
  expect(execution).toMatchObject({ outcome: "ok", stdout: 'hello {"a":1}\n', stderr: "oh\n" });
});
