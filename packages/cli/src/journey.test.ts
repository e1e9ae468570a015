import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { git, jsonLines, pawl, projects, succeed, temporaryFolder } from "./test/command.ts";

describe("from an empty folder to a better surface", () => {
  const folder = temporaryFolder();
  const dir = join(folder, "stand");
  let made: string;
  let summary: string;

  beforeAll(async () => {
    made = await succeed(folder, "init", "stand");
    await succeed(folder, "-C", "stand", "lock");
    summary = await succeed(folder, "-C", "stand", "run", "--experiments", "40");
  });

  test("init commits all that it made, in a repository of its own, and the lock is written", async () => {
    expect(made).toContain("pawl -C stand lock");
    expect(readdirSync(dir)).toEqual(expect.arrayContaining([".git", ".gitignore", "package.json", "pawl.lock.json"]));
    expect((await git(dir, "ls-files")).split("\n").toSorted()).toEqual([
      ".gitignore",
      "package.json",
      "pawl.config.ts",
      "sales.ts",
      "scorer.ts",
    ]);
    expect((await git(dir, "status", "--porcelain")).trim()).toBe("?? pawl.lock.json");
  });

  test("the run improves the surface and says so, on validation and in the vault", () => {
    expect(summary).toContain("run-1 started: up to 40 experiments on sales.ts");
    expect(summary).toMatch(/^#\d+ {2}39\.82 → \S+ ice creams {2}.* {2}[0-9a-f]{7}$/m);
    expect(summary).toMatch(/validation +39\.82 → [\d.]+ ice creams {2}\(−[\d.]+ ice creams, \d+ % better\)/);
    expect(summary).toMatch(/vault +35\.515 → [\d.]+ ice creams/);
    expect(summary).toMatch(/experiments +40: \d+ kept · \d+ rejected · 0 held · 0 crashed · 0 timed out/);
  });

  test("the next commands work as they are printed", async () => {
    const commands = [...summary.matchAll(/^ {2}(?:see the champion|see all changes|merge them) +(.*)$/gm)];
    const [show, diff, merge] = commands.map(([, command]) => (command ?? "").split(" "));
    expect(commands).toHaveLength(3);
    expect(show?.[0]).toBe("pawl");
    const shown = await pawl(folder, show?.slice(1) ?? []);
    expect(shown).toMatchObject({ code: 0, stderr: "" });
    expect(shown.stdout).toContain("kept, the champion");
    const changes = await git(folder, ...(diff?.slice(1) ?? []));
    expect(changes).toContain("+++ b/sales.ts");
    await git(folder, ...(merge?.slice(1) ?? []));
    expect(await git(dir, "diff", "pawl/run-1", "--", "sales.ts")).toBe("");
  });

  test("the peek ledger has the exam's look, and nothing else", async () => {
    const [look, ...others] = jsonLines((await pawl(dir, ["log", "--looks", "--json"])).stdout);
    expect(others).toEqual([]);
    expect(look).toMatchObject({ type: "look", run: "run-1", purpose: "exam" });
    expect((await pawl(dir, ["log", "--looks"])).stdout).toMatch(/^when .*\n\S+Z {2}run-1 .* exam /);
  });

  test("status, log and show tell the same story", async () => {
    const status = await pawl(dir, ["status", "--json"]);
    const [state] = jsonLines(status.stdout);
    expect(state).toMatchObject({ type: "status", state: "finished", pid: null, experiments: 40, run: "run-1" });
    const { kept, rejected, champion } = state as {
      kept: number;
      rejected: number;
      champion: { experiment: number; commit: string; validation: number };
    };

    const tsv = (await pawl(dir, ["log", "--tsv"])).stdout.trimEnd().split("\n");
    expect(tsv[0]).toBe(
      "experiment\tparent\tstatus\tfailure\tscore\tchampion_score\tgate\twall_ms\tcases_run\tcases\thypothesis",
    );
    const rows = tsv.slice(1).map((line) => line.split("\t"));
    expect(rows).toHaveLength(41);
    expect(new Set(rows.map((row) => row.length))).toEqual(new Set([11]));
    // The baseline is kept, too.
    expect(rows.filter((row) => row[2] === "kept")).toHaveLength(kept + 1);
    expect(rows.filter((row) => row[2] === "rejected")).toHaveLength(rejected);

    const events = jsonLines((await pawl(dir, ["log", "--jsonl"])).stdout);
    expect(events.filter(({ type }) => type === "experiment.finished")).toHaveLength(41);
    expect(events.at(-1)).toMatchObject({ type: "run.finished", data: { reason: "experiments" } });

    const [shown = {}] = jsonLines((await pawl(dir, ["show", "--json"])).stdout);
    expect(shown).toMatchObject({
      isChampion: true,
      commit: champion.commit,
      finished: { score: champion.validation },
    });
    expect(await git(dir, "rev-parse", "pawl/run-1")).toBe(champion.commit);
    expect(await git(dir, "show", `${champion.commit}:sales.ts`)).toBe(
      (shown["files"] as Record<string, string>)["sales.ts"]?.trimEnd(),
    );
    const commits = events.filter(({ type }) => type === "champion.committed");
    expect(commits).toHaveLength(kept);
  });

  test("show prints hypothesis, verdicts with evidence, usage, limits and a diff", async () => {
    const { code, stdout } = await pawl(dir, ["show"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}hypothesis {2}\S/m);
    expect(stdout).toMatch(/^ {2}pass {4}@pawl\/gate-improvement \(judge\) {2}PAWL_BETTER$/m);
    expect(stdout).toMatch(/^ +evidence: [\d.,e+]+$/m);
    expect(stdout).toMatch(/^ {2}memoryMb +64 \(.*\)$/m);
    expect(stdout).toMatch(/^-.*$\n^\+.*$/m);
    const baseline = await pawl(dir, ["show", "0"]);
    expect(baseline.stdout).toContain("the unchanged surface");
    expect(baseline.stdout).not.toContain("Diff");
  });

  test("doctor finds nothing wrong, and the ledger whole", async () => {
    const { stdout } = await pawl(dir, ["doctor", "--json"]);
    const [report] = jsonLines(stdout);
    const checks = report?.["checks"] as { name: string; ok?: boolean; detail: string }[];
    expect(checks.find(({ name }) => name === "ledger")).toMatchObject({ ok: true });
    expect(checks.find(({ name }) => name === "lock")).toMatchObject({ ok: true, detail: "fits, epoch 1" });
  });
});

describe("init", () => {
  const folder = temporaryFolder();

  test("every example can be made, and its config loads", async () => {
    for (const example of ["fraud", "pricing", "support-agent", "train", "packing"]) {
      const made = await pawl(folder, ["init", "--example", example, example]);
      expect(made).toMatchObject({ code: 0, stderr: "" });
      expect(existsSync(join(folder, example, "README.md"))).toBe(true);
      expect(readdirSync(join(folder, example)).filter((name) => name.endsWith(".test.ts"))).toEqual([]);
      const { devDependencies } = JSON.parse(readFileSync(join(folder, example, "package.json"), "utf8")) as {
        devDependencies: Record<string, string>;
      };
      expect(Object.values(devDependencies).filter((range) => range.startsWith("workspace:"))).toEqual([]);
      // Whatever its files import can be installed.
      const sources = readdirSync(join(folder, example)).filter((name) => name.endsWith(".ts"));
      const imported = sources.flatMap((name) =>
        [...readFileSync(join(folder, example, name), "utf8").matchAll(/from "(@pawl\/[^"]+)"/g)].map(
          ([, from]) => from,
        ),
      );
      expect(Object.keys(devDependencies)).toEqual(expect.arrayContaining(imported));
    }
  });

  test("a folder inside a repository is left to its owner to commit; an ignored one is not part of it", async () => {
    const outer = join(folder, "outer");
    await pawl(folder, ["init", "outer"]);
    const inside = await pawl(outer, ["init", "--json", "inside"]);
    expect(jsonLines(inside.stdout)[0]).toMatchObject({ repository: "existing" });
    expect(existsSync(join(outer, "inside", ".git"))).toBe(false);
    // The starter's .gitignore names node_modules.
    const ignored = await pawl(outer, ["init", "--json", "node_modules/scratch"]);
    expect(jsonLines(ignored.stdout)[0]).toMatchObject({ repository: "created" });
  });

  test("works without a home and without a git identity", async () => {
    const made = await pawl(folder, ["init", "nobody"], { env: { HOME: "" } });
    expect(made).toMatchObject({ code: 0, stderr: "" });
    expect(await git(join(folder, "nobody"), "log", "-1", "--format=%an <%ae>")).toBe("Pawl <pawl@localhost>");
  });
});

