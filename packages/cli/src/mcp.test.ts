import { expect, test } from "vitest";
import { edit, git, jsonLines, pawl, projects } from "./test/command.ts";
import { connect, propose, wordsOf } from "./test/mcp-client.ts";

const project = projects();

const rule = (base: number, perDegree: number): string =>
  `export default ({ temperature, weekend, rain }: any): number => ${base} + ${perDegree} * temperature + (weekend ? 35 : 0) - (rain > 5 ? 30 : 0);\n`;

test("an agent reads the brief, proposes, learns the verdicts, and its champion is committed", async () => {
  const dir = await project("drives");
  const agent = await connect(dir, "--run-name", "by-hand", "--experiments", "3");
  const { tools } = await agent.client.listTools();
  expect(tools.map(({ name }) => name)).toEqual(["brief", "traces", "notebook", "propose", "verdict", "history"]);
  for (const { inputSchema, description } of tools) {
    expect(inputSchema).toMatchObject({ type: "object", additionalProperties: false });
    expect(description?.length).toBeGreaterThan(40);
  }
  expect(agent.client.getInstructions()).toContain("one locked metric");

  const brief = await agent.call("brief");
  for (const part of [
    "Say how many ice creams",
    "mean error (ice creams), lower is better",
    "const base = 40;",
    "experiments: 3",
  ]) {
    expect(brief).toContain(part);
  }
  expect(await agent.call("notebook")).toContain("Nothing is written in it yet");
  expect(await agent.call("traces")).toContain("Nothing is known of train cases");

  const first = await propose(agent, {
    hypothesis: "degrees count more",
    edits: [{ search: "perDegree = 2;", replace: "perDegree = 5;" }],
  });
  expect(first).toBe(1);
  const kept = await agent.answer("verdict", { experiment: first });
  expect(kept.structuredContent).toMatchObject({ experiment: 1, status: "kept" });
  expect(wordsOf(kept)).toMatch(
    /Experiment 1 is kept with a score of [\d.]+\. What it changed, experiment 0, has [\d.]+\. It is the champion now/,
  );
  expect(await agent.call("brief")).toContain("const perDegree = 5;");

  const worse = await propose(agent, {
    hypothesis: "none at all",
    files: [{ file: "sales.ts", content: "export default () => 0;\n" }],
  });
  expect((await agent.answer("verdict", { experiment: worse })).structuredContent).toMatchObject({
    status: "rejected",
  });
  expect(await agent.call("notebook", { add: "Look at wind and holidays" })).toContain("written down");
  const best = await propose(agent, {
    hypothesis: "what really happens",
    rationale: "it rains",
    files: [{ content: rule(12, 5.5) }],
  });
  expect((await agent.answer("verdict", { experiment: best })).structuredContent).toMatchObject({ status: "kept" });

  // The budget is used up: that is a clear answer, and what was tried can still be read.
  const over = await agent.answer("propose", { hypothesis: "one more", files: [{ content: rule(13, 5.5) }] });
  expect(over.isError).toBe(true);
  expect(wordsOf(over)).toMatch(
    /takes no more proposals[\s\S]*by-hand is finished: all experiments of the budget are done/,
  );
  const history = await agent.call("history");
  for (const line of ["4 of 4 experiments", "#1 · kept", "#2 · rejected", "#3 · kept", "tried: what really happens"]) {
    expect(history).toContain(line);
  }
  expect(await agent.call("history", { status: "kept", count: 1 })).toMatch(
    /1 of 3 experiments that were kept[\s\S]*#3/,
  );
  const trace = await agent.call("traces", { experiment: 1 });
  for (const part of [
    "+  const perDegree = 5;",
    '"hypothesis": "degrees count more"',
    '"name": "test-agent"',
    '"tool": "brief"',
  ]) {
    expect(trace).toContain(part);
  }
  await agent.leave();

  expect(`${await git(dir, "show", "pawl/by-hand:sales.ts")}\n`).toBe(rule(12, 5.5));
  expect(await git(dir, "status", "--porcelain")).toBe("");
  const shown = jsonLines((await pawl(dir, ["log", "by-hand", "--jsonl"])).stdout);
  expect(shown.at(-1)).toMatchObject({ type: "run.finished" });
  expect(shown.find(({ type }) => type === "run.started")).toMatchObject({
    data: { plugins: expect.arrayContaining([expect.objectContaining({ kind: "proposer", name: "pawl-mcp" })]) },
  });
});

test("the notebook has lessons of earlier runs, and ideas of whoever proposes", async () => {
  const dir = await project("notebook");
  const agent = await connect(dir);
  await agent.call("notebook", { add: "Look at wind and holidays" });
  const better = await propose(agent, {
    hypothesis: "degrees count more",
    edits: [{ search: "perDegree = 2;", replace: "perDegree = 5;" }],
  });
  await agent.call("verdict", { experiment: better });
  const worse = await propose(agent, {
    hypothesis: "nobody buys anything",
    if_it_fails: "somebody does",
    files: [{ content: "export default () => 0;\n" }],
  });
  await agent.call("verdict", { experiment: worse });
  await agent.leave();

  const next = await connect(dir);
  const notes = await next.call("notebook");
  expect(notes).toMatch(/lesson · degrees count more/);
  expect(notes).toMatch(/dead-end · nobody buys anything[^\n]*somebody does/);
  expect(notes).toMatch(/idea · Look at wind and holidays[^\n]*by proposer/);
  expect(await next.call("notebook", { search: "holidays" })).toContain("1 notes.");
  expect(await next.call("brief")).toContain("Look at wind and holidays");
});

