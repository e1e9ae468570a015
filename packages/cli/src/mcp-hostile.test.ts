import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { edit, git, jsonLines, pawl, projects } from "./test/command.ts";
import { connect, propose } from "./test/mcp-client.ts";
import { type RawClient, isRefused, rawConnect, wordsIn } from "./test/raw-client.ts";

const project = projects();

/** Ends a client's server politely and tells its exit code. */
async function leave({ child, ended }: RawClient): Promise<number | null> {
  child.stdin?.end();
  return ended;
}

const FINE = { hypothesis: "x", edits: [{ search: "base = 40", replace: "base = 30" }] };
const BUSY_LOOP = "\nlet turns = 0;\nwhile (turns < 400_000_000) turns += 1;\n";

test("nothing that a client can say reaches more than the surface", async () => {
  const dir = await project("hostile");
  const before = Object.fromEntries(
    ["scorer.ts", "pawl.config.ts", "pawl.lock.json", "sales.ts"].map((path) => [
      path,
      readFileSync(join(dir, path), "utf8"),
    ]),
  );
  const client = await rawConnect(dir);
  const refused = async (name: unknown, input: unknown): Promise<string> => {
    const answer = await client.call(name, input);
    expect([name, input, isRefused(answer)]).toEqual([name, input, true]);
    return wordsIn(answer);
  };
  // Tools that do not exist, and methods that are none of ours.
  for (const name of ["validation", "score", "lock", "run", "__proto__", "constructor", "", "../brief", 7, null]) {
    await refused(name, {});
  }
  for (const method of [
    "resources/list",
    "resources/read",
    "prompts/list",
    "sampling/createMessage",
    "tools/__proto__",
  ]) {
    expect(isRefused(await client.request(method, { uri: "file:///etc/passwd" }))).toBe(true);
  }
  // Fields that no tool has: above all a score, a split, a path, a config.
  for (const [tool, extra] of [
    ["brief", { config: "other.config.ts" }],
    ["brief", { path: "/etc/passwd" }],
    ["traces", { split: "validation" }],
    ["traces", { case: 0, split: "holdout" }],
    ["traces", { case: -1 }],
    ["traces", { experiment: 1e308 }],
    ["notebook", { add: "x", kind: "lesson" }],
    ["notebook", { add: "x", evidence: [{ run: "run-1", experiment: 0 }] }],
    ["notebook", { search: { $ne: null } }],
    ["history", { count: 1e9 }],
    ["history", { count: "10" }],
    ["verdict", { experiment: 0, score: 1 }],
    ["verdict", { experiment: "0" }],
    ["propose", { ...FINE, score: 1 }],
    ["propose", { ...FINE, memo: {} }],
    ["propose", { ...FINE, cost: { usd: -1 } }],
    ["propose", { ...FINE, parent: 0 }],
    ["propose", { hypothesis: "x", diff: "--- a/scorer.ts" }],
    ["propose", { hypothesis: "x", files: { "sales.ts": "1" } }],
    ["propose", { hypothesis: "x", files: [{ path: "sales.ts", content: "1" }] }],
    ["propose", { hypothesis: "", files: [{ content: "1" }] }],
    ["propose", { hypothesis: ["x"], files: [{ content: "1" }] }],
    ["propose", []],
    ["propose", "text"],
    ["propose", null],
  ] as const) {
    await refused(tool, extra);
  }
  // Paths that lead elsewhere, and names that objects have anyway.
  for (const file of [
    "../scorer.ts",
    "scorer.ts",
    "./sales.ts",
    "/etc/passwd",
    "sales.ts/../scorer.ts",
    "sales.ts\0",
    "pawl.lock.json",
    ".pawl/ledger.sqlite",
    "__proto__",
    "constructor",
    "toString",
    "",
  ]) {
    expect(
      await refused("propose", { hypothesis: "x", files: [{ file, content: "export default () => 1;" }] }),
    ).toContain("not part of the surface");
    expect(await refused("propose", { hypothesis: "x", edits: [{ file, search: "a", replace: "b" }] })).toContain(
      "not part of the surface",
    );
  }
  // Keys that change objects: the raw text, as JSON.stringify would leave them out.
  client.send(
    '{"jsonrpc":"2.0","id":"p","method":"tools/call","params":{"name":"brief","arguments":{"__proto__":{"isAdmin":true}}}}\n',
  );
  client.send(
    '{"jsonrpc":"2.0","id":"q","method":"tools/call","params":{"name":"propose","arguments":{"hypothesis":"x","files":[{"__proto__":{"content":"1"}}]}}}\n',
  );
  expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
  // Too much of everything.
  expect(await refused("propose", { hypothesis: "x", files: [{ content: "x".repeat(2_000_000) }] })).toMatch(
    /too_big|1048576|Too big/i,
  );
  await refused("propose", { hypothesis: "x".repeat(5_000), files: [{ content: "1" }] });
  await refused("propose", {
    hypothesis: "x",
    edits: Array.from({ length: 5_000 }, () => ({ search: "a", replace: "b" })),
  });
  await refused("propose", { hypothesis: "x", files: [{ content: "\ud800 lone" }] });

  // After all of this no experiment was made, and everything is as it was.
  expect(wordsIn(await client.call("history", {}))).toContain("1 of 1 experiments");
  for (const line of client.lines()) expect(JSON.parse(line)).toMatchObject({ jsonrpc: "2.0" });
  expect(await leave(client)).toBe(0);
  for (const [path, text] of Object.entries(before)) expect(readFileSync(join(dir, path), "utf8")).toBe(text);
  expect(await git(dir, "status", "--porcelain")).toBe("");
});

