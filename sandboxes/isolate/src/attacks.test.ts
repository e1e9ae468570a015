import { afterAll, beforeAll, expect, test } from "vitest";
import type { Execution } from "@pawl/plugin";
import { allowance } from "@pawl/sandbox-process";
import { answerOf, limitsOf, openSandbox, type Sandbox } from "./test/sandbox.ts";

/**
 * Candidates that fight the sandbox. Each must end as one of its outcomes within its limits and half a second, must
 * not use more memory than the cap, and must leave a sandbox that serves the next job.
 */
const LIMITS = { wallMs: 1_000, memoryMb: 64, outputBytes: 1_048_576 };

type Expected = Execution["outcome"] | readonly Execution["outcome"][] | RegExp;

// Where the memory limit and the clock race, either may win. A pattern stands for `ok` with that error on the input.
const EXHAUSTED = ["timeout", "out-of-memory"] as const;

const attacks: Record<string, [expected: Expected, code: string]> = {
  "an endless loop": ["timeout", `export default () => { while (true) {} }`],
  "an endless loop while loading": ["timeout", `while (true) {} export default 1;`],
  "an endless loop of microtasks": ["timeout", `export default async () => { for (;;) await null; }`],
  "an endless loop in a getter of a thrown value": [
    "timeout",
    `throw { get message() { for (;;); } }; export default 1;`,
  ],
  "a promise that never settles": ["timeout", `export default () => new Promise(() => {});`],
  "a promise that never settles at the top level": ["timeout", `await new Promise(() => {}); export default () => 1;`],
  "a thenable that never settles": ["timeout", `export default () => ({ then() {} });`],
  "catastrophic backtracking": ["timeout", `export default () => /^(a+)+$/.test("a".repeat(40) + "b");`],
  "new Array(1e9).fill()": [EXHAUSTED, `export default () => new Array(1e9).fill();`],
  "arrays of arrays": [EXHAUSTED, `export default () => new Array(3e7).fill(0).map(() => new Array(1e7).fill(1.5));`],
  "an array that grows": [
    EXHAUSTED,
    `export default () => { const all = []; for (let i = 0; ; i++) all.push({ i }); }`,
  ],
  "strings that grow": [
    EXHAUSTED,
    `export default () => { let s = "x"; const all = []; for (;;) all.push((s += s).split("").join("-")); }`,
  ],
  "filling a Map": [EXHAUSTED, `export default () => { const m = new Map(); for (let i = 0; ; i++) m.set(i, i); }`],
  "filling a Set": [EXHAUSTED, `export default () => { const s = new Set(); for (let i = 0; ; i++) s.add(i); }`],
  "a huge JSON.parse": [EXHAUSTED, `export default () => JSON.parse("[" + "[],".repeat(3e7) + "1]").length;`],
  "squaring a BigInt": [EXHAUSTED, `export default () => { let x = 2n ** 1000000n; for (;;) x = x * x; }`],
  "buffers that are moved": [
    ["timeout", "out-of-memory", "ok"],
    `export default () => { const all = []; for (;;) all.push(new ArrayBuffer(1).transfer(1e8)); }`,
  ],
  "typed arrays": [
    /RangeError/,
    `export default () => { const all = []; for (;;) all.push(new Uint8Array(1e7).fill(1)); }`,
  ],
  "resizable buffers": [
    /TypeError: resizable/,
    `export default () => new ArrayBuffer(1, { maxByteLength: 1e9 }).resize(1e9);`,
  ],
  "resizable buffers by the constructor of another": [
    /TypeError: resizable/,
    `export default () => new (new Uint8Array(1).buffer.constructor)(1, { maxByteLength: 1e9 });`,
  ],
  "resizable buffers by Reflect.construct": [
    /TypeError: resizable/,
    `export default () => Reflect.construct(ArrayBuffer, [1, { maxByteLength: 1e9 }], class extends ArrayBuffer {});`,
  ],
  "WebAssembly.Memory": [
    /ReferenceError/,
    `export default () => new WebAssembly.Memory({ initial: 1000 }).grow(1000);`,
  ],
  SharedArrayBuffer: [/ReferenceError/, `export default () => new SharedArrayBuffer(8);`],
  "Atomics.wait": [/ReferenceError/, `export default () => Atomics.wait(new Int32Array(8), 0, 0);`],
  "recursion without end": [/RangeError/, `export default function f() { return f() + 1; }`],
  "an answer of half a gigabyte": ["output-limit", `export default () => "x".repeat(2 ** 29 - 24);`],
  "an answer of a gigabyte in pieces": ["output-limit", `export default () => new Array(1e6).fill("x".repeat(1e3));`],
  "an answer that escapes to more than the limit": ["output-limit", `export default () => "\\u0001".repeat(300_000);`],
  "an answer of wide characters over the limit": ["output-limit", `export default () => "語".repeat(500_000);`],
  "an answer that is nested for ever": [
    /cyclic or nested/,
    `export default () => { let all = []; for (let i = 0; i < 1e5; i++) all = [all]; return all; }`,
  ],
  "a proxy that has every key": [
    [...EXHAUSTED, "output-limit"],
    `export default () => new Proxy([], { get: (_, key) => (key === "length" ? 2 ** 53 - 1 : "x".repeat(100)) });`,
  ],
  "printing without end": ["timeout", `export default () => { for (;;) console.log("x".repeat(1e6)); }`],
  "types that break the type stripper": [
    "crashed",
    `export default (): number => ${"(".repeat(20_000)}1${")".repeat(20_000)};`,
  ],
  "process.exit": [/ReferenceError/, `export default () => process.exit(1);`],
  require: [/ReferenceError/, `export default () => require("node:fs");`],
  "a dynamic import": [/Error/, `export default () => import("node:fs");`],
  "a static import": ["violation", `import fs from "node:fs"; export default () => fs;`],
  "an import outside of the files": ["violation", `import x from "../../etc/passwd"; export default () => x;`],
  "a syntax error": ["crashed", `export default (`],
  "no default export": ["crashed", `export const answer = 1;`],
  "a default export that is not a function": ["crashed", `export default 5;`],
  "a throw while loading": ["crashed", `throw new Error("no"); export default () => 1;`],
  "a throw while loading behind a hoisted function": ["crashed", `export default function f() { return 1; } throw 1;`],
  "TypeScript that cannot be stripped": ["crashed", `enum Colour { Red } export default () => Colour.Red;`],
  "a hoisted function before an await for ever": [
    "timeout",
    `export default function f() { return 1; } await new Promise(() => {});`,
  ],
};

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await openSandbox({}, LIMITS);
});
afterAll(async () => sandbox[Symbol.asyncDispose]());