describe("configs in other formats", () => {
  const project = projects();

  test.each([
    [
      "json",
      JSON.stringify({
        surface: "sales.ts",
        proposer: { use: "search" },
        executor: { use: "isolate", options: {} },
        scorer: { use: "./forecast.ts" },
        gates: [{ use: "improvement", options: { falseKeeps: 0.1 } }],
        budget: { experiments: 6 },
      }),
    ],
    [
      "yaml",
      [
        "surface: sales.ts",
        "proposer: { use: search }",
        "executor: { use: '@pawl/sandbox-isolate' }",
        "scorer: { use: ./forecast.ts }",
        "gates:",
        "  - use: improvement",
        "budget: { experiments: 6 }",
      ].join("\n"),
    ],
    ["js", undefined],
    ["mjs", undefined],
  ])("pawl.config.%s", async (ending, text) => {
    const dir = await project(`format-${ending}`);
    const typescript = readFileSync(join(dir, "pawl.config.ts"), "utf8");
    rmSync(join(dir, "pawl.config.ts"));
    rmSync(join(dir, "pawl.lock.json"));
    // The ledger remembers the lock of the other config.
    rmSync(join(dir, ".pawl"), { recursive: true });
    writeFileSync(join(dir, `pawl.config.${ending}`), text ?? typescript);
    writeFileSync(join(dir, "forecast.ts"), 'export { forecast as default } from "./scorer.ts";\n');
    await git(dir, "add", "-A");
    await git(dir, "commit", "-qm", "Another format");
    expect(await pawl(dir, ["lock"])).toMatchObject({ code: 0, stderr: "" });
    const run = await pawl(dir, ["run", "--json", "--experiments", "6"]);
    expect(run.code).toBe(0);
    expect(jsonLines(run.stdout).at(-1)).toMatchObject({ type: "summary", status: "finished", experiments: 6 });
  });
});

describe("equal runs", () => {
  const project = projects();

  test("the same seed at concurrency 1 prints the same stable log", async () => {
    const logs: string[] = [];
    for (const name of ["one", "two"]) {
      const dir = await project(name);
      const run = await pawl(dir, [
        "run",
        "--experiments",
        "15",
        "--concurrency",
        "1",
        "--seed",
        "7",
        "--name",
        "equal",
      ]);
      expect(run.code).toBe(0);
      logs.push((await pawl(dir, ["log", "--jsonl", "--stable"])).stdout);
    }
    expect(logs[0]?.split("\n").length).toBeGreaterThan(30);
    expect(logs[1]).toBe(logs[0]);
    const other = await project("three");
    await pawl(other, ["run", "--experiments", "15", "--concurrency", "1", "--seed", "8", "--name", "equal"]);
    expect((await pawl(other, ["log", "--jsonl", "--stable"])).stdout).not.toBe(logs[0]);
  });
});