test("no answer has anything of a validation case in it", async () => {
  const dir = await project("secrets");
  // Each split's cases bear the split's name, and the scorer has something to say about every one of them.
  edit(dir, "scorer.ts", (text) =>
    text
      .replace(
        "inputs: days.map(({ day }) => ({ ...day }))",
        "inputs: days.map(({ day }, index) => ({ ...day, secret: `secret-${split}-${index}` }))",
      )
      .replace(
        "reference: days.map(({ sold }) => sold)",
        "reference: days.map(({ sold }, index) => [sold, `secret-${split}-${index}`])",
      )
      .replace(
        "async score(outputs, { reference }) {",
        "async score(outputs, { reference: pairs }) {\n      const reference = pairs.map(([sold]) => sold as number);",
      )
      .replace(
        "return { value:",
        "const feedback = pairs.map(([, secret], index) => ({ case: index, cause: `far off`, detail: `about ${secret}`, weight: samples[index]! }));\n      return { feedback, value:",
      ),
  );
  await git(dir, "config", "user.name", "Tess");
  await git(dir, "config", "user.email", "tess@example.org");
  expect(await pawl(dir, ["lock", "--accept", "--reason", "secrets"])).toMatchObject({ code: 0 });
  await git(dir, "commit", "-qam", "Secrets");
  const agent = await connect(dir, "--experiments", "5");
  const heard: string[] = [];
  const hear = async (tool: string, input = {}): Promise<void> =>
    void heard.push(JSON.stringify(await agent.answer(tool, input)));
  // A candidate that prints and answers whatever it is given, so that its inputs would show wherever outputs do.
  const echo =
    "export default (day: any): any => { console.log(day.secret); if (day.temperature > 28) throw new Error(day.secret); return day.secret; };";
  for (const content of [
    echo,
    // What it says on its way out would be the reason why it failed.
    "export default (day: any): any => { throw new Error(`it was ${JSON.stringify(day)}`); };",
    "export default (day: any): any => { throw new TypeError(day.secret); };",
    "export default ({ temperature }: any): number => 12 + 5.5 * temperature;",
  ]) {
    const experiment = await propose(agent, { hypothesis: "tell me", files: [{ content }] });
    await hear("verdict", { experiment });
    await hear("traces", { experiment });
  }
  for (const input of [{}, { cause: 1, count: 20 }, { case: 0 }, { experiment: 0 }]) await hear("traces", input);
  await hear("history");
  await hear("notebook");
  await hear("brief");
  // The end, with what the exam found in the vault: that is for people.
  const last = await propose(agent, { hypothesis: "the last", files: [{ content: "export default () => 1;" }] });
  await hear("verdict", { experiment: last });
  await hear("propose", { hypothesis: "too late", files: [{ content: "export default () => 2;" }] });
  expect(heard.at(-1)).toMatch(/run-1 is finished/);
  const all = heard.join("\n");
  expect(all).toContain("it crashed with TypeError");
  expect(all).toContain("secret-train-");
  expect(all).not.toMatch(/vault|holdout\b(?! cases)/);
  expect(all).not.toMatch(/secret-(?:validation|holdout|vault)/);
});

