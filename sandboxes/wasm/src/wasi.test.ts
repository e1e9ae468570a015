import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { assemblyScriptPrograms } from "./test/programs.ts";
import { answer, openSandbox, outputsOf, type Sandbox, valuesOf } from "./test/sandbox.ts";

/** AssemblyScript reaches every import of WASI by itself, so it serves for hostile programs as well. */
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await openSandbox({ build: { language: "assemblyscript", source: "main.ts", optimize: 1 } });
});
afterAll(() => sandbox[Symbol.asyncDispose]());

const wasi = (name: string, types: string): string =>
  `@external("wasi_snapshot_preview1", "${name}") declare function ${name}(${types}): i32;`;

test("JSON lines in, JSON lines out, in order", async () => {
  const inputs = [1, "two", { three: [null, true, "語 😀"] }, [], ...Array.from({ length: 2_000 }, (_, i) => i)];
  expect(valuesOf(await sandbox.run(answer(`return input;`), inputs))).toEqual(inputs);
  expect(outputsOf(await sandbox.run(answer(`return input;`), []))).toEqual([]);
});

test("a line that is no JSON is an error of that input", async () => {
  const spelled = [
    "NaN",
    "1e999",
    "-0",
    "",
    "1 2",
    "undefined",
    '{"__proto__":{"a":1}}',
    "[".repeat(300) + "]".repeat(300),
    " 5 ",
  ];
  const outputs = outputsOf(
    await sandbox.run(
      answer(`return JSON_TEXT[i32(parseInt(input))];`, `const JSON_TEXT: string[] = ${JSON.stringify(spelled)};`),
      spelled.map((_, i) => i),
    ),
  );
  expect(outputs.map((output) => ("value" in output ? output.value : "error"))).toEqual([
    "error",
    "error",
    0,
    "error",
    "error",
    "error",
    "error",
    "error",
    5,
  ]);
});

test("another number of lines is nobody's answer", async () => {
  for (const text of [`"1\\n2"`, `""`]) {
    const code = answer(`return ${text};`);
    const execution = await sandbox.run(code, text === `""` ? [] : [1]);
    expect(execution.outcome).toBe(text === `""` ? "ok" : "crashed");
  }
  expect(await sandbox.run(answer(`return "1\\n2";`), [1])).toMatchObject({
    outcome: "crashed",
    reason: "2 lines of output for 1 inputs",
  });
});

test("the same seed gives the same bytes, another seed others", async () => {
  const code = answer(
    `random_get(p, 16); clock_time_get(0, 1, t); return "[" + load<u64>(p).toString() + "," + load<u64>(p, 8).toString() + "," + Math.random().toString() + "," + load<u64>(t).toString() + "]";`,
    `${wasi("random_get", "p: usize, n: i32")}\n${wasi("clock_time_get", "id: i32, precision: i64, result: usize")}\nconst p = memory.data(16); const t = memory.data(8);`,
  );
  const run = async (seed: number): Promise<string> =>
    JSON.stringify(outputsOf(await sandbox.run(code, [1, 2, 3], { seed })));
  const first = await run(1);
  expect(await run(1)).toBe(first);
  expect(await run(2)).not.toBe(first);
  for (const time of valuesOf(await sandbox.run(code, [1, 2]))) expect((time as number[])[3]).toBe(0);
});

test("a clock is as coarse as it was configured", async () => {
  const clocked = {
    build: { language: "assemblyscript", source: "main.ts", optimize: 1 },
    clock: { resolutionMs: 1_000 },
  } as const;
  await using coarse = await openSandbox(clocked);
  const code = answer(
    `clock_time_get(0, 1, t); clock_res_get(0, t + 8); return "[" + load<u64>(t).toString() + "," + load<u64>(t, 8).toString() + "]";`,
    `${wasi("clock_time_get", "id: i32, precision: i64, result: usize")}\n${wasi("clock_res_get", "id: i32, result: usize")}\nconst t = memory.data(16);`,
  );
  const [value] = valuesOf(await coarse.run(code)) as [[number, number]];
  expect(value[0] % 1e9).toBe(0);
  expect(Math.abs(value[0] / 1e6 - Date.now())).toBeLessThan(60_000);
  expect(value[1]).toBe(1e9);
});

test("there are no folders, no environment and no sockets", async () => {
  const code = answer(
    `environ_sizes_get(p, p + 4); args_sizes_get(p + 8, p + 12);
     const open = path_open(3, 0, p, 4, 0, 0, 0, 0, p); const prestat = fd_prestat_get(3, p + 16); const send = sock_send(1, p, 0, 0, p + 20);
     return "[" + [load<i32>(p), load<i32>(p, 8), open, prestat, send, fd_read(3, p, 0, p)].toString() + "]";`,
    `${wasi("environ_sizes_get", "a: usize, b: usize")}\n${wasi("args_sizes_get", "a: usize, b: usize")}\n${wasi("fd_prestat_get", "fd: i32, p: usize")}
     ${wasi("path_open", "fd: i32, a: i32, b: usize, c: i32, d: i32, e: i64, f: i64, g: i32, h: usize")}\n${wasi("sock_send", "fd: i32, a: usize, b: i32, c: i32, d: usize")}
     ${wasi("fd_read", "fd: i32, a: usize, b: i32, c: usize")}\nconst p = memory.data(64);`,
  );
  const [value] = valuesOf(await sandbox.run(code));
  const [environment, argumentCount, ...errors] = value as number[];
  expect([environment, argumentCount]).toEqual([0, 3]);
  for (const error of errors) expect(error).toBeGreaterThan(0);
});

