import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Json } from "@pawl/plugin";
import { answerOf, openSandbox, outputsOf, type Sandbox } from "./test/sandbox.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await openSandbox();
});
afterAll(async () => sandbox[Symbol.asyncDispose]());

describe("files", () => {
  const answer = async (files: Record<string, string>): Promise<Json> => {
    const [output] = outputsOf(await sandbox.run(files));
    return (output as { value: Json }).value;
  };

  test("import one another, in TypeScript and JavaScript, with or without the extension", async () => {
    const files = {
      "main.ts": `import { a } from "./lib/a.ts"; import { b } from "./lib/b"; import { c } from "./c.js";
        import type { T } from "./types.ts"; const t: T = 1; export default (): T[] => [a, b, c, t];`,
      "types.ts": `export type T = number;`,
      "lib/a.ts": `import { c } from "../c.js"; export const a: number = c + 10;`,
      "lib/b.js": `export const b = 20;`,
      "c.ts": `export const c = 30 as number;`,
    };
    expect(await answer(files)).toEqual([40, 20, 30, 1]);
  });

  test("may import in circles", async () => {
    const files = {
      "main.ts": `import { odd } from "./odd.ts"; export const even = (n: number): boolean => n === 0 || odd(n - 1); export default () => even(10);`,
      "odd.ts": `import { even } from "./main.ts"; export const odd = (n: number): boolean => n !== 0 && even(n - 1);`,
    };
    expect(await answer(files)).toBe(true);
  });

  test("that are missing are a violation, and a missing export a crash", async () => {
    expect(await sandbox.run({ "main.ts": `import "./gone.ts"; export default () => 1;` })).toMatchObject({
      outcome: "violation",
      reason: expect.stringContaining('"./gone.ts"'),
    });
    const files = {
      "main.ts": `import { x } from "./lib.ts"; export default () => x;`,
      "lib.ts": `export const y = 1;`,
    };
    expect(await sandbox.run(files)).toMatchObject({ outcome: "crashed", reason: expect.stringContaining("x") });
    expect(await sandbox.run({ "other.ts": "" })).toMatchObject({
      outcome: "crashed",
      reason: "there is no file main.ts",
    });
  });

  test("may have odd names", async () => {
    const files = {
      "main.ts": `import x from "./__proto__.ts"; export default () => x;`,
      ["__proto__.ts"]: `export default 5;`,
    };
    expect(await answer(files)).toBe(5);
  });
});

test("what a candidate printed is told, also when it then fails", async () => {
  const hello = `console.log("hello", 1, null, { a: [1] }, undefined, Symbol("s"), () => 1); console.error(new Error("x"));`;
  const stdout = 'hello 1 null {"a":[1]} undefined [symbol] [function]\n';
  expect(await sandbox.run(`${hello} export default () => 1;`)).toMatchObject({
    outcome: "ok",
    stdout,
    stderr: "{}\n",
  });
  expect(await sandbox.run(`${hello} throw new RangeError("stop"); export default () => 1;`)).toMatchObject({
    outcome: "crashed",
    reason: "RangeError: stop",
    stdout,
  });
});

describe("the same job gives the same answers", () => {
  const luck = `export default () => [Math.random(), Math.random(), Math.random()];`;

  test("random numbers come from the seed", async () => {
    const draw = async (seed: number): Promise<unknown> => outputsOf(await sandbox.run(luck, [1, 2], { seed }));
    expect(await draw(7)).toStrictEqual(await draw(7));
    expect(await draw(7)).not.toStrictEqual(await draw(8));
    // Seeds above 32 bits differ as well.
    expect(await draw(1)).not.toStrictEqual(await draw(1 + 2 ** 32));
  });

  test("random numbers are spread evenly", async () => {
    const code = `export default () => { const bins = new Array(10).fill(0); for (let i = 0; i < 1e5; i++) bins[Math.floor(Math.random() * 10)]++; return bins; };`;
    for (const count of (await answerOf(sandbox, code)) as number[]) {
      // Five standard deviations of a binomial with n = 1e5, p = 0.1 are 474.
      expect(Math.abs(count - 10_000)).toBeLessThan(474);
    }
  });

  test("no clock runs", async () => {
    const code = `export default () => {
      const times = [Date.now(), +new Date(), performance.now(), performance.timeOrigin, Date.parse(Date()), +new (class extends Date {})(), Reflect.construct(Date, []).getTime(), new (new Date().constructor)().getTime()];
      for (let i = 0; i < 1e7; i++);
      return [...times, Date.now(), typeof Intl.DateTimeFormat, new Date(0).getHours()];
    };`;
    expect(await answerOf(sandbox, code)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, "undefined", 0]);
  });

  test("dates can still be reckoned with", async () => {
    const code = `export default (x: string) => [new Date(x).toISOString(), Date.UTC(2020, 1, 1), new Date(2020, 0, 15).getDate(), new Date(5) instanceof Date, Object.prototype.toString.call(new Date())];`;
    expect(await answerOf(sandbox, code, "2024-02-29T12:00:00Z")).toEqual([
      "2024-02-29T12:00:00.000Z",
      1_580_515_200_000,
      15,
      true,
      "[object Date]",
    ]);
  });
});