test("garbage on the line ends nothing, and a message without an end ends the session", async () => {
  const dir = await project("garbage");
  const client = await rawConnect(dir);
  for (const line of [
    "",
    "hello",
    "{",
    "[]",
    "null",
    '{"jsonrpc":"1.0"}',
    '{"jsonrpc":"2.0","id":{},"method":7}',
    "\u0000\u001b[2J\ufffd",
    `[${'{"a":'.repeat(500)}`,
  ]) {
    client.send(`${line}\n`);
  }
  expect(isRefused(await client.call("brief", {}))).toBe(false);
  for (let sent = 0; sent < 12; sent += 1) client.send("x".repeat(1_048_576));
  expect(await client.ended).toBe(0);
  expect(client.stderr()).toContain("exceeded maximum size");
  const [status] = jsonLines((await pawl(dir, ["status", "--json"])).stdout);
  expect(status).toMatchObject({ state: "paused" });
});

test("a tool before the handshake, and a hundred at once, are answered", async () => {
  const dir = await project("flood");
  const client = await rawConnect(dir, [], false);
  const early = await client.call("history", {});
  expect(early["id"]).toBe(1);
  const many = await Promise.all(
    Array.from({ length: 100 }, (_, index) =>
      client.call(
        index % 2 === 0 ? "propose" : "verdict",
        index % 2 === 0 ? { ...FINE, wait_seconds: 1 } : { experiment: 0, wait_seconds: 1 },
      ),
    ),
  );
  expect(many).toHaveLength(100);
  expect(many.some((answer) => /too many calls|under way|experiment/i.test(wordsIn(answer)))).toBe(true);
  expect(await leave(client)).toBe(0);
});

test("a client that leaves in the middle of an experiment leaves a run that can be resumed", async () => {
  const dir = await project("leaves");
  edit(dir, "sales.ts", (text) => text + BUSY_LOOP);
  await git(dir, "commit", "-qam", "Slow down");
  const client = await rawConnect(dir, ["--run-name", "cut", "--experiments", "4"]);
  expect(isRefused(await client.call("propose", FINE))).toBe(false);
  expect(await leave(client)).toBe(0);
  const [status] = jsonLines((await pawl(dir, ["status", "--json"])).stdout);
  // It was let end.
  expect(status).toMatchObject({ run: "cut", state: "paused", experiments: 1 });

  const agent = await connect(dir, "--resume", "cut");
  expect(await agent.call("history")).toContain("2 of 2 experiments");
  const next = await propose(agent, { hypothesis: "y", edits: [{ search: "rain > 5", replace: "rain > 6" }] });
  expect(next).toBe(2);
  expect(await agent.call("verdict", { experiment: 2 })).toMatch(/^Experiment 2 is/);
  // Two engines never work in one repository.
  const other = await connect(dir, "--resume");
  expect(await other.call("brief")).toContain("PAWL_REPO_BUSY");
  await agent.leave();
  expect((await pawl(dir, ["resume", "cut", "--json"])).code).toBe(0);
});

test.each(["SIGTERM", "SIGINT"] as const)("%s pauses the run and ends the server", async (signal) => {
  const dir = await project(signal);
  const client = await rawConnect(dir);
  await client.call("brief", {});
  client.child.kill(signal);
  expect(await client.ended).toBe(130);
  const [status] = jsonLines((await pawl(dir, ["status", "--json"])).stdout);
  expect(status).toMatchObject({ state: "paused", experiments: 0 });
});

test("a server that is killed loses nothing that was written down", async () => {
  const dir = await project("killed");
  edit(dir, "sales.ts", (text) => text + BUSY_LOOP);
  await git(dir, "commit", "-qam", "Slow down");
  const client = await rawConnect(dir, ["--run-name", "killed"]);
  expect(isRefused(await client.call("propose", FINE))).toBe(false);
  client.child.kill("SIGKILL");
  await client.ended;
  const agent = await connect(dir, "--resume");
  // What was under way runs again, under its number.
  expect(await agent.call("verdict", { experiment: 1 })).toMatch(/^Experiment 1 is (kept|rejected)/);
  expect(await agent.call("history")).toContain("2 of 2 experiments");
  await agent.leave();
  expect(existsSync(join(dir, ".pawl"))).toBe(true);
  expect(readdirSync(dir)).not.toContain("ledger.sqlite");
  const events = jsonLines((await pawl(dir, ["log", "--jsonl"])).stdout).map(({ type }) => type);
  expect(events.filter((type) => type === "experiment.proposed")).toHaveLength(2);
});