test("a change that cannot be tried is answered with the reason, and costs nothing", async () => {
  const dir = await project("refuses");
  const agent = await connect(dir);
  const refused = async (input: Record<string, unknown>): Promise<string> => {
    const answer = await agent.answer("propose", { hypothesis: "x", ...input });
    expect(answer.isError).toBe(true);
    return wordsOf(answer);
  };
  expect(await refused({ edits: [{ search: "no such text", replace: "" }] })).toContain("does not stand in");
  expect(await refused({ edits: [{ search: "5", replace: "6" }] })).toContain("stands more than once");
  expect(await refused({ files: [{ file: "scorer.ts", content: "" }] })).toContain(
    '"scorer.ts" is not part of the surface',
  );
  expect(await refused({ edits: [{ search: "40", replace: "40" }] })).toContain("changes nothing");
  expect(await refused({})).toContain("either `edits` or `files`");
  expect(await refused({ files: [{ content: "1" }], edits: [{ search: "40", replace: "41" }] })).toContain("not both");
  expect(await refused({ files: [{ content: "1" }, { file: "sales.ts", content: "2" }] })).toContain("given twice");
  expect(await agent.call("history")).toContain("1 of 1 experiments");
  expect(await agent.call("verdict", { experiment: 1 })).toContain("There is no experiment 1; the last one is 0");
});

test("as many experiments as the config allows are under way at once, and each idea becomes one", async () => {
  const dir = await project("concurrent");
  edit(dir, "sales.ts", (text) => `${text}\nlet turns = 0;\nwhile (turns < 100_000_000) turns += 1;\n`);
  await git(dir, "commit", "-qam", "Slow down");
  const agent = await connect(dir, "--experiments", "6", "--concurrency", "2");
  const ideas = [1, 2, 3, 4, 5].map((base) =>
    propose(agent, { hypothesis: `base ${base}`, edits: [{ search: "base = 40", replace: `base = ${base}` }] }),
  );
  const numbers = await Promise.all(ideas);
  expect(numbers.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5]);
  const verdicts = await Promise.all(numbers.map((experiment) => agent.call("verdict", { experiment })));
  for (const verdict of verdicts) expect(verdict).toMatch(/^Experiment \d is (kept|rejected)/);
  const busy = await connect(await project("busy"), "--concurrency", "1");
  await busy.call("brief");
  const slow = {
    hypothesis: "slow",
    edits: [{ search: "return sold;", replace: "for (let i = 0; i < 4e9; i++);\n  return sold;" }],
  };
  await propose(busy, slow);
  expect(await busy.call("propose", { ...slow, wait_seconds: 1 })).toMatch(
    /As many experiments are under way as may be \(1\)/,
  );
  expect(await busy.call("verdict", { experiment: 1, wait_seconds: 1 })).toContain("still under way");
});

test("whoever waits hears that it goes on, and may stop waiting", async () => {
  const dir = await project("waits");
  const agent = await connect(dir, "--concurrency", "1");
  await propose(agent, {
    hypothesis: "slow",
    edits: [{ search: "return sold;", replace: "for (let i = 0; i < 1e9; i++);\n  return sold;" }],
  });
  const heard: (string | undefined)[] = [];
  const stop = new AbortController();
  const waiting = agent.client.callTool({ name: "verdict", arguments: { experiment: 1 } }, undefined, {
    signal: stop.signal,
    onprogress: ({ message }) => {
      heard.push(message);
      stop.abort("enough");
    },
  });
  await expect(waiting).rejects.toThrow();
  expect(heard[0]).toBe("experiment 1 is under way");
  expect(await agent.call("verdict", { experiment: 1 })).toMatch(/^Experiment 1 is/);
});

test("without a lock there is no run, and every tool says so", async () => {
  const dir = await project("unlocked");
  await git(dir, "rm", "-q", "pawl.lock.json");
  await git(dir, "commit", "-qm", "No lock");
  const agent = await connect(dir);
  for (const tool of ["brief", "history", "notebook"]) expect(await agent.call(tool)).toContain("PAWL_LOCK_MISSING");
  expect(agent.stderr()).toContain("PAWL_LOCK_MISSING");
});

test("a server that nobody asks anything leaves no run, and what a config prints stays off the protocol", async () => {
  const dir = await project("silent");
  edit(
    dir,
    "pawl.config.ts",
    (text) => `${text}\nconsole.log("printed by the config");\nprocess.stdout.write("and this\\n");\n`,
  );
  const agent = await connect(dir);
  expect((await agent.client.listTools()).tools).toHaveLength(6);
  await agent.leave();
  expect(agent.stderr()).toBe("printed by the config\nand this\n");
  expect((await pawl(dir, ["status"])).stderr).toContain("PAWL_RUN_NOT_FOUND");
});
