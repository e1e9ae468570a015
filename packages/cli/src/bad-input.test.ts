import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { type Ended, PAWL, cleanEnv, edit, git, jsonLines, pawl, projects, temporaryFolder } from "./test/command.ts";

const project = projects();

/** Every complaint has this shape: a code, a sentence, where, and what to do. */
function complaint({ stderr }: Ended): { code: string; message: string; at: string; remedy: string } {
  const [, code = "", message = ""] = /^(PAWL_[A-Z_]+): (.*)$/m.exec(stderr) ?? [];
  return {
    code,
    message,
    at: /^ {2}at (.*)$/m.exec(stderr)?.[1] ?? "",
    remedy: /^ {2}→ (.*)$/m.exec(stderr)?.[1] ?? "",
  };
}

/** Runs a command that must fail, and checks what is true of every failure. */
async function failing(cwd: string, args: readonly string[], env: Record<string, string> = {}) {
  const ended = await pawl(cwd, args, { env });
  const said = complaint(ended);
  expect(ended.stderr).toMatch(/^PAWL_[A-Z_]+: .+/m);
  expect(ended.stderr).toMatch(/^ {2}→ .+/m);
  expect(ended.stderr).not.toMatch(/^ {4}at .*:\d+:\d+\)?$/m);
  expect(ended.stdout).toBe("");
  return { exit: ended.code, ...said, stderr: ended.stderr };
}

async function commitAll(dir: string): Promise<void> {
  await git(dir, "add", "-A");
  await git(dir, "commit", "-qm", "Change");
}

