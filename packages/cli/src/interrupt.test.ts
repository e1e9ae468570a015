import { spawnSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { PAWL, cleanEnv, edit, git, jsonLines, pawl, projects } from "./test/command.ts";
import { type Running, start } from "./test/running.ts";

const project = projects();

/** What Ctrl-C does: the terminal signals the whole group, sandboxes included. */
function pressCtrlC({ child }: Running): void {
  process.kill(-(child.pid ?? 0), "SIGINT");
}

describe("Ctrl-C", () => {
  test("drains: what is in flight ends as what it is, exit code 130, and resume goes on to the end", async () => {
    const dir = await project("drain");
    // Slow enough that the signal meets an execution, and not the moment between two.
    edit(dir, "sales.ts", (text) => `${text}\nlet turns = 0;\nwhile (turns < 300_000_000) turns += 1;\n`);
    await git(dir, "commit", "-qam", "Slow down");
    const running = start(dir, ["run", "--experiments", "12", "--json"]);
    await running.until(/"type":"experiment.proposed".*"experiment":4,/);
    await sleep(100);
    pressCtrlC(running);
    expect(await running.ended).toBe(130);
    expect(running.stderr()).toMatch(/finishing \d+ in flight; Ctrl-C again stops at once/);
    expect(jsonLines(running.stdout()).at(-1)).toMatchObject({ type: "summary", status: "paused" });
    const [status] = jsonLines((await pawl(dir, ["status", "--json"])).stdout);
    // A sandbox that the signal reached would have been written down as a crash of the candidate.
    expect(status?.["failed"]).toEqual({});
    expect(status).toMatchObject({ state: "paused" });
    expect(status?.["experiments"]).toBeLessThan(12);

    const resumed = await pawl(dir, ["resume", "--json"]);
    expect(resumed.code).toBe(0);
    const events = jsonLines(resumed.stdout);
    expect(events[0]).toMatchObject({ type: "run.resumed", data: { inFlight: [] } });
    expect(events.at(-1)).toMatchObject({ type: "summary", status: "finished", experiments: 12, run: "run-1" });
    const { champion } = events.at(-1) as { champion: { commit: string } };
    expect(await git(dir, "rev-parse", "pawl/run-1")).toBe(champion.commit);
  });

  test("twice stops at once; what was in flight runs again", async () => {
    const dir = await project("twice");
    const running = start(dir, ["run", "--experiments", "100000", "--json"]);
    await running.until(/"experiment":5,/);
    pressCtrlC(running);
    await sleep(300);
    if (running.child.exitCode === null) pressCtrlC(running);
    expect(await running.ended).toBe(130);
    // Nothing but JSON, also now.
    expect(jsonLines(running.stdout()).at(-1)).toMatchObject({ type: "summary", status: "paused" });
    const [status] = jsonLines((await pawl(dir, ["status", "--json"])).stdout);
    expect(status).toMatchObject({ state: "paused" });
  });

  test("SIGTERM drains, too", async () => {
    const dir = await project("terminated");
    const running = start(dir, ["run", "--experiments", "100000", "--plain"]);
    await running.until(/^run-1 started/m);
    running.child.kill("SIGTERM");
    expect(await running.ended).toBe(130);
    expect(running.stdout()).toContain("run-1 is paused");
    expect(running.stdout()).toContain("pawl resume run-1");
  });
});

test("while a run goes on, status names its process, a second engine is refused, and a kill is seen", async () => {
  const dir = await project("busy");
  const running = start(dir, ["run", "--experiments", "100000", "--plain"]);
  await running.until(/^#\d+ /m);
  const [status] = jsonLines((await pawl(dir, ["status", "--json"])).stdout);
  expect(status).toMatchObject({ state: "running", pid: running.child.pid });
  const second = await pawl(dir, ["run"]);
  expect(second.code).toBe(2);
  expect(second.stderr).toContain("PAWL_REPO_BUSY");
  expect(second.stderr).toContain(String(running.child.pid));
  running.child.kill("SIGKILL");
  await running.ended;
  const [after] = jsonLines((await pawl(dir, ["status", "--json"])).stdout);
  expect(after).toMatchObject({ state: "stopped", pid: null });
  expect((await pawl(dir, ["status"])).stdout).toContain("pawl resume run-1");
});

test("a reader of the run that goes away pauses it", async () => {
  const dir = await project("gone");
  const running = start(dir, ["run", "--experiments", "100000", "--json"]);
  await running.until(/"type":"experiment.finished"/);
  running.child.stdout?.destroy();
  expect(await running.ended).toBe(130);
  const [status] = jsonLines((await pawl(dir, ["status", "--json"])).stdout);
  expect(status).toMatchObject({ state: "paused" });
});

// A pseudo-terminal comes from util-linux; where there is none, the frame's own tests must do.
const hasScript = spawnSync("script", ["--version"]).status === 0;

describe.runIf(hasScript)("on a terminal", () => {
  /** Runs a command line of the built pawl on a terminal of this size and returns all that was written to it. */
  async function onTerminal(
    dir: string,
    size: string,
    args: string,
    env: Record<string, string> = {},
  ): Promise<string> {
    const line = `stty ${size}; "${process.execPath}" "${PAWL}" ${args}; echo "rc $?"`;
    const { stdout } = await execa("script", ["-qec", line, "/dev/null"], {
      cwd: dir,
      env: cleanEnv({ TERM: "xterm-256color", ...env }),
      extendEnv: false,
    });
    return stdout;
  }
  const HIDE = "\u001b[?25l";
  const SHOW = "\u001b[?25h";

  test("the window is drawn, then makes room for the summary, and the cursor comes back", async () => {
    const dir = await project("window");
    const screen = await onTerminal(dir, "cols 70 rows 20", "run --experiments 20");
    expect(screen).toContain("best  ");
    expect(screen).toContain("/20 experiments");
    expect(screen).toContain("run-1 is finished");
    expect(screen).toContain("rc 0");
    expect(screen.lastIndexOf(SHOW)).toBeGreaterThan(screen.lastIndexOf(HIDE));
    // oxlint-disable-next-line no-control-regex
    expect(screen).toMatch(/\u001b\[3\dm/);
  });

  test("NO_COLOR leaves no colour, --plain and a terminal without a size no window", async () => {
    const dir = await project("sober");
    expect(await onTerminal(dir, "cols 70 rows 20", "run --experiments 3", { NO_COLOR: "1" })).not.toMatch(
      // oxlint-disable-next-line no-control-regex
      /\u001b\[\d+m/,
    );
    for (const [size, args] of [
      ["cols 70 rows 20", "run --experiments 3 --plain"],
      ["cols 0 rows 0", "run --experiments 3"],
    ] as const) {
      const screen = await onTerminal(dir, size, args);
      expect(screen).toMatch(/started: up to 3 experiments/);
      expect(screen).not.toContain(HIDE);
    }
  });

  test("what a plugin tells stays above the window, and is not obeyed", async () => {
    const dir = await project("told");
    edit(dir, "scorer.ts", (text) =>
      text.replace(
        "create: () => ({",
        'create: (_, { notify }) => (setTimeout(() => notify?.({ kind: "note", message: "a red \\u001b[31mherring" }), 200), {',
      ),
    );
    await git(dir, "config", "user.name", "Tess");
    await git(dir, "commit", "-qam", "Tell something");
    await pawl(dir, ["lock", "--accept", "--reason", "test"]);
    const screen = await onTerminal(dir, "cols 70 rows 20", "run --experiments 40", { NO_COLOR: "1" });
    expect(screen).toMatch(/a red .*herring\r?\n/);
    expect(screen).not.toContain("\u001b[31m");
    expect(screen).toContain("rc 0");
  });

  test("a plugin that throws from a timer ends the run with a code, and the cursor comes back", async () => {
    const dir = await project("crash");
    edit(
      dir,
      "scorer.ts",
      (text) => `${text}\nif (process.env["CRASH"]) setTimeout(() => { throw new Error("bug"); }, 2_500);\n`,
    );
    await git(dir, "config", "user.name", "Tess");
    await git(dir, "commit", "-qam", "Add a bug");
    await pawl(dir, ["lock", "--accept", "--reason", "test"]);
    const screen = await onTerminal(dir, "cols 70 rows 20", "run --experiments 100000", { CRASH: "1" });
    expect(screen).toContain("PAWL_INTERNAL");
    expect(screen).toContain("rc 1");
    expect(screen.lastIndexOf(SHOW)).toBeGreaterThan(screen.lastIndexOf(HIDE));
  });
});
