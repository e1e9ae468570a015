import { existsSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { testProposer } from "@pawl/testkit";
import {
  AFTER,
  Agents,
  BEFORE,
  EDIT,
  FILE,
  contextOf,
  never,
  proposalOf,
  purseOf,
  reasonOf,
  standstillOf,
  traceOf,
} from "./test/setting.ts";

const agents = new Agents();

describe("an agent", () => {
  test("proposes what it made of the surface, and says what it tried", async () => {
    const proposer = await agents.node(`${EDIT}
      fs.writeFileSync("HYPOTHESIS.md", "# A larger factor earns more\\n\\nThe cases of the train split say so.\\n");
      console.log("done");`);
    const proposal = await proposalOf(proposer);
    expect(proposal).toMatchObject({
      change: { kind: "files", files: { [FILE]: AFTER } },
      hypothesis: "A larger factor earns more",
      rationale: "The cases of the train split say so.",
    });
    expect(traceOf(proposal)).toMatchObject({
      agent: { ended: { code: 0 }, stdout: "done\n", ignored: [], given: [FILE, "traces/README.md"] },
    });
    expect(traceOf(proposal).brief).toContain("profit (€), higher is better");
  });

  test("gets a brief and the train failures, and nothing of the project", async () => {
    const failures = [
      { case: 4, cause: "missed fraud", detail: "said no", input: { amount: 12 }, output: "no", weight: 2 },
    ];
    const proposer = await agents.node(`
      const list = (folder) => fs.readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((each) => each.isFile()).map((each) => (each.parentPath + "/" + each.name).replace(process.cwd() + "/", "")).sort();
      fs.writeFileSync("HYPOTHESIS.md", list(process.cwd()).join(" ") + " | " + fs.readdirSync(process.env.HOME).length);
      fs.writeFileSync("${FILE}", fs.readFileSync("BRIEF.md", "utf8") + fs.readFileSync("traces/01-missed-fraud.md", "utf8"));`);
    const { hypothesis, change } = await proposalOf(proposer, contextOf({ failures, goal: "Earn more" }));
    expect(hypothesis).toBe(
      "BRIEF.md rules.ts traces/01-missed-fraud.json traces/01-missed-fraud.md traces/README.md | 0",
    );
    const text = change.kind === "files" ? change.files[FILE]! : "";
    for (const part of ["Earn more", "experiments: 5", "`rules.ts`", "1 × missed fraud, weight 2", '"amount": 12']) {
      expect(text).toContain(part);
    }
  });

  test("has an environment of its own, without this one's secrets", async () => {
    process.env["TEST_SECRET_TOKEN"] = "tell-nobody-of-this";
    process.env["TEST_ALLOWED_TOKEN"] = "but-use-this-one";
    const proposer = await agents.node(
      `fs.writeFileSync("${FILE}", JSON.stringify([process.env, fs.readFileSync(0, "utf8")]));`,
      { env: ["TEST_ALLOWED_TOKEN", "TEST_NOT_SET"] },
    );
    const { change } = await proposalOf(proposer);
    const [env, stdin] = JSON.parse(change.kind === "files" ? change.files[FILE]! : "") as [
      Record<string, string>,
      string,
    ];
    expect(stdin).toBe("");
    expect(env).toMatchObject({ TEST_ALLOWED_TOKEN: "but-use-this-one", PAWL_EXPERIMENT: "7" });
    expect(env).not.toHaveProperty("TEST_SECRET_TOKEN");
    expect(env["HOME"]).not.toBe(process.env["HOME"]);
    expect(existsSync(env["HOME"]!)).toBe(false);
  });

  test("that changes nothing has given an answer nobody can try", async () => {
    expect(await reasonOf(await agents.sh("exit 0"))).toBe("the agent changed nothing of the surface");
  });

  test("that fails is called again, and then the run stands still", async () => {
    const answer = await standstillOf(await agents.sh("echo 'no credit left' >&2; exit 3", { attempts: 2 }));
    expect(answer).toEqual({
      standstill: "unavailable",
      reason: "the agent failed 2 times in a row: the agent ended with 3 and changed nothing: no credit left",
    });
  });

  test("that recovers costs no experiment, and its failures stay in the trace", async () => {
    const mark = join(agents.folder, "mark");
    const proposer = await agents.node(
      `if (!fs.existsSync(${JSON.stringify(mark)})) { fs.writeFileSync(${JSON.stringify(mark)}, ""); process.exit(1); }\n${EDIT}`,
    );
    const proposal = await proposalOf(proposer);
    expect(proposal.change.kind).toBe("files");
    expect(traceOf(proposal).failed).toMatchObject([{ agent: { ended: { code: 1 } } }]);
  });

  test("that fails with a change has made it nevertheless", async () => {
    expect((await proposalOf(await agents.node(`${EDIT} process.exit(2);`))).change.kind).toBe("files");
  });

  test("that is not there is a mistake in the config", async () => {
    const proposer = await agents.make({ command: ["no-such-agent"] });
    await expect(proposer.propose(contextOf(), never)).rejects.toMatchObject({
      code: "PAWL_CONFIG_INVALID",
      path: "proposer.options.command",
    });
    expect(await proposer.doctor?.()).toMatchObject([{ name: "agent", ok: false }, { name: "agent sandbox" }]);
  });

  test("on the bare host is said to be there, once a run and by the doctor", async () => {
    agents.notices.length = 0;
    const proposer = await agents.node(EDIT);
    await proposalOf(proposer);
    await proposalOf(proposer);
    expect(agents.notices).toEqual([
      {
        kind: "note",
        message: expect.stringMatching(/is not in a sandbox: it may read and change whatever this user may$/),
      },
    ]);
    const checks = (await proposer.doctor?.()) ?? [];
    expect(checks[1]).toMatchObject({ name: "agent sandbox", ok: false, warning: true });
    expect(checks[1]?.detail).toMatch(/^none: it runs as this user/);
  });

  test("may have more files to work on, in folders", async () => {
    const files = { "a/one.ts": "1\n", "a/b/two.ts": "2\n", "three.ts": "3\n" };
    const proposer = await agents.sh("echo 22 > a/b/two.ts");
    expect((await proposalOf(proposer, contextOf({ files }))).change).toEqual({
      kind: "files",
      files: { "a/b/two.ts": "22\n" },
    });
  });

  test("leaves nothing in the temporary folder", async () => {
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith(`pawl-agent-${process.pid}-`));
    await proposalOf(await agents.node(`${EDIT} fs.mkdirSync("x/y/z", { recursive: true }); fs.chmodSync("x", 0);`));
    const after = readdirSync(tmpdir()).filter((name) => name.startsWith(`pawl-agent-${process.pid}-`));
    expect(after).toEqual(before);
  });
});