describe("what ends badly", () => {
  const endless = { wallMs: 400 };
  const poll = wasi("poll_oneoff", "a: usize, b: usize, n: i32, r: usize");
  test.each([
    ["an endless loop", answer(`while (true) {} return "";`), "timeout", endless],
    [
      "a long sleep",
      answer(
        `store<u64>(p, 1000000000000, 24); poll_oneoff(p, p + 64, 1, p + 128); return "1";`,
        `${poll}\nconst p = memory.data(256);`,
      ),
      "timeout",
      endless,
    ],
    [
      "memory without end",
      answer(
        `while (true) { all.push(new StaticArray<u8>(100000)); } return "";`,
        `const all: StaticArray<u8>[] = [];`,
      ),
      "out-of-memory",
      {},
    ],
    [
      "memory that is asked for and refused for ever",
      answer(`while (true) { memory.grow(1); } return "";`),
      "out-of-memory",
      {},
    ],
    ["an abort", answer(`throw new Error("it breaks");`), "crashed", {}],
    ["a trap", answer(`unreachable(); return "";`), "crashed", {}],
    ["an index out of bounds", answer(`return load<u8>(0xfffffff0).toString();`), "crashed", {}],
    ["recursion without end", answer(`return answer(input) + "1";`), "crashed", {}],
    [
      "an exit with an error",
      answer(
        `proc_exit(3); return "";`,
        `@external("wasi_snapshot_preview1", "proc_exit") declare function proc_exit(code: i32): void;`,
      ),
      "crashed",
      {},
    ],
    [
      "an import of something else",
      answer(`return host().toString();`, `@external("env", "host") declare function host(): i32;`),
      "violation",
      {},
    ],
    ["output without end", answer(`return "x".repeat(5000000);`), "output-limit", { outputBytes: 1_000_000 }],
    [
      "output from all over its memory, again and again",
      answer(
        `store<u32>(p, 0); store<u32>(p, 65536, 4); while (true) fd_write(1, p, 1, p + 8); return "";`,
        `${wasi("fd_write", "fd: i32, v: usize, n: i32, r: usize")}\nconst p = memory.data(16);`,
      ),
      "output-limit",
      { outputBytes: 1_000_000 },
    ],
    ["stderr without end", answer(`while (true) { trace("x".repeat(10000)); } return "";`), "timeout", endless],
  ])("%s", async (_, code, outcome, limits) => {
    const execution = await sandbox.run(code, [1], { limits });
    expect(execution).toMatchObject({ outcome });
    if (outcome === "timeout") expect(execution.usage.wallMs).toBeLessThan(900);
    expect(execution.stderr.length).toBeLessThanOrEqual(65_536);
    expect(valuesOf(await sandbox.run(answer(`return input;`), ["still there"]))).toEqual(["still there"]);
  });

  test("pointers to anywhere are errors of the call, not of the sandbox", async () => {
    const wild = answer(
      `let sum = 0; for (let i = 0; i < 64; i++) { const at = usize(0xffffffff) - usize(i) * 0x3fffff1; sum += fd_write(1, at, 0x7fffffff, at) + fd_read(0, at, i32(0x80000000), at) + random_get(at, -1) + args_get(at, at) + clock_time_get(0, -1, at) + poll_oneoff(at, at, -1, at); } return sum.toString();`,
      [
        wasi("fd_write", "fd: i32, v: usize, n: i32, r: usize"),
        wasi("fd_read", "fd: i32, v: usize, n: i32, r: usize"),
        wasi("random_get", "p: usize, n: i32"),
        wasi("args_get", "a: usize, b: usize"),
        wasi("clock_time_get", "id: i32, precision: i64, result: usize"),
        poll,
      ].join("\n"),
    );
    const [sum] = valuesOf(await sandbox.run(wild));
    expect(sum).toBe(64 * 6 * 21);
  });
});

test("a module keeps nothing from one job to the next", async () => {
  const code = answer(`count++; return count.toString();`, `let count = 0;`);
  for (let i = 0; i < 3; i++) expect(valuesOf(await sandbox.run(code, [1, 1]))).toEqual([1, 2]);
});

test.each(Object.entries(assemblyScriptPrograms.behaviours))(
  "the conformance program %s behaves as its name says",
  async (name, { files }) => {
    const outcomes: Record<string, string> = {
      crash: "crashed",
      spin: "timeout",
      wait: "timeout",
      hog: "out-of-memory",
      flood: "ok",
    };
    const execution = await sandbox.run(files, [3], {
      limits: name === "spin" || name === "wait" ? { wallMs: 400 } : {},
    });
    expect(execution.outcome).toBe(outcomes[name] ?? "ok");
    const answers: Record<string, unknown> = {
      echo: { value: 3 },
      flood: { value: "xxx" },
      remember: { value: 1 },
      meet: { value: [] },
      garbage: { error: expect.any(String) },
    };
    if (name in answers) expect(outputsOf(execution)).toEqual([answers[name]]);
  },
);

test("the message of a crash is there for the proposer", async () => {
  const execution = await sandbox.run(answer(`if (input.length > 0) throw new Error("circles overlap"); return "1";`));
  expect(execution).toMatchObject({
    outcome: "crashed",
    reason: expect.stringContaining("circles overlap at main.ts:2"),
  });
});