describe("wrong usage", () => {
  const folder = temporaryFolder();

  test.each([
    [["rnu"], /unknown command 'rnu'.*did you mean run\?/i],
    [["run", "--experimnts", "3"], /unknown option '--experimnts'.*--experiments/i],
    [["run", "--experiments", "many"], /"many" is not a whole number/],
    [["run", "--experiments", "0"], /"0" is not a whole number from 1 on/],
    [["run", "--experiments", "1.5"], /"1\.5" is not a whole number/],
    [["run", "--concurrency", "-1"], /"-1" is not a whole number/],
    [["run", "--seed", "x"], /"x" is not a whole number/],
    [["run", "--wall", "90"], /"90" is not a duration with its unit/],
    [["run", "--usd", "-2"], /"-2" is not an amount/],
    [["run", "--experiments"], /argument missing/],
    [["run", "one", "two"], /too many arguments/],
    [["show", "x"], /"x" is not a whole number from 0 on/],
    [["log", "--jsonl", "--tsv"], /exclude each other/],
    [["log", "--stable"], /only for --jsonl/],
    [["log", "--looks", "--tsv"], /none of the other options/],
    [["lock", "--accept"], /needs a reason/],
    [["lock", "--accept", "--reason", "  "], /needs a reason/],
    [["lock", "--reason", "because"], /only for --accept/],
    [["init", "--example", "frau"], /no example "frau".*did you mean "fraud"\?/],
    [[], /no command/],
  ])("pawl %j", async (args, message) => {
    const failed = await failing(folder, args);
    expect(failed).toMatchObject({ exit: 2, code: "PAWL_USAGE" });
    expect(failed.message).toMatch(message);
  });

  test("help and version are no errors", async () => {
    expect(await pawl(folder, ["--help"])).toMatchObject({ code: 0, stderr: "" });
    expect((await pawl(folder, ["run", "--help"])).stdout).toContain("--experiments <n>");
    expect((await pawl(folder, ["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+/);
  });

  test("with --json the error is a line of JSON on stdout, and words on stderr", async () => {
    const { code, stdout, stderr } = await pawl(folder, ["run", "--json"]);
    expect(code).toBe(2);
    expect(jsonLines(stdout)).toMatchObject([{ type: "error", code: "PAWL_CONFIG_NOT_FOUND", exitCode: 2 }]);
    expect(stderr).toContain("PAWL_CONFIG_NOT_FOUND");
  });
});

test("a Node that is too old is told before anything else is loaded", async () => {
  // The version is all that the executable looks at, and it comes from here.
  const old = "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.1.0' } })";
  const args = ["--import", `data:text/javascript,${encodeURIComponent(old)}`, PAWL, "--version"];
  const ended = await execa(process.execPath, args, { env: cleanEnv(), extendEnv: false, reject: false });
  expect(ended).toMatchObject({ exitCode: 2, stdout: "" });
  expect(ended.stderr).toMatch(/^PAWL_NODE_TOO_OLD: .*Node 24 or newer/);
});

describe("configs", () => {
  test("none: the places that were looked at", async () => {
    const folder = temporaryFolder();
    const failed = await failing(folder, ["run"]);
    expect(failed).toMatchObject({ exit: 2, code: "PAWL_CONFIG_NOT_FOUND", at: folder });
    expect(failed.stderr).toContain(`looked in ${folder}`);
    expect((await failing(folder, ["run", "--config", "x.ts"])).at).toBe(join(folder, "x.ts"));
    expect((await failing(folder, ["-C", "nowhere", "run"])).message).toContain("no such folder");
  });

  test("found from a folder below", async () => {
    const dir = await project("below");
    mkdirSync(join(dir, "deep/er"), { recursive: true });
    expect((await pawl(join(dir, "deep/er"), ["lock"])).stdout).toContain("fits");
  });

  test.each([
    ["a misspelt key", (text: string) => text.replace("budget:", "bugdet:"), "bugdet", /did you mean "budget"/],
    [
      "a wrong option of a plugin",
      (text: string) => text.replace("improvement()", 'improvement({ falseKeeps: "few" } as never)'),
      "gates[0].options.falseKeeps",
      /number/,
    ],
    [
      "a misspelt option of a plugin",
      (text: string) => text.replace("improvement()", "improvement({ falseKeep: 0.1 } as never)"),
      "gates[0].options.falseKeep",
      /did you mean "falseKeeps"/,
    ],
    [
      "a plugin that was not called",
      (text: string) => text.replace("search()", "search as never"),
      "proposer",
      /\(\)|parenthes/,
    ],
    ["no gates", (text: string) => text.replace("[improvement(), metricLock()]", "[]"), "gates", /at least one gate/],
    ["a surface outside", (text: string) => text.replace('"sales.ts"', '"../sales.ts"'), "surface", /inside/],
  ])("%s is named by its path", async (name, change, at, message) => {
    const dir = await project(name.replaceAll(" ", "-"));
    edit(dir, "pawl.config.ts", change);
    await commitAll(dir);
    const failed = await failing(dir, ["run"]);
    expect(failed).toMatchObject({ exit: 2, code: "PAWL_CONFIG_INVALID", at });
    expect(failed.message).toMatch(message);
  });

  test.each([
    ["ts", "export default {\n  surface: ,\n};\n", 2],
    ["mjs", "export default {\n  surface: ,\n};\n", 2],
    ["ts", "const a = 1;\nthrow new TypeError('boom');\n", 2],
    ["ts", "\n\nenum Color { Red }\nexport default {};\n", 3],
    ["json", '{\n  "surface": "a",\n  oops\n}\n', 3],
    ["yaml", "surface: a\ngates: [\nproposer: {\n", undefined],
  ])("a broken %s file is named with its line: %j", async (ending, text, line) => {
    const folder = temporaryFolder();
    const file = join(folder, `pawl.config.${ending}`);
    writeFileSync(file, text);
    const failed = await failing(folder, ["run"]);
    expect(failed).toMatchObject({ exit: 2, code: "PAWL_CONFIG_UNREADABLE" });
    expect(failed.at).toMatch(line === undefined ? new RegExp(`^${file}:\\d+$`) : new RegExp(`^${file}:${line}$`));
  });

  test("imports that do not exist", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "pawl.config.ts"), 'import x from "not-there-at-all";\nexport default x;\n');
    expect(await failing(folder, ["run"])).toMatchObject({
      exit: 2,
      code: "PAWL_CONFIG_UNREADABLE",
      message: expect.stringContaining("not-there-at-all"),
      remedy: expect.stringContaining("npm install not-there-at-all"),
    });
  });

  test.each([
    ["ts", "export const config = {};\n"],
    ["ts", "export default [];\n"],
    ["json", "3\n"],
    ["yaml", "\n"],
  ])("no object in %s: %j", async (ending, text) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, `pawl.config.${ending}`), text);
    expect(await failing(folder, ["run"])).toMatchObject({ exit: 2, code: "PAWL_CONFIG_INVALID" });
  });

  test("an unknown plugin, and one of the wrong kind", async () => {
    const dir = await project("unknown-plugin");
    rmSync(join(dir, "pawl.config.ts"));
    const config = { surface: "sales.ts", proposer: { use: "serach" }, executor: { use: "isolate" } };
    const rest = { scorer: { use: "tabular", options: {} }, gates: [{ use: "improvement" }] };
    writeFileSync(join(dir, "pawl.config.json"), JSON.stringify({ ...config, ...rest }));
    const failed = await failing(dir, ["run"]);
    expect(failed).toMatchObject({ exit: 2, code: "PAWL_PLUGIN_UNKNOWN", at: "proposer.use" });
    writeFileSync(
      join(dir, "pawl.config.json"),
      JSON.stringify({ ...config, ...rest, proposer: { use: "improvement" } }),
    );
    expect(await failing(dir, ["run"])).toMatchObject({ exit: 2, at: "proposer.use" });
  });
});

