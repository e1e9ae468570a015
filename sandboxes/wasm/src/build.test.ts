import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Json } from "@pawl/plugin";
import { compilerOf } from "./build/native.ts";
import { answer, batchOf, executorOf, limitsOf, never, openSandbox, outputsOf, valuesOf } from "./test/sandbox.ts";

const assemblyscript = { language: "assemblyscript", source: "main.ts", optimize: 1 } as const;

describe("AssemblyScript", () => {
  test("what the compiler says is the reason of a crash, and the next build works", async () => {
    await using sandbox = await openSandbox({ build: assemblyscript });
    const wrong: [string, RegExp][] = [
      [answer(`return nothing;`), /Cannot find name 'nothing'[\s\S]*main\.ts\(2/],
      // Remarks do not drown what is wrong.
      [
        answer(`return nothing;`, "const xs: f64[] = [1]; " + "xs[0]!; ".repeat(50)),
        /^ERROR[^]*Cannot find name 'nothing'/,
      ],
      [`export function reply(): void {}`, /no exported member 'answer'/],
      [`export function answer(input: string): string {`, /main\.ts/],
      [answer(`return other();`, `import { other } from "./other";`), /File 'other\.ts' not found/],
      [answer(`return "";`, `import { x } from "../../../../etc/passwd";`), /not found/],
    ];
    for (const [code, reason] of wrong) {
      const execution = await sandbox.run(code);
      expect(execution).toMatchObject({ outcome: "crashed", reason: expect.stringMatching(reason) });
      expect(execution.limits.map(({ limit }) => limit)).toContain("memoryMb");
    }
    expect(valuesOf(await sandbox.run(answer(`return input;`), [5]))).toEqual([5]);
  });

  test("several files are one module, and the adapter cannot be replaced", async () => {
    await using sandbox = await openSandbox({ build: assemblyscript });
    const files = {
      "main.ts": answer(`return twice(i32(parseInt(input))).toString();`, `import { twice } from "./lib/twice";`),
      "lib/twice.ts": `export function twice(x: i32): i32 { return 2 * x; }`,
      "pawl-adapter.ts": `export function _start(): void { unreachable(); }`,
    };
    expect(valuesOf(await sandbox.run(files, [21]))).toEqual([42]);
  });

  test("what a surface does when it is loaded may print, draw and abort", async () => {
    await using sandbox = await openSandbox({ build: assemblyscript });
    const early = `trace("early"); const text = "x".repeat(3); const drawn = Math.random();`;
    const execution = await sandbox.run(answer(`return drawn < 1 ? '"' + text + '"' : "0";`, early));
    expect(valuesOf(execution)).toEqual(["xxx"]);
    expect(execution.stderr).toBe("early\n");
    const failed = await sandbox.run(answer(`return input;`, `if (Math.random() < 2) throw new Error("not today");`));
    expect(failed).toMatchObject({ outcome: "crashed", reason: expect.stringContaining("not today") });
  });

  test("the same files are built once", async () => {
    await using sandbox = await openSandbox({ build: assemblyscript });
    const code = answer(`return input;`);
    const timed = async (): Promise<number> => {
      const started = performance.now();
      await sandbox.run(code, [1]);
      return performance.now() - started;
    };
    const first = await timed();
    const again = Math.min(await timed(), await timed(), await timed());
    expect(again).toBeLessThan(first / 3);
  });

  test("a build that takes too long is a failed experiment, and is not remembered", async () => {
    const slow = Array.from(
      { length: 400 },
      (_, i) => `function f${i}(x: f64): f64 { return ${"x * ".repeat(60)}${i}.5; }`,
    );
    const all = Array.from({ length: 400 }, (_, i) => `f${i}(1)`).join(" + ");
    await using sandbox = await openSandbox({ build: { ...assemblyscript, optimize: 3, wallMs: 100 } });
    for (let i = 0; i < 2; i++) {
      const execution = await sandbox.run(answer(`return (${all}).toString();`, slow.join("\n")));
      expect(execution).toMatchObject({ outcome: "timeout", reason: "the build: not done after 100 ms" });
      expect(execution.usage.wallMs).toBeGreaterThan(50);
    }
  });
});

describe("a module that needs no build", () => {
  // (module (memory (export "memory") 1) (func (export "_start")))
  const EMPTY = "AGFzbQEAAAABBAFgAAADAgEABQMBAAEHEwIGbWVtb3J5AgAGX3N0YXJ0AAAKBAECAAs=";
  const program = (argv: readonly string[], more: object = {}) => ({ kind: "exec" as const, argv, ...more });

  test("is base64 among the candidate's files, or a locked file beside the program", async () => {
    await using sandbox = await openSandbox();
    const entry = program(["solver.wasm"]);
    expect(outputsOf(await sandbox.run({ "solver.wasm.b64": EMPTY }, [], { entry }))).toEqual([]);
    const bundle = { digest: "x", files: { "solver.wasm": Buffer.from(EMPTY, "base64") } };
    expect(outputsOf(await sandbox.run({}, [], { entry: program(["solver.wasm"], { bundle }) }))).toEqual([]);
    const executions: [Record<string, string>, RegExp][] = [
      [{}, /no module solver\.wasm/],
      [{ "solver.wasm.b64": "*" }, /not base64/],
      [{ "solver.wasm.b64": "AAAA" }, /no WebAssembly module/],
      [{ "solver.wasm.b64": "AGFzbQEAAAADAgEF" }, /cannot be compiled/],
    ];
    for (const [files, reason] of executions) {
      expect(await sandbox.run(files, [], { entry })).toMatchObject({
        outcome: "crashed",
        reason: expect.stringMatching(reason),
      });
    }
  });

  test("gets no environment, artifacts or evaluator", async () => {
    const executor = await executorOf();
    await executor.prepare!({ limits: limitsOf(), concurrency: 1, run: "test" }, never);
    const refused = [{ env: { A: "1" } }, { artifacts: ["a"] }, { evaluator: { argv: ["b"] } }];
    for (const more of refused) {
      const job = {
        id: "1",
        files: {},
        entry: program(["a.wasm"], more),
        inputs: batchOf([]),
        seed: 1,
        limits: limitsOf(),
      };
      await expect(executor.execute(job, never)).rejects.toMatchObject({
        code: "PAWL_SANDBOX_UNENFORCEABLE",
        path: `entry.${Object.keys(more)[0]}`,
      });
    }
    await executor.close!();
  });
});

const C = (body: string): string => `#include <stdio.h>
#include <stdlib.h>
#include <string.h>
int main(int argc, char **argv) { static char line[65536]; while (fgets(line, sizeof line, stdin)) { ${body} } return 0; }`;
const RUST = (body: string): string => `use std::io::BufRead;
fn main() { for line in std::io::stdin().lock().lines() { let line = line.unwrap(); ${body} } }`;

interface Language {
  readonly language: "c" | "rust";
  readonly source: string;
  readonly echo: string;
  readonly hog: string;
  readonly wrong: string;
  readonly peek: string;
  readonly steals: readonly string[];
  /** Keeps the compiler busy for longer than anybody waits. */
  readonly endless: string;
}

const LANGUAGES: readonly Language[] = [
  {
    language: "c",
    source: "main.c",
    echo: C(`fputs(line, stdout);`),
    hog: C(
      `char *kept = 0; for (;;) { char *p = malloc(1000000); if (p) { memset(p, 1, 1000000); *(char **)p = kept; kept = p; } else if (kept) putc(kept[9], stderr); }`,
    ),
    wrong: `int main() { return nothing; }`,
    peek: C(`FILE *f = fopen("/etc/passwd", "r"); printf("%d\\n", f != 0);`),
    steals: [
      `#include "/etc/passwd"`,
      `#include "../../../../proc/1/environ"`,
      `__asm__(".incbin \\"/etc/passwd\\""); int main() { return 0; }`,
    ],
    endless: `#define A(x) x x x x x x x x x x\n#define B(x) A(A(A(A(x))))\nint main() { volatile int i = 0; B(B(i++;)) return i; }`,
  },
  {
    language: "rust",
    source: "main.rs",
    echo: RUST(`println!("{line}");`),
    hog: RUST(
      `let mut all: Vec<Vec<u8>> = vec![]; while !line.is_empty() { all.push(vec![1u8; 1_000_000]); } println!("{}", all.len());`,
    ),
    wrong: `fn main() { nothing }`,
    peek: RUST(`let _ = line; println!("{}", i32::from(std::fs::read("/etc/passwd").is_ok()));`),
    steals: [`fn main() { println!("{:?}", include_str!("/etc/passwd")); }`],
    endless: `macro_rules! a { ($($x:tt)*) => { a!{$($x)* $($x)*} } } fn main() { a!{x} }`,
  },
];

for (const { language, source, echo, hog, wrong, peek, steals, endless } of LANGUAGES) {
  const compiler = compilerOf(language);
  if (typeof compiler === "string" && process.env["PAWL_REQUIRE_COMPILERS"] === "1")
    throw new Error(`PAWL_REQUIRE_COMPILERS is set, and ${compiler}`);
  if (typeof compiler === "string")
    console.warn(`\n  NOT TESTED: WebAssembly from ${language}, because ${compiler}.\n`);
  describe.runIf(typeof compiler !== "string")(`${language}, with the system's compiler`, () => {
    test("is built and run, and its sources see no file of the host", async () => {
      await using sandbox = await openSandbox({ build: { language, source } });
      const inputs: Json[] = [1, "two", { three: [null] }];
      expect(valuesOf(await sandbox.run(echo, inputs))).toEqual(inputs);
      expect(await sandbox.run(hog)).toMatchObject({ outcome: "out-of-memory" });
      expect(await sandbox.run(wrong)).toMatchObject({
        outcome: "crashed",
        reason: expect.stringContaining("nothing"),
      });
      expect(valuesOf(await sandbox.run(peek))).toEqual([0]);
      for (const steal of steals) {
        const execution = await sandbox.run(steal);
        expect(execution.outcome).toBe("crashed");
        expect(execution.stderr).not.toContain("root:");
      }
      expect((await sandbox.executor.doctor!(limitsOf())).map(({ ok }) => ok)).not.toContain(false);
    });

    test("a build that takes too long is ended, with everything that it started", async () => {
      await using sandbox = await openSandbox({ build: { language, source, wallMs: 1_500 } });
      const execution = await sandbox.run(endless);
      expect(execution).toMatchObject({ outcome: "timeout", reason: "the build: not done after 1500 ms" });
      expect(execution.usage.wallMs).toBeLessThan(3_500);
      expect(readdirSync("/proc").filter(isCompiler)).toEqual([]);
    });

    test("when the engine is killed, its compiler ends as well", async () => {
      const dist = new URL("../dist/index.js", import.meta.url).href;
      const script = `
        import { createHash } from "node:crypto";
        const { wasm } = await import(${JSON.stringify(dist)});
        const configured = wasm({ build: ${JSON.stringify({ language, source })} });
        const executor = await configured.create(configured.schema.parse(configured.options), { root: "/" });
        const limits = { wallMs: 60_000, memoryMb: 64, diskMb: 0, outputBytes: 1_048_576, network: "none" };
        const { signal } = new AbortController();
        await executor.prepare({ limits, concurrency: 1, run: "test" }, signal);
        const inputs = { items: [1], digest: createHash("sha256").update("[1]").digest("hex") };
        const files = ${JSON.stringify({ [source]: endless })};
        executor.execute({ id: "1", files, entry: { kind: "exec", argv: ["a"] }, inputs, seed: 1, limits }, signal);`;
      const engine = spawn(process.execPath, ["--input-type=module", "-e", script], {
        stdio: ["ignore", "ignore", "inherit"],
      });
      await expect.poll(() => readdirSync("/proc").filter(isCompiler).length, { timeout: 30_000 }).toBeGreaterThan(2);
      engine.kill("SIGKILL");
      await expect.poll(() => readdirSync("/proc").filter(isCompiler), { timeout: 3_000 }).toEqual([]);
    });
  });
}

/** Whether a number in procfs is that of a compiler that one of our builds has started. */
function isCompiler(pid: string): boolean {
  try {
    return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("/tmp/module.wasm");
  } catch {
    return false;
  }
}