describe("its cost", () => {
  const print = (value: unknown): string =>
    `${EDIT} console.log("noise"); console.log(${JSON.stringify(JSON.stringify(value))});`;

  test("is read from the last JSON on stdout, as Claude Code prints it", async () => {
    const usage = { input_tokens: 10, cache_creation_input_tokens: 5, cache_read_input_tokens: 100, output_tokens: 7 };
    const purse = purseOf(2);
    const proposer = await agents.node(
      `${print({ type: "result", total_cost_usd: 0.125, usage })} console.log("bye");`,
      {
        cost: "stdout",
        maxUsdPerCall: 1,
      },
    );
    const { cost } = await proposalOf(proposer, contextOf({ purse }));
    expect(cost).toEqual({ usd: 0.125, inputTokens: 115, outputTokens: 7 });
    expect(purse.paid).toEqual([0.125]);
  });

  test("is read from a file", async () => {
    const proposer = await agents.node(`${EDIT} fs.writeFileSync("cost.json", '{"usd": 0.5}')`, {
      cost: { file: "cost.json" },
      maxUsdPerCall: 1,
    });
    expect((await proposalOf(proposer)).cost).toEqual({ usd: 0.5 });
  });

  test.each([
    ["says nothing", EDIT],
    ["claims less than nothing", print({ total_cost_usd: -5 })],
    ["claims no number", print({ total_cost_usd: "free" })],
    ["claims infinitely much", `${EDIT} console.log('{"total_cost_usd": 1e999}');`],
  ])("is the most that was set aside where it %s", async (_, body) => {
    const purse = purseOf(2);
    const { cost } = await proposalOf(
      await agents.node(body, { cost: "stdout", maxUsdPerCall: 0.75 }),
      contextOf({ purse }),
    );
    expect(cost).toEqual({ usd: 0.75 });
    expect(purse.paid).toEqual([0.75]);
  });

  test("is set aside before the call, or the call is not made", async () => {
    const mark = join(agents.folder, "called");
    const proposer = await agents.sh(`touch ${mark}`, { usdPerCall: 3 });
    const purse = purseOf(2);
    expect(await standstillOf(proposer, contextOf({ purse }))).toMatchObject({ standstill: "unaffordable" });
    expect(existsSync(mark)).toBe(false);
    expect(purse.paid).toEqual([]);
  });

  test("must be known where the run has a budget", async () => {
    const proposer = await agents.node(EDIT, { cost: "stdout" });
    await expect(proposer.propose(contextOf({ purse: purseOf(2) }), never)).rejects.toMatchObject({
      code: "PAWL_MODEL_PRICE_UNKNOWN",
    });
    expect((await proposalOf(proposer)).change.kind).toBe("files");
  });
});

test("options that contradict each other are refused", async () => {
  await expect(agents.sh("", { cost: "stdout", usdPerCall: 1 })).rejects.toThrow(/always costs the same/);
  await expect(agents.sh("", { command: [] })).rejects.toThrow(/command/);
  await expect(agents.sh("", { cost: { file: "../cost.json" } })).rejects.toThrow(/inside of the scratch copy/);
  await expect(agents.sh("", { env: ["A=B"] })).rejects.toThrow(/environment variable/);
});

test("its repository's folder is never its scratch copy's", async () => {
  const proposer = await agents.sh("pwd > HYPOTHESIS.md; echo x > rules.ts");
  const { hypothesis } = await proposalOf(proposer);
  expect(hypothesis).toMatch(/pawl-agent-\d+-\w+\/work$/);
  expect(hypothesis.startsWith(agents.folder)).toBe(false);
});

// A seeded agent: it draws from what the engine gives it, so that the same seed makes the same proposals.
testProposer({ ...(await configured()) }, { files: { [FILE]: BEFORE }, experiments: 6, guardMs: 20_000 });

async function configured() {
  const { command } = await import("./index.ts");
  return command({
    command: ["/bin/sh", "-c", `echo "export default (x: number) => x * $PAWL_SEED.$PAWL_EXPERIMENT;" > ${FILE}`],
    retryMs: 0,
    graceMs: 100,
  });
}