describe("repositories", () => {
  test("no git command", async () => {
    const dir = await project("no-git-command");
    const failed = await failing(dir, ["run"], { PATH: "/nonexistent" });
    expect(failed).toMatchObject({ exit: 2, code: "PAWL_GIT_NOT_INSTALLED" });
    expect(await failing(dir, ["init", "x"], { PATH: "/nonexistent" })).toMatchObject({
      code: "PAWL_GIT_NOT_INSTALLED",
    });
  });

  test("no repository, and one without a commit", async () => {
    const dir = await project("no-repository");
    rmSync(join(dir, ".git"), { recursive: true });
    for (const args of [["run"], ["lock"], ["status"], ["log"], ["show"], ["resume"]]) {
      expect(await failing(dir, args)).toMatchObject({ exit: 2, code: "PAWL_GIT_MISSING", at: dir });
    }
    await git(dir, "init", "-q");
    for (const args of [["run"], ["status"]]) {
      expect(await failing(dir, args)).toMatchObject({ exit: 2, code: "PAWL_GIT_NO_COMMIT" });
    }
  });

  test("a dirty surface", async () => {
    const dir = await project("dirty");
    edit(dir, "sales.ts", (text) => text.replace("= 40", "= 41"));
    const failed = await failing(dir, ["run"]);
    expect(failed).toMatchObject({ exit: 2, code: "PAWL_SURFACE_DIRTY", at: "sales.ts" });
    expect(readFileSync(join(dir, "sales.ts"), "utf8")).toContain("= 41");
  });

  test("a surface that is missing", async () => {
    const dir = await project("missing");
    edit(dir, "pawl.config.ts", (text) => text.replace('"sales.ts"', '"none.ts"'));
    await commitAll(dir);
    await git(dir, "config", "user.name", "Tess");
    expect((await pawl(dir, ["lock", "--accept", "--reason", "test"])).code).toBe(0);
    const failed = await failing(dir, ["run"]);
    expect(failed.exit).toBe(2);
    expect(failed.code).toMatch(/^PAWL_SURFACE_(MISSING|DIRTY)$/);
    expect(failed.stderr).toContain("none.ts");
  });

  test("a surface that cannot be parsed: the run starts, says why it stops, and how to go on", async () => {
    const dir = await project("unparsable");
    edit(dir, "sales.ts", (text) => `${text}\n}}}}`);
    await commitAll(dir);
    const ended = await pawl(dir, ["run", "--experiments", "2"]);
    expect(ended.code).toBe(2);
    expect(complaint(ended)).toMatchObject({ at: expect.stringContaining("sales.ts") });
    expect(["PAWL_BASELINE_FAILED", "PAWL_SURFACE_INVALID"]).toContain(complaint(ended).code);
    expect(ended.stdout).toContain("run-1 is paused (error: PAWL_");
    expect(ended.stderr).toContain("pawl resume run-1");
  });

  test("a name that is taken, or is none", async () => {
    const dir = await project("names");
    expect((await pawl(dir, ["run", "--experiments", "1", "--name", "night"])).code).toBe(0);
    expect(await failing(dir, ["run", "--name", "night"])).toMatchObject({ exit: 2, code: "PAWL_RUN_EXISTS" });
    expect(await failing(dir, ["run", "--name", "a/../b"])).toMatchObject({ exit: 2, code: "PAWL_USAGE" });
    expect(await failing(dir, ["resume", "night"])).toMatchObject({ exit: 2, code: "PAWL_RUN_FINISHED" });
  });
});

