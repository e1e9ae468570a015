import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { PAWL, cleanEnv, edit, git, jsonLines, pawl, projects, succeed } from "./test/command.ts";

const project = projects();

/** Ideas get better one by one. The gate holds those with an even number, at two steps those with a multiple of four. */
const PLUGINS = `import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { defineGate, defineProposer, hold, pass, reject } from "@pawl/plugin";

export const better = defineProposer({
  name: "better",
  create: () => ({
    propose: async ({ experiment }) => (experiment > 5 && existsSync("stop") ? Promise.reject(new Error("tired")) : {
      change: { kind: "files", files: { "sales.ts":
        \`export default ({ temperature }: { temperature: number }): number => \${experiment} + 5.5 * temperature; // \${experiment}\\n\` } },
      hypothesis: "idea " + experiment,
    }),
  }),
});

const idea = (files: Readonly<Record<string, string>>): number => Number(/\\/\\/ (\\d+)/.exec(files["sales.ts"] ?? "")?.[1]);

export const doubtful = defineGate({
  name: "doubtful",
  create: () => ({
    inspect: async ({ files }) => idea(files) % 2 === 0 ? hold("TEST_EVEN", "its number is even") : pass("TEST_ODD", "odd"),
    judge: async ({ candidate, champion }) =>
      candidate.score.value < champion.score.value ? pass("TEST_BETTER", "better") : reject("TEST_WORSE", "not better"),
    beforeCommit: async ({ candidate }, signal) => {
      if (existsSync("slow")) await sleep(60_000, undefined, { signal });
      return idea(candidate.files) % 4 === 0 ? hold("TEST_FOUR", "a multiple of four") : pass("TEST_FINE", "fine");
    },
  }),
});
`;

const CONFIG = `import { defineConfig } from "@pawl/plugin";
import { isolate } from "@pawl/sandbox-isolate";
import { better, doubtful } from "./plugins.ts";
import { forecast } from "./scorer.ts";

export default defineConfig({
  surface: "sales.ts",
  proposer: better(),
  executor: isolate(),
  scorer: forecast(),
  gates: [doubtful()],
  limits: { wallMs: 5_000, memoryMb: 64 },
  budget: { experiments: 5 },
});
`;

/** A finished run of five ideas: 1, 3 and 5 are kept, 2 and 4 are held. */
async function finished(name: string): Promise<string> {
  const dir = await project(name);
  writeFileSync(join(dir, "plugins.ts"), PLUGINS);
  writeFileSync(join(dir, "pawl.config.ts"), CONFIG);
  await git(dir, "config", "user.name", "Grace Hopper");
  await succeed(dir, "lock", "--accept", "--reason", "made for a test");
  await git(dir, "add", "-A");
  await git(dir, "commit", "-qm", "Lock");
  await succeed(dir, "run");
  return dir;
}

const decide = (dir: string, experiment: number, flag: string, ...more: string[]) =>
  pawl(dir, ["review", `${experiment}`, flag, "--reason", "I looked at it", ...more]);
const statusOf = async (dir: string) => jsonLines(await succeed(dir, "status", "--json"))[0] ?? {};
const tip = async (dir: string): Promise<string> => (await git(dir, "rev-parse", "pawl/run-1")).trim();

