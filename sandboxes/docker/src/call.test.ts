import { afterAll, beforeAll, expect, test } from "vitest";
import type { Execution, Json, Output } from "@pawl/plugin";
import { isolate } from "@pawl/sandbox-isolate";
import { describeDocker, nothingLeft, tellSkips } from "./test/daemon.ts";
import { batchOf, limitsOf, never, openSandbox, outputsOf, type Sandbox } from "./test/sandbox.ts";

/**
 * The same surfaces in a container and in an isolate: what an honest one answers, and how a broken one fails, must be the
 * same to the letter.
 */
const SURFACES: Record<string, string | Record<string, string>> = {
  "a number": `export default (x: number): number => x + 1;`,
  "JavaScript without types": {
    "main.ts": `import f from "./lib.js"; export default f;`,
    "lib.js": `export default (x) => [x];`,
  },
  "nested data": `export default (x: unknown) => ({ a: [x, null, "é\\u0001"], b: { c: true } });`,
  "seeded luck": `export default () => [Math.random(), Math.random(), Math.random()];`,
  "a clock that stands still": `export default () => [Date.now(), performance.now(), new Date().toISOString(), new Date(0).getHours()];`,
  "state from input to input": `let n = 0; export default () => (n += 1);`,
  "what it prints": `export default (x: number) => { console.log("out", x); console.error({ x }); return x; };`,
  "an error on one input": `export default (x: number) => { if (x === 2) throw new RangeError("two"); return x; };`,
  promises: `export default async (x: number) => { await null; return x; };`,
  "a rejection that is let go": `export default (x: number) => { Promise.reject(new Error("lost")); return x; };`,
  NaN: `export default (x: number) => (x === 1 ? NaN : x);`,
  undefined: `export default () => undefined;`,
  "a class": `export default () => new (class Quote { price = 1 })();`,
  "a getter that throws": `export default () => ({ get a() { throw new RangeError("getter"); } });`,
  "a cycle": `export default () => ((a: any) => (a.self = a))({});`,
  "negative zero": `export default () => -0;`,
  "a field named __proto__": `export default () => JSON.parse('{"__proto__": 1}');`,
  "a thrown string": `export default () => { throw "text"; };`,
  "a thrown proxy": `export default () => { throw new Proxy({}, { get() { throw 1; } }); };`,
  "imports in circles": {
    "main.ts": `import { odd } from "./odd.ts"; export const even = (n: number): boolean => n === 0 || odd(n - 1); export default () => even(10);`,
    "odd.ts": `import { even } from "./main.ts"; export const odd = (n: number): boolean => n !== 0 && even(n - 1);`,
  },
  "a file with an odd name": {
    "main.ts": `import x from "./__proto__.ts"; export default () => x;`,
    ["__proto__.ts"]: `export default 5;`,
  },
  "missing globals": `export default () => ["process", "require", "fetch", "WebAssembly", "SharedArrayBuffer", "setTimeout", "Buffer", "eval"].map((name) => typeof (globalThis as any)[name]);`,
  "code from strings": `export default () => [() => (0, eval)("1"), () => new Function("return 1")(), () => (() => {}).constructor("return 1")()].map((f) => { try { return f(); } catch (e) { return (e as Error).name; } });`,
  "a replaced JSON": `JSON.stringify = () => "999"; JSON.parse = () => []; export default (x: number) => ({ x });`,
  "replaced array methods": `for (const k of Object.getOwnPropertyNames(Array.prototype)) if (k !== "constructor" && k !== "length") (Array.prototype as any)[k] = () => { throw 1; }; export default (x: number) => [x];`,
  "replaced promises": `Promise.prototype.then = function () { throw 1; }; (globalThis as any).Promise = undefined; export default async (x: number) => x;`,
  "frozen prototypes": `for (const o of [Object.prototype, Array.prototype, Function.prototype, globalThis]) try { Object.freeze(o); } catch {} export default (x: number) => ({ x });`,
  "toJSON everywhere": `(Object.prototype as any).toJSON = (String.prototype as any).toJSON = () => 999; export default (x: number) => ({ x: "s" });`,
  "an import of a builtin": `import fs from "node:fs"; export default () => fs;`,
  "an import that is not there": `import "./gone.ts"; export default () => 1;`,
  "an import of a name that is not there": {
    "main.ts": `import { x } from "./lib.ts"; export default () => x;`,
    "lib.ts": `export const y = 1;`,
  },
  "a syntax error": `export default (`,
  "an enum": `enum Colour { Red } export default () => Colour.Red;`,
  "no default export": `export const answer = 1;`,
  "a default export that is no function": `export default 5;`,
  "a throw while loading": `throw new Error("no"); export default () => 1;`,
  "a promise that never settles": `export default () => new Promise(() => {});`,
  "an await at the top level that never settles": `await new Promise(() => {}); export default () => 1;`,
  "an answer that is too large": `export default () => "x".repeat(2_000_000);`,
};