describe("a candidate with strange manners is still read correctly", () => {
  test.each([
    ["it replaces JSON.stringify", `JSON.stringify = () => "999"; JSON.parse = () => [];`],
    [
      "it replaces array methods",
      `for (const k of Object.getOwnPropertyNames(Array.prototype)) if (k !== "constructor" && k !== "length") (Array.prototype as any)[k] = () => { throw 1; };`,
    ],
    [
      "it adds toJSON everywhere",
      `(Object.prototype as any).toJSON = (Number.prototype as any).toJSON = (String.prototype as any).toJSON = () => 999;`,
    ],
    [
      "it sets traps on indices",
      `Object.defineProperty(Array.prototype, "0", { set() { throw 1; }, get: () => 999 }); Object.defineProperty(Object.prototype, "1", { set() { throw 1; } });`,
    ],
    [
      "it replaces promises",
      `Promise.prototype.then = function () { throw 1; }; (globalThis as any).Promise = undefined; Object.defineProperty(Promise_, Symbol.species, { get() { throw 1; } });`,
    ],
    [
      "it replaces string methods",
      `String.prototype.slice = () => "999"; (String.prototype as any)[Symbol.iterator] = null; Number.prototype.toString = () => "999"; (globalThis as any).String = null;`,
    ],
    [
      "it freezes what it finds",
      `for (const o of [Object.prototype, Array.prototype, Function.prototype, Promise.prototype, globalThis]) try { Object.freeze(o); } catch {}`,
    ],
    [
      "it replaces Object and Reflect",
      `Object.keys = () => []; Object.getPrototypeOf = () => null; (globalThis as any).Object = (globalThis as any).Reflect = undefined;`,
    ],
    [
      "it deletes the globals",
      `for (const key of Object.getOwnPropertyNames(globalThis)) try { delete (globalThis as any)[key]; } catch {}`,
    ],
  ])("%s", async (_, manners) => {
    const code = `const Promise_ = Promise; ${manners} export default async (x: number) => ({ x: [x, "s"] });`;
    const outputs = outputsOf(await sandbox.run(code, [1, 2, 3]));
    expect(outputs).toStrictEqual([1, 2, 3].map((x) => ({ value: { x: [x, "s"] } })));
  });

  test("and leaves nothing behind for the next", async () => {
    const dirt = `(globalThis as any).left = 1; (Object.prototype as any).left = 1; Array.prototype.map = () => []; export default () => 1;`;
    for (let i = 0; i < 4; i++) {
      expect((await sandbox.run(dirt)).outcome).toBe("ok");
      const clean = `export default (x: any) => [typeof (globalThis as any).left, typeof x.left, [1].map(() => 2)];`;
      expect(await answerOf(sandbox, clean, {})).toEqual(["undefined", "undefined", [2]]);
    }
  });
});

describe("there is no way out of the isolate", () => {
  test("code is not made from strings", async () => {
    const code = `export default () => [
        () => eval("1"), () => (0, eval)("1"), () => Function("return 1")(), () => new Function("return 1")(),
        () => (() => {}).constructor("return 1")(), () => (async () => {}).constructor("return 1")(),
        () => (function* () {}).constructor("return 1")(), () => (async function* () {}).constructor("return 1")(),
        () => [].map.constructor("return this")(), () => Reflect.construct((class {}).constructor as any, ["return 1"])(),
        () => Object.getPrototypeOf(async () => {}).constructor.constructor("return 1")(),
        () => (console.log as any).constructor("return 1")(), () => Math.random.constructor("return 1")(),
      ].map((attempt) => { try { return String(attempt()); } catch (e) { return e instanceof Error ? e.name : "?"; } });`;
    const results = (await answerOf(sandbox, code)) as string[];
    expect(results).toHaveLength(13);
    for (const result of results) expect(result).toMatch(/^(TypeError|ReferenceError)$/);
  });

  test("constructor chains and stack frames lead only to the isolate's own globals", async () => {
    const code = `
      const seen = new Set<unknown>(); const names = new Set<string>();
      const walk = (value: any, depth: number): void => {
        if (depth > 12 || (typeof value !== "object" && typeof value !== "function") || value === null || seen.has(value)) return;
        seen.add(value);
        for (const key of Reflect.ownKeys(value)) {
          names.add(String(key));
          const property = Reflect.getOwnPropertyDescriptor(value, key)!;
          walk(property.value, depth + 1); walk(property.get, depth + 1); walk(property.set, depth + 1);
        }
        walk(Object.getPrototypeOf(value), depth + 1);
      };
      export default (input: unknown) => {
        (Error as any).prepareStackTrace = (_: unknown, frames: any[]) => frames;
        const frames: any[] = new Error("x").stack as any;
        for (const frame of Array.isArray(frames) ? frames : []) {
          walk(frame, 0);
          for (const method of ["getThis", "getFunction", "getTypeName", "getEvalOrigin", "getFileName"]) {
            try { walk(frame[method](), 0); } catch {}
          }
        }
        walk(globalThis, 0); walk(input, 0); walk((0, function (this: unknown) { return this; })(), 0);
        try { null!.x; } catch (e) { walk(e, 0); }
        return [...names];
      };`;
    const names = (await answerOf(sandbox, code, { a: 1 })) as string[];
    expect(names).toContain("getOwnPropertyDescriptor");
    const foreign = ["process", "require", "module", "Buffer", "applySync", "derefInto", "copyInto", "__ivm_isolate"];
    const gone = [
      "WebAssembly",
      "SharedArrayBuffer",
      "Atomics",
      "FinalizationRegistry",
      "WeakRef",
      "eval",
      "gc",
      "resize",
    ];
    for (const name of [...foreign, ...gone]) expect(names).not.toContain(name);
  });

  test("stack traces do not hand out the harness", async () => {
    const code = `export default () => {
      (Error as any).prepareStackTrace = (_: unknown, frames: any[]) => frames.map((f) => [typeof f.getFunction(), typeof f.getThis()]);
      return (new Error("x") as any).stack;
    };`;
    const frames = (await answerOf(sandbox, code)) as [string, string][];
    expect(frames.length).toBeGreaterThan(1);
    for (const frame of frames) expect(frame).toEqual(["undefined", "undefined"]);
  });
});