describe("the ledger", () => {
  test("nothing has been run yet; reading makes no ledger", async () => {
    const folder = temporaryFolder();
    await git(folder, "init", "-q");
    await git(folder, "commit", "-q", "--allow-empty", "-m", "Empty");
    for (const args of [["status"], ["log"], ["show"]]) {
      expect(await failing(folder, args)).toMatchObject({ exit: 2, code: "PAWL_RUN_NOT_FOUND" });
    }
    expect(() => statSync(join(folder, ".pawl"))).toThrow("ENOENT");
  });

  test("unknown runs and experiments", async () => {
    const dir = await project("unknown");
    await pawl(dir, ["run", "--experiments", "2"]);
    for (const args of [
      ["status", "x"],
      ["log", "x"],
      ["show", "--run", "x"],
      ["resume", "x"],
    ]) {
      const failed = await failing(dir, args);
      expect(failed).toMatchObject({ exit: 2, code: "PAWL_RUN_NOT_FOUND" });
      expect(failed.stderr).toContain("run-1");
    }
    const failed = await failing(dir, ["show", "99"]);
    expect(failed).toMatchObject({ exit: 2, code: "PAWL_EXPERIMENT_NOT_FOUND" });
    expect(failed.message).toContain("0 to 2");
  });

  test("a row that was edited is found by log, resume and doctor", async () => {
    const dir = await project("edited");
    await pawl(dir, ["run", "--experiments", "3"]);
    const db = new DatabaseSync(join(dir, ".pawl/ledger.sqlite"));
    // The triggers that forbid this are part of what a ledger is recognised by: they come back afterwards.
    const { sql } = db.prepare("SELECT sql FROM sqlite_schema WHERE name = 'events_never_change'").get() as {
      sql: string;
    };
    db.exec("DROP TRIGGER events_never_change");
    const first = "(SELECT min(seq) FROM events WHERE type = 'experiment.finished')";
    const edited = `UPDATE events SET json = replace(json, 'kept', 'held') WHERE seq = ${first}`;
    const { changes } = db.prepare(edited).run();
    db.exec(sql);
    db.close();
    expect(changes).toBe(1);
    for (const args of [["status"], ["show"], ["resume"]]) {
      expect(await failing(dir, args)).toMatchObject({ exit: 1, code: "PAWL_LEDGER_CORRUPT" });
    }
    expect((await pawl(dir, ["log"])).code).toBe(1);
    const { code, stdout } = await pawl(dir, ["doctor"]);
    expect(code).toBe(2);
    expect(stdout).toMatch(/not ok +ledger +PAWL_LEDGER_CORRUPT/);
  });

  test("a file that is no database", async () => {
    const dir = await project("no-database");
    mkdirSync(join(dir, ".pawl"), { recursive: true });
    for (const ending of ["", "-wal", "-shm"]) rmSync(join(dir, `.pawl/ledger.sqlite${ending}`), { force: true });
    writeFileSync(join(dir, ".pawl/ledger.sqlite"), "this is not a database, it is a sentence".repeat(50));
    expect(await failing(dir, ["run"])).toMatchObject({ exit: 1, code: "PAWL_LEDGER_CORRUPT" });
  });
});