type Told = { outcome: string; outputs?: readonly Output[]; stdout: string; stderr: string };
const told = (execution: Execution): Told => ({
  outcome: execution.outcome,
  ...(execution.outcome === "ok" ? { outputs: execution.outputs } : {}),
  stdout: execution.stdout,
  stderr: execution.stderr,
});

tellSkips();
nothingLeft("call");
describeDocker("a function in a container", () => {
  const LIMITS = { outputBytes: 1_048_576 };
  let sandbox: Sandbox;
  let other: {
    execute(files: Record<string, string>, inputs: readonly Json[]): Promise<Execution>;
    close(): Promise<void>;
  };
  beforeAll(async () => {
    sandbox = await openSandbox("call", {}, LIMITS, 2);
    const configured = isolate();
    const executor = await configured.create(configured.schema.parse({}) as never, { root: "/" });
    const limits = limitsOf(LIMITS);
    await executor.prepare!({ limits, concurrency: 1, run: "call" }, never);
    other = {
      execute: (files, inputs) =>
        executor.execute(
          { id: "1/x", files, entry: { kind: "call", file: "main.ts" }, inputs: batchOf(inputs), seed: 7, limits },
          never,
        ),
      close: async () => executor.close!(),
    };
  });
  afterAll(async () => {
    await sandbox?.[Symbol.asyncDispose]();
    await other?.close();
  });

  test.each(Object.entries(SURFACES))("answers as an isolate does: %s", async (_, code) => {
    const files = typeof code === "string" ? { "main.ts": code } : code;
    const inputs = [1, 2, 3];
    const [here, there] = await Promise.all([sandbox.call(files, inputs, { seed: 7 }), other.execute(files, inputs)]);
    expect(told(here)).toEqual(told(there));
    if (here.outcome !== "ok" && there.outcome !== "ok")
      expect(here.reason.slice(0, 20)).toBe(there.reason.slice(0, 20));
  });

  test("no inputs, no outputs", async () => {
    expect(outputsOf(await sandbox.call(`export default () => 1;`, []))).toEqual([]);
  });

  test("says which limits were in force and what was used", async () => {
    const execution = await sandbox.call(
      `export default () => { let x = 0; for (let i = 0; i < 2e8; i++) x += i % 7; return x; }`,
    );
    expect(execution.outcome).toBe("ok");
    expect(execution.limits.map(({ limit }) => limit).toSorted()).toEqual([
      "diskMb",
      "memoryMb",
      "network",
      "outputBytes",
      "pids",
      "wallMs",
    ]);
    expect(execution.usage.wallMs).toBeGreaterThan(50);
    expect(execution.usage.cpuMs).toBeGreaterThan(50);
    expect(execution.usage.peakMemoryMb).toBeGreaterThan(5);
  });

  test("aborts when it is told to", async () => {
    const controller = new AbortController();
    const running = sandbox.call(`export default () => { for (;;); }`, [1], { signal: controller.signal });
    setTimeout(() => controller.abort(new Error("enough")), 300);
    await expect(running).rejects.toThrow("enough");
  });
});
