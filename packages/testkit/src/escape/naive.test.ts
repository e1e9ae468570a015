import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { ESCAPES, testEscapes } from "../index.ts";
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
  const bad: unknown = JSON.parse(execFileSync(process.execPath, flags, { input: JSON.stringify(programs), encoding: "utf8" }));
  expect(bad).toEqual([]);
});

/** The names of the programs of some groups that an executor does not withstand. */
async function successes(make: () => NaiveExecutor, groups: readonly string[]): Promise<readonly string[]> {
  const results = await runSuite(
    (runner) => testEscapes(make, { runner, limits: { wallMs: 1_500 } }),
    (name) => groups.some((group) => name.includes(group)),
  );
  return results.flatMap(({ name, error }) => (error === undefined ? [] : [`${name.split(" > ").at(-1)}: ${error.message}`]));
}

describe("against a sandbox that is none", () => {
  test("programs that look for the machine find it", async () => {
    const found = await successes(() => new NaiveExecutor("plain"), ["the machine"]);
    const names = found.join("\n");
    for (const name of ["node:fs", "node:child_process", "process and its bindings", "import() of files", "the environment", "data and the network", "by every door", "beside the canary"]) {
      expect(names, `"${name}" must find its way out`).toContain(name);
    }
    expect(found.length).toBeGreaterThanOrEqual(25);
  });

  test("programs that walk over the boundary of node:vm find the other side", async () => {
    const found = await successes(() => new NaiveExecutor("vm"), ["walks over", "code from text"]);
    const names = found.join("\n");
    for (const name of ["walk over the input", "walk over the console", "constructors of what the sandbox gives"]) {
      expect(names, `"${name}" must find its way out`).toContain(name);
    }
    expect(found.length).toBeGreaterThanOrEqual(15);
  });

  test("programs that leave something for the next job do", async () => {
    const found = await successes(() => new NaiveExecutor("vm"), ["state for the next job"]);
    const names = found.join("\n");
    for (const name of ["marks on globals", "marks on prototypes", "broken intrinsics", "frozen intrinsics", "the last match"]) {
      expect(names, `"${name}" must be noticed`).toContain(name);
    }
  });

  test("programs that hold more memory than they may say so", async () => {
    const escapes = (part: string) => failuresOf((runner) => testEscapes(() => new NaiveExecutor("plain"), { runner, limits: { wallMs: 5_000 } }), part);
    for (const part of ["> buffers until memory", "shared buffers until memory", "wasm memory until memory", "a fine clock"]) {
      expect((await escapes(part)).join(), part).toMatch(/escaped/);
    }
  });

  test("an executor that ends jobs too late is noticed", async () => {
    const late = await failuresOf(
      (runner) => testEscapes(() => new NaiveExecutor("plain", 4_000), { runner, limits: { wallMs: 500 } }),
      "microtasks without end",
    );
    expect(late.join()).toMatch(/ms of 500 ms/);
  });
});
