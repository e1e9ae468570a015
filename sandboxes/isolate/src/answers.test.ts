import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Json } from "@pawl/plugin";
import { answerOf, openSandbox, outputsOf, type Sandbox } from "./test/sandbox.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await openSandbox();
});
afterAll(async () => sandbox[Symbol.asyncDispose]());

const errorOf = async (code: string): Promise<string> => {
  const [output] = outputsOf(await sandbox.run(code));
  if (output === undefined || !("error" in output)) throw new Error(`no error: ${JSON.stringify(output)}`);
  return output.error;
};

test("any JSON value comes back as it went in", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.jsonValue({ maxDepth: 5 }), { minLength: 1, maxLength: 20 }), async (values) => {
      const inputs = JSON.parse(JSON.stringify(values).replaceAll("__proto__", "proto")) as Json[];
      const outputs = outputsOf(await sandbox.run(`export default (x: unknown) => x;`, inputs));
      expect(outputs).toStrictEqual(inputs.map((value) => ({ value })));
    }),
    { numRuns: 60 },
  );
});

test.each([
  ["NaN", "it holds NaN"],
  ["Infinity", "it holds Infinity"],
  ["-Infinity", "it holds -Infinity"],
  ["{ a: [NaN] }", "it holds NaN"],
  ["undefined", "it holds undefined"],
  ["{ a: undefined }", "it holds undefined"],
  ["[1, , 3]", "it holds undefined"],
  ["10n", "it holds a bigint"],
  ["Symbol('s')", "it holds a symbol"],
  ["() => 1", "it holds a function"],
  ["new Date()", "an instance of a class"],
  ["new Map([[1, 2]])", "an instance of a class"],
  ["new (class Quote { price = 1 })()", "an instance of a class"],
  ["{ toJSON: () => 7 }", "it holds a function"],
  ["JSON.parse('{\"__proto__\": 1}')", "__proto__"],
  ["{ get a() { throw new RangeError('getter'); } }", "RangeError: getter"],
  ["new Proxy({}, { ownKeys() { throw new RangeError('trap'); } })", "RangeError: trap"],
  ["((a) => (a.self = a))({})", "cyclic"],
  ["((a) => (a.push(a), a))([])", "cyclic"],
  ["Promise.reject(new TypeError('later'))", "TypeError: later"],
  ["({ then(ok, no) { no('thenable'); } })", "thenable was thrown"],
  ["new Proxy(() => {}, {})", "it holds a function"],
])("%s is that input's error", async (expression, message) => {
  expect(await errorOf(`export default () => (${expression});`)).toContain(message);
});

test.each([
  ["new Error('plain')", "Error: plain"],
  ["'a string'", "a string was thrown"],
  ["undefined", "undefined was thrown"],
  ["null", "null was thrown"],
  ["Symbol('s')", "Symbol(s) was thrown"],
  ["{ toString() { throw 1; } }", "an object was thrown"],
  ["{ get message() { throw 1; }, get name() { throw 1; } }", "cannot be read"],
  ["new Proxy({}, { get() { throw 1; } })", "cannot be read"],
  ["new Proxy({}, { get: () => ({}) })", "an object was thrown"],
  ["Object.create(null)", "an object was thrown"],
  ["() => 1", "a function was thrown"],
  ["{ message: 'm'.repeat(1e6), name: 'n'.repeat(1e6) }", "nnnn"],
])("a thrown %s is told as far as it can be", async (expression, message) => {
  const error = await errorOf(`export default () => { throw ${expression}; };`);
  expect(error).toContain(message);
  expect(error.length).toBeLessThanOrEqual(300);
});

test("negative zero is zero", async () => {
  const value = await answerOf(sandbox, `export default () => [-0, { a: -0 }, -0.5];`);
  expect(value).toStrictEqual([0, { a: 0 }, -0.5]);
});

test("lone surrogates and control characters survive", async () => {
  const text = '\ud800 \u0000 \u2028 \udfff " \\ 語 😀';
  expect(await answerOf(sandbox, `export default (x: string) => ({ [x]: x });`, text)).toStrictEqual({ [text]: text });
});

test("an input that fails does not touch the others", async () => {
  const outputs = outputsOf(
    await sandbox.run(`export default (x: number) => { if (x === 2) throw new Error("two"); return x; };`, [1, 2, 3]),
  );
  expect(outputs).toStrictEqual([{ value: 1 }, { error: "Error: two" }, { value: 3 }]);
});

test("promises are awaited one input after the other", async () => {
  const code = `let running = 0;
    export default async (x: number) => { running++; await null; await null; const seen = running; running--; return [x, seen]; };`;
  expect(outputsOf(await sandbox.run(code, [1, 2, 3]))).toStrictEqual([
    { value: [1, 1] },
    { value: [2, 1] },
    { value: [3, 1] },
  ]);
});

test("every input is an object of its own, in every job", async () => {
  const shared = { a: 1 };
  const code = `export default (x: { a: number }) => { x.a += 1; return x.a; };`;
  const inputs = [shared, shared, shared];
  for (let i = 0; i < 2; i++) {
    expect(outputsOf(await sandbox.run(code, inputs))).toStrictEqual([{ value: 2 }, { value: 2 }, { value: 2 }]);
  }
  expect(shared.a).toBe(1);
});

test("no inputs, no outputs", async () => {
  expect(outputsOf(await sandbox.run(`export default () => 1;`, []))).toStrictEqual([]);
});

test("a rejection that nobody handles is told and harms nothing", async () => {
  const execution = await sandbox.run(
    `export default (x: number) => { Promise.reject(new Error("lost")); return x; };`,
  );
  expect(outputsOf(execution)).toStrictEqual([{ value: 1 }]);
  expect(execution.stderr).toContain("unhandled rejection: Error: lost");
});
