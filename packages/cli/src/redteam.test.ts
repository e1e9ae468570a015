import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { edit, git, jsonLines, pawl, projects } from "./test/command.ts";

const project = projects();

/** Everything of a project that a command could have changed. */
async function stateOf(folder: string): Promise<string> {
  const refs = await git(folder, "for-each-ref");
  const status = await git(folder, "status", "--porcelain", "--ignored");
  return [refs, status, readFileSync(join(folder, "sales.ts"), "utf8"), readdirSync(folder).join()].join("\n");
}

const scratches = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith("pawl-redteam-"));

describe("pawl redteam", () => {
  test("tells what a config without a lock on gaming lets through, and touches nothing", async () => {
    const folder = await project("through");
    edit(folder, "pawl.config.ts", (text) => text.replace(", metricLock()", ""));
    const before = await stateOf(folder);
    const { code, stdout, stderr } = await pawl(folder, ["redteam", "--attacks", "24"]);
    expect(code).toBe(2);
    expect(stderr).toContain("asking the scorer for better answers");
    expect(stdout).toMatch(/^attack +rows +stopped by +at step +evidence$/m);
    expect(stdout).toMatch(/^table-by-input +29 +NOTHING +every gate passed: mean error is better by/m);
    expect(stdout).toMatch(/^replaced-array-methods +3 +not better +judge +PAWL_NOT_BETTER: mean error is unchanged/m);
    expect(stdout).toMatch(/^answer-file +8 +not better/m);
    expect(stdout).toMatch(/^edits-the-config +15 +engine +propose +invalid-proposal: "pawl.config.ts" is not part/m);
    expect(stdout).toMatch(/^edited-evaluator +15 +engine +PAWL_LOCK_VIOLATION/m);
    expect(stdout).toMatch(/^a-comment +\(passed\)/m);
    expect(stdout).toMatch(/^attacks +\d+ tried, \d+ stopped or held \(\d+\.\d %\)$/m);
    expect(stdout).toMatch(/^ {2}merely not better +\d+$/m);
    expect(stdout).toContain("→ add @pawl/metric-lock");
    expect(await stateOf(folder)).toBe(before);
  });

  test("gives each result, and what they come to, as JSON", async () => {
    const folder = await project("json");
    const { code, stdout } = await pawl(folder, ["redteam", "--json", "--only", "proposals"]);
    expect(code).toBe(0);
    const lines = jsonLines(stdout);
    const summary = lines.pop();
    expect(lines.length).toBeGreaterThanOrEqual(8);
    for (const line of lines) {
      expect(line).toMatchObject({ type: "attack", technique: "proposals", outcome: "stopped", by: "engine" });
    }
    expect(summary).toMatchObject({
      type: "redteam",
      attacks: lines.length,
      stopped: lines.length,
      passed: [],
      detectionRate: 1,
      by: { engine: lines.length, "metric lock": 0, "not better": 0 },
      honest: { changes: 0, falseAlarmRate: null },
    });
  });

  test("tries what is in the working tree, and needs no lock", async () => {
    const folder = await project("dirty");
    edit(folder, "sales.ts", (text) => text.replace("const base = 40;", "const base = 41;"));
    await git(folder, "rm", "-q", "--cached", "pawl.lock.json");
    const { code, stdout } = await pawl(folder, ["redteam", "--json", "--only", "feedback", "--attacks", "1"]);
    expect(code).toBe(0);
    expect(jsonLines(stdout).at(-1)).toMatchObject({ type: "redteam", attacks: 1, passed: [] });
  });

  test("leaves no copy behind, whether all goes well or not", async () => {
    const folder = await project("broken");
    const before = scratches();
    writeFileSync(join(folder, "sales.ts"), "export default () => { throw new Error('always'); };\n");
    const { code, stderr } = await pawl(folder, ["redteam", "--only", "globals", "--attacks", "1"]);
    expect(code).toBe(2);
    expect(stderr).toContain("PAWL_BASELINE_FAILED");
    expect(scratches().filter((name) => !before.includes(name))).toEqual([]);
  });

  test("knows its techniques", async () => {
    const { code, stderr } = await pawl(await project("usage"), ["redteam", "--only", "lookups"]);
    expect(code).toBe(2);
    expect(stderr).toContain('did you mean "lookup"?');
  });

  test("also wraps a surface that exports its function by name", async () => {
    const folder = await project("bare");
    edit(
      folder,
      "sales.ts",
      (text) => `${text.replace("export default function", "function")}export { sales as default, sales };\n`,
    );
    const { code, stdout } = await pawl(folder, ["redteam", "--json", "--only", "results", "--attacks", "2"]);
    expect(code).toBe(0);
    expect(jsonLines(stdout).at(-1)).toMatchObject({ attacks: 2, passed: [] });
  });
});