describe("the queue", () => {
  let dir: string;
  beforeAll(async () => {
    dir = await finished("queue");
  });

  test("the summary says how many are held and how to go on, and nothing held was committed", async () => {
    const status = await succeed(dir, "status");
    expect(status).toMatch(/held +2 experiments for a person to decide: pawl review/);
    expect(status).toMatch(/decide +pawl review --run run-1/);
    const subjects = await git(dir, "log", "--format=%s", "main..pawl/run-1");
    expect(subjects.match(/idea \d/g)).toEqual(["idea 5", "idea 3", "idea 1"]);
  });

  test("the list has number, score, champion, code and reason", async () => {
    const [listed] = jsonLines(await succeed(dir, "review", "--json"));
    expect(listed).toMatchObject({
      type: "review",
      run: "run-1",
      waiting: [
        { experiment: 2, codes: ["TEST_EVEN"], reason: "its number is even", champion: 1 },
        { experiment: 4, codes: ["TEST_EVEN"], champion: 3 },
      ],
    });
    const text = await succeed(dir, "review");
    expect(text).toContain("2 experiments held");
    expect(text).toMatch(/^ +2 .*TEST_EVEN$/m);
    expect(text).toContain("pawl review 2 --run run-1");
  });

  test("one is shown with evidence and diff, and with what can be done", async () => {
    const text = await succeed(dir, "review", "2");
    expect(text).toMatch(/hold +doubtful \(inspect\) +TEST_EVEN/);
    expect(text).toContain("+export default ({ temperature }");
    expect(text).toContain("The champion has changed since: experiment 5");
    expect(text).toContain("pawl review 2 --run run-1 --approve --reason");
    expect(await succeed(dir, "review", "3")).toContain("It is not held");
  });

  test.each([
    [["review", "2", "--approve"], "PAWL_USAGE"],
    [["review", "2", "--approve", "--reject", "--reason", "x"], "PAWL_USAGE"],
    [["review", "2", "--reason", "x"], "PAWL_USAGE"],
    [["review", "--approve", "--reason", "x"], "PAWL_USAGE"],
    [["review", "3", "--approve", "--reason", "x"], "PAWL_EXPERIMENT_NOT_HELD"],
    [["review", "3", "--reject", "--reason", "x"], "PAWL_EXPERIMENT_NOT_HELD"],
    [["review", "99", "--approve", "--reason", "x"], "PAWL_EXPERIMENT_NOT_FOUND"],
  ])("%j is refused", async (args, code) => {
    expect(await pawl(dir, args)).toMatchObject({ code: 2, stderr: expect.stringContaining(code) });
  });
});

test("an approved experiment goes through all steps again: other holds stop it, and its own only once they were seen", async () => {
  const dir = await finished("approved");
  const before = await tip(dir);
  // 2 is worse than 5, the champion of now: approval is no way around the other verdicts.
  const worse = await decide(dir, 2, "--approve");
  expect(worse).toMatchObject({ code: 0, stderr: "" });
  expect(worse.stdout).toMatch(
    /experiment 2 of run-1 is approved by Grace Hopper\n +tried again as experiment 6: rejected\n +not better/,
  );
  expect(await tip(dir)).toBe(before);
  expect(await statusOf(dir)).toMatchObject({ state: "finished", held: 2, waiting: 1, experiments: 6 });

  const again = await decide(dir, 2, "--approve");
  expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining("PAWL_EXPERIMENT_REVIEWED") });
  expect(await decide(dir, 4, "--reject")).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("is rejected by Grace Hopper"),
  });
  const late = await decide(dir, 4, "--approve");
  expect(late).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("was rejected by Grace Hopper: I looked at it"),
  });
  expect(await statusOf(dir)).toMatchObject({ waiting: 0 });
  expect(await succeed(dir, "review")).toContain("nothing is held");
});

/** A run in which the held ideas are the best ones. */
async function promising(name: string): Promise<string> {
  const dir = await finished(name);
  edit(dir, "plugins.ts", (text) => text.replace("% 2 === 0", "> 3"));
  await succeed(dir, "lock", "--accept", "--reason", "hold all that come late");
  await git(dir, "commit", "-qam", "Hold more");
  await succeed(dir, "run", "--name", "late");
  return dir;
}

test("what passes is committed like any other, and the exam is said to be about another champion", async () => {
  const dir = await promising("passes");
  const before = (await git(dir, "rev-parse", "pawl/late")).trim();
  // Held at the first step it was never asked about at the last one; that hold is news, and stops it.
  const lines = jsonLines((await decide(dir, 4, "--approve", "--json")).stdout);
  expect(lines.find(({ type }) => type === "experiment.reviewed")).toMatchObject({
    data: { experiment: 4, decision: "approved", by: "Grace Hopper", reason: "I looked at it" },
  });
  expect(lines.find(({ type }) => type === "experiment.proposed")).toMatchObject({
    data: { experiment: 6, approves: 4 },
  });
  expect(lines.at(-1)).toMatchObject({ type: "reviewed", retry: { number: 6, status: "held", approves: 4 } });
  expect((await git(dir, "rev-parse", "pawl/late")).trim()).toBe(before);

  const [listed] = jsonLines(await succeed(dir, "review", "--json"));
  expect(listed).toMatchObject({ waiting: [{ experiment: 5 }, { experiment: 6, codes: ["TEST_EVEN", "TEST_FOUR"] }] });
  const second = jsonLines((await decide(dir, 6, "--approve", "--json")).stdout);
  expect(second.at(-1)).toMatchObject({ type: "reviewed", retry: { number: 7, status: "kept", approves: 6 } });

  const log = await git(dir, "log", "-1", "--format=%B", "pawl/late");
  expect(log).toMatch(/Keep experiment 7: idea 4[^]*Pawl-Experiment: 7/);
  expect(await git(dir, "show", "pawl/late:sales.ts")).toContain("// 4");
  const status = await succeed(dir, "status");
  expect(status).toMatch(/late is finished \(experiments\)/);
  expect(status).toMatch(/experiment 3 sat the exam there; the champion was approved after that/);
  expect(await statusOf(dir)).toMatchObject({
    exam: { champion: { experiment: 3 } },
    champion: { experiment: 7, approvedAfterEnd: true },
  });
  const shown = await succeed(dir, "show", "7");
  expect(shown).toContain("approves    experiment 6");
  expect(shown).toMatch(/hold +doubtful \(before-commit\) +TEST_FOUR +\(approved\)/);
  expect(await pawl(dir, ["resume"])).toMatchObject({ code: 2, stderr: expect.stringContaining("PAWL_RUN_FINISHED") });
});