describe("the lock", () => {
  test("no lock", async () => {
    const dir = await project("no-lock");
    rmSync(join(dir, "pawl.lock.json"));
    expect(await failing(dir, ["run"])).toMatchObject({ exit: 4, code: "PAWL_LOCK_MISSING" });
  });

  test("an edited lock", async () => {
    const dir = await project("edited-lock");
    edit(dir, "pawl.lock.json", (text) => text.replace('"memoryMb": 64', '"memoryMb": 640'));
    expect(await failing(dir, ["run"])).toMatchObject({ exit: 4, code: "PAWL_LOCK_INVALID" });
  });

  test("a scorer that was changed: what changed, and how it is accepted", async () => {
    const dir = await project("changed-scorer");
    edit(dir, "scorer.ts", (text) => text.replace("1_000) : 1_000", "2_000) : 2_000"));
    await commitAll(dir);
    const failed = await failing(dir, ["run"]);
    expect(failed).toMatchObject({ exit: 4, code: "PAWL_LOCK_VIOLATION" });
    expect(failed.stderr).toMatch(/^ {2}- files\.scorer\.ts: "sha256:/m);
    expect(await failing(dir, ["lock"])).toMatchObject({ exit: 4, code: "PAWL_LOCK_VIOLATION" });
    const nameless = await failing(dir, ["lock", "--accept", "--reason", "fairer"]);
    expect(nameless).toMatchObject({ exit: 2, code: "PAWL_GIT_NO_IDENTITY" });

    await git(dir, "config", "user.name", "Tess");
    const accepted = await pawl(dir, ["lock", "--accept", "--reason", "fairer", "--json"]);
    expect(jsonLines(accepted.stdout)).toMatchObject([{ status: "accepted", epoch: 2 }]);
    const lock = JSON.parse(readFileSync(join(dir, "pawl.lock.json"), "utf8")) as { accepted: unknown[] };
    expect(lock.accepted).toMatchObject([{ by: "Tess", reason: "fairer", epoch: 2 }]);
    expect((await pawl(dir, ["run", "--experiments", "1"])).code).toBe(0);
  });
});

describe("init", () => {
  test("never overwrites: all files that are in the way, and nothing written", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "scorer.ts"), "mine");
    writeFileSync(join(folder, "sales.ts"), "mine, too");
    const failed = await failing(folder, ["init"]);
    expect(failed).toMatchObject({ exit: 2, code: "PAWL_INIT_EXISTS" });
    expect(failed.stderr).toMatch(/- sales\.ts\n.*- scorer\.ts/);
    expect(readFileSync(join(folder, "scorer.ts"), "utf8")).toBe("mine");
    expect(() => statSync(join(folder, "pawl.config.ts"))).toThrow("ENOENT");
    expect(await failing(folder, ["init", "scorer.ts/inside"])).toMatchObject({ exit: 2, code: "PAWL_INIT_EXISTS" });
  });

  test.runIf(process.getuid?.() !== 0)("a folder that may not be written", async () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o500);
    expect(await failing(folder, ["init", "x"])).toMatchObject({ exit: 2, code: "PAWL_USAGE" });
  });
});

test("a reader that has seen enough is no error", async () => {
  const dir = await project("head");
  await pawl(dir, ["run", "--experiments", "30"]);
  const command = `"$NODE" "$PAWL" log --jsonl | head -n 1; echo "\${PIPESTATUS[0]}" >&2`;
  const env = cleanEnv({ NODE: process.execPath, PAWL });
  const { stdout, stderr } = await execa("bash", ["-c", command], { cwd: dir, env, extendEnv: false });
  expect(stdout.split("\n")).toHaveLength(1);
  expect(stderr).toBe("0");
});

test("the stack of a bug is shown on demand only", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "pawl.config.ts"), 'throw new RangeError("boom");\n');
  const quiet = await pawl(folder, ["run"]);
  expect(quiet.stderr).not.toContain("RangeError: boom\n");
  const loud = await pawl(folder, ["run"], { env: { PAWL_DEBUG: "1" } });
  expect(loud.stderr).toContain("caused by RangeError: boom\n");
});
