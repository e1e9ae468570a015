import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { escape, ESCAPES, testEscapes } from "../index.ts";
import { failuresOf } from "../test/failures.ts";
import { NaiveExecutor } from "../test/naive-executor.ts";
import { runSuite } from "../support/runner.ts";

const programs = Object.values(ESCAPES).flat();

test("there are many programs, each with a name of its own and told in words", () => {
  expect(programs.length).toBeGreaterThanOrEqual(60);
  expect(new Set(programs.map(({ name }) => name)).size).toBe(programs.length);
  expect(new Set(programs.map(({ code }) => code)).size).toBe(programs.length);
  for (const { tries } of programs) expect(tries).toMatch(/\S.*\.$/);
});

test("each program is a module that can be parsed, so that none passes for nothing", () => {
  const script = `const { SourceTextModule } = await import("node:vm"); const bad = [];
    for (const { name, code } of JSON.parse(require("node:fs").readFileSync(0, "utf8"))) try { new SourceTextModule(code); } catch (error) { bad.push(name + ": " + error.message); }
    console.log(JSON.stringify(bad));`.replace('require("node:fs")', '(await import("node:fs"))');
  const flags = ["--no-warnings", "--experimental-vm-modules", "--input-type=module", "-e", script];
  const bad: unknown = JSON.parse(
    execFileSync(process.execPath, flags, { input: JSON.stringify(programs), encoding: "utf8" }),
  );
  expect(bad).toEqual([]);
});

type Mode = "plain" | "vm" | "shared";

const makeOf = (mode: Mode) => () =>
  mode === "shared" ? new NaiveExecutor("vm", { fresh: false }) : new NaiveExecutor(mode);

// [sandbox, program, what the suite must say of it]
const SUCCESSES: readonly (readonly [Mode, string, RegExp])[] = [
  ["plain", "import() of node:fs", /import\(\) gives node:fs/],
  ["plain", "import() of node:child_process", /import\(\) gives node:child_process/],
  ["plain", "import() of node:inspector/promises", /import\(\) gives node:inspector/],
  ["plain", "import() of files", /import of a file gives/],
  ["plain", "import() of data and the network", /import\(\) gives data:/],
  ["plain", "a static import of node:fs", /runs with node:fs/],
  ["plain", "a static export of node:child_process", /runs with node:child_process/],
  ["plain", "require, in all of its places", /there is a require/],
  ["plain", "process and its bindings", /there is a process/],
  ["plain", "the environment", /an environment/],
  ["plain", "the network, by every door", /a door to the network opens/],
  ["plain", "messages to whoever listens", /there is BroadcastChannel/],
  ["plain", "writes beside the canary", /escaped|written/],
  ["plain", "the Function constructor", /code from text gives the process id/],
  ["plain", "eval, direct and indirect", /eval: code from text gives the process id/],
  ["plain", "hooks on async work", /async_hooks can be had/],
  ["plain", "buffers until memory is gone", /holds \d+ MB/],
  ["plain", "shared buffers until memory is gone", /holds \d+ MB/],
  ["plain", "resizable buffers until memory is gone", /holds \d+ MB/],
  ["plain", "wasm memory until memory is gone", /holds \d+ MB/],
  ["plain", "a fine clock", /a clock with steps of/],
  ["vm", "walk over the input", /prototypes end in another realm/],
  ["vm", "walk over this and arguments", /prototypes end in another realm/],
  ["vm", "walk over the console", /prototypes end in another realm/],
  ["vm", "rejections of the loader", /prototypes end in another realm/],
  ["vm", "traps on Object.prototype", /receiver of then: code from text gives the process id/],
  ["vm", "constructors of what the sandbox gives", /given: code from text gives the process id/],
  ["vm", "Reflect.construct with a foreign target", /prototypes end in another realm/],
  ["vm", "an error with a symbol as its name", /prototypes end in another realm/],
  ["vm", "a promise of an async function with another species", /rejected: its prototypes end in another realm/],
  ["vm", "broken promises of a proxy", /prototypes end in another realm/],
  ["shared", "marks on globals", /another world/],
  ["shared", "marks on prototypes", /another world/],
  ["shared", "broken intrinsics", /the next job/],
  ["shared", "frozen intrinsics", /the next job/],
  ["shared", "the last match of a regular expression", /another world/],
  ["shared", "microtasks without end after the end", /the next job/],
  ["shared", "buffers kept and shared", /another world/],
  ["shared", "finalizers after the end", /another world/],
];

describe("programs find their way out of a sandbox that is none", () => {
  test.each(SUCCESSES)("%s: %s", async (mode, program, said) => {
    // Time enough to succeed in, also on a busy machine.
    const limits = { wallMs: 15_000 };
    const results = await runSuite(
      (runner) => testEscapes(makeOf(mode), { runner, limits }),
      (name) => name.endsWith(` > ${program}`),
    );
    expect(results).toHaveLength(1);
    expect(results[0]!.error?.message ?? "it was contained").toMatch(said);
  });
});

test("with a machine around it, objects of another realm are no way out, but what they lead to is", async () => {
  const foreign = escape("a foreign object", "It says so.", {
    attack: 'say("x: its prototypes end in another realm");',
  });
  const more = { own: [foreign] };
  const failures = (name: string, boundary: "realm" | "machine"): Promise<readonly string[]> =>
    failuresOf((runner) => testEscapes(makeOf("vm"), { runner, more, boundary, limits: { wallMs: 15_000 } }), name);
  expect(await failures("> a foreign object", "realm")).toHaveLength(1);
  expect(await failures("> a foreign object", "machine")).toEqual([]);
  expect((await failures("> constructors of what the sandbox gives", "machine")).join()).toContain("the process id");
});

test("an executor that ends jobs too late is noticed", async () => {
  const late = await failuresOf(
    (runner) => testEscapes(() => new NaiveExecutor("plain", { slackMs: 4_000 }), { runner, limits: { wallMs: 500 } }),
    "> microtasks without end",
  );
  expect(late.join()).toMatch(/ms of 500 ms/);
});

test("an executor that keeps the next job waiting is noticed, although it tells nothing of it", async () => {
  const slow = await failuresOf(
    (runner) => testEscapes(() => new NaiveExecutor("plain", { restMs: 4_000 }), { runner, limits: { wallMs: 500 } }),
    "> microtasks without end",
  );
  expect(slow.join()).toMatch(/the job after the program took \d+ ms of 500 ms/);
});

test("a harmless program is not blamed", async () => {
  const more = { harmless: [escape("nothing at all", "It does nothing.", { attack: "void info;" })] };
  expect(await failuresOf((runner) => testEscapes(makeOf("vm"), { runner, more }), "nothing at all")).toEqual([]);
});