test.each(Object.entries(attacks))("%s", async (_, [expected, code]) => {
  const execution = await sandbox.run(code);
  if (expected instanceof RegExp) {
    expect(execution).toMatchObject({ outcome: "ok", outputs: [{ error: expect.stringMatching(expected) }] });
  } else {
    expect([expected].flat()).toContain(execution.outcome);
  }
  expect(execution.usage.wallMs).toBeLessThan(LIMITS.wallMs + 500);
  const cap = allowance(limitsOf(LIMITS), 1_024) / 1_048_576;
  expect(execution.usage.peakMemoryMb ?? 0).toBeLessThanOrEqual(cap);
  expect(await answerOf(sandbox, `export default (x: number): number => x + 1;`, 41)).toBe(42);
});

test.each(["filling a Map", "an array that grows", "new Array(1e9).fill()"])(
  "%s is out of memory where there is time enough",
  async (name) => {
    const execution = await sandbox.run(attacks[name]![1], [1], { limits: { wallMs: 50_000 } });
    expect(execution).toMatchObject({ outcome: "out-of-memory", reason: expect.stringContaining("more than 64 MB") });
    expect(await answerOf(sandbox, `export default (x: number): number => x + 1;`, 41)).toBe(42);
  },
);

test("limits CPU time apart from wall time", async () => {
  const execution = await sandbox.run(`export default () => { for (;;); }`, [1], {
    limits: { wallMs: 30_000, cpuMs: 200 },
  });
  expect(execution).toMatchObject({ outcome: "timeout", reason: expect.stringContaining("200 ms of CPU time") });
  expect(execution.limits).toContainEqual({ limit: "cpuMs", value: 200, by: "procfs+sigkill" });
  expect(execution.usage.cpuMs).toBeGreaterThanOrEqual(200);
});

test("counts the wall time over all inputs, not for each", async () => {
  const slow = `export default () => { let x = 0; for (let i = 0; i < 2e8; i++) x += i % 7; return x; }`;
  const execution = await sandbox.run(
    slow,
    Array.from({ length: 1_000 }, (_, i) => i),
  );
  expect(execution.outcome).toBe("timeout");
});

test("cuts what a candidate prints, and says nothing else about it", async () => {
  const execution = await sandbox.run(
    `export default () => { for (let i = 0; i < 2000; i++) { console.log("out" + "x".repeat(1000)); console.error("err" + "é".repeat(1000)); } return 1; }`,
  );
  expect(execution.outcome).toBe("ok");
  expect(execution.stdout).toMatch(/^outx/);
  expect(execution.stdout).toHaveLength(65_536);
  expect(execution.stderr).toMatch(/^erré/);
  expect(execution.stderr).toHaveLength(65_536);
});