test("what was held under another lock can only be rejected", async () => {
  const dir = await finished("outdated");
  appendFileSync(join(dir, "scorer.ts"), "// another metric\n");
  await succeed(dir, "lock", "--accept", "--reason", "another metric");
  const refused = await decide(dir, 2, "--approve");
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining("PAWL_EXPERIMENT_OUTDATED") });
  expect(await decide(dir, 2, "--reject")).toMatchObject({ code: 0 });
});

test("an approved try that is killed is finished by resume, and while it is at work nothing else is", async () => {
  const dir = await promising("killed");
  writeFileSync(join(dir, "slow"), "");
  const args = ["review", "5", "--approve", "--reason", "I looked at it", "--json"];
  const child = spawn(process.execPath, [PAWL, ...args], {
    cwd: dir,
    env: cleanEnv(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  while (!output.includes('"approves":5')) {
    if (child.exitCode !== null) throw new Error(`it ended: ${output}`);
    await sleep(20);
  }
  for (const flag of ["--approve", "--reject"]) {
    expect(await decide(dir, 4, flag)).toMatchObject({ code: 2, stderr: expect.stringContaining("PAWL_REPO_BUSY") });
  }
  // By now it waits in the last step, with everything measured.
  await sleep(500);
  child.kill("SIGKILL");
  await once(child, "close");
  rmSync(join(dir, "slow"));
  expect(await succeed(dir, "status")).toMatch(/late is finished[^]*go on +pawl resume late/);
  expect(await decide(dir, 5, "--approve")).toMatchObject({
    stderr: expect.stringContaining("PAWL_EXPERIMENT_REVIEWED"),
  });

  const events = jsonLines(await succeed(dir, "resume", "--json"));
  expect(events.map(({ type }) => type)).toEqual(
    expect.arrayContaining(["run.resumed", "experiment.finished", "champion.committed"]),
  );
  expect(events.at(-1)).toMatchObject({ type: "summary", status: "finished", champion: { experiment: 6 } });
  const commits = await git(dir, "log", "--format=%s", "main..pawl/late");
  expect(commits.match(/idea \d/g)).toEqual(["idea 5", "idea 3", "idea 2", "idea 1"]);
  expect(await pawl(dir, ["resume"])).toMatchObject({ code: 2, stderr: expect.stringContaining("PAWL_RUN_FINISHED") });
});

test("a paused run stays paused, and what was approved does not use up its budget", async () => {
  const dir = await promising("paused");
  writeFileSync(join(dir, "stop"), "");
  const stopped = await pawl(dir, ["run", "--name", "stopped", "--experiments", "6"]);
  expect(stopped).toMatchObject({ code: 1, stderr: expect.stringContaining("PAWL_PLUGIN_FAILED") });
  expect(await statusOf(dir)).toMatchObject({ state: "paused", experiments: 5, waiting: 2 });
  expect(await decide(dir, 5, "--approve")).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("experiment 6: kept"),
  });
  expect(await statusOf(dir)).toMatchObject({ state: "paused", experiments: 6, champion: { experiment: 6 } });
  rmSync(join(dir, "stop"));
  await succeed(dir, "resume");
  expect(await statusOf(dir)).toMatchObject({
    state: "finished",
    experiments: 7,
    exam: { champion: { experiment: 6 } },
    champion: { approvedAfterEnd: false },
    waiting: 2,
  });
});
