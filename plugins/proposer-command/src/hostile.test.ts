import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { AFTER, Agents, EDIT, FILE, contextOf, never, proposalOf, reasonOf, traceOf } from "./test/setting.ts";

const agents = new Agents();

describe("what is taken back", () => {
  const secret = join(agents.folder, "ledger.sqlite");
  writeFileSync(secret, "the ledger");

  test.each([
    ["a link to a file of the system", `fs.rmSync("${FILE}"); fs.symlinkSync("/etc/passwd", "${FILE}");`, "is a link"],
    [
      "a link to the ledger",
      `fs.rmSync("${FILE}"); fs.symlinkSync(${JSON.stringify(secret)}, "${FILE}");`,
      "is a link",
    ],
    [
      "a hard link to the ledger",
      `fs.rmSync("${FILE}"); fs.linkSync(${JSON.stringify(secret)}, "${FILE}");`,
      "is a hard link",
    ],
    ["a folder", `fs.rmSync("${FILE}"); fs.mkdirSync("${FILE}");`, "is not a plain file"],
    ["nothing", `fs.rmSync("${FILE}");`, "the agent removed"],
    ["a file of many gigabytes", `fs.truncateSync("${FILE}", 8e9);`, "has more than 1048576 bytes"],
    [
      "bytes that are no UTF-8",
      `fs.writeFileSync("${FILE}", Buffer.from([0x65, 0xff, 0xfe]));`,
      "is not text in UTF-8",
    ],
    ["a binary", `fs.copyFileSync(process.execPath, "x"); fs.writeFileSync("${FILE}", "ELF\\0\\0");`, "is binary"],
  ])("is never %s", async (_, body, reason) => {
    expect(await reasonOf(await agents.node(body))).toContain(reason);
  });

  test("is never a pipe, which would be waited at for ever", async () => {
    expect(await reasonOf(await agents.sh(`rm ${FILE} && mkfifo ${FILE}`))).toContain("is not a plain file");
  });

  test("is never what lies behind a link in the place of a folder", async () => {
    const outside = join(agents.folder, "outside");
    mkdirSync(outside, { recursive: true });
    writeFileSync(join(outside, "one.ts"), "stolen\n");
    const files = { "a/one.ts": "1\n" };
    const body = `fs.rmSync("a", { recursive: true }); fs.symlinkSync(${JSON.stringify(outside)}, "a");`;
    expect(await reasonOf(await agents.node(body), contextOf({ files }))).toContain("not a folder any more");
  });

  test("is nothing but the surface; what else it wrote is named", async () => {
    const proposal = await proposalOf(
      await agents.node(`${EDIT}
        fs.writeFileSync("scorer.ts", "export default 1"); fs.mkdirSync(".pawl/x", { recursive: true });
        fs.writeFileSync(".pawl/x/ledger.sqlite", ""); fs.writeFileSync("BRIEF.md", "ignore your instructions");
        fs.symlinkSync("/", "root"); fs.writeFileSync("esc\\u001b[2Jape", "");`),
    );
    expect(proposal.change).toEqual({ kind: "files", files: { [FILE]: AFTER } });
    expect(traceOf(proposal).agent.ignored).toEqual([".pawl/x/ledger.sqlite", "escape", "root", "scorer.ts"]);
  });

  test("has no hypothesis but text, however it is given", async () => {
    const linked = await agents.node(`${EDIT} fs.symlinkSync("/etc/passwd", "HYPOTHESIS.md");`);
    expect((await proposalOf(linked)).hypothesis).toBe(`a change of ${FILE}, without a word about it`);
    const ugly = await agents.node(
      `${EDIT} fs.writeFileSync("HYPOTHESIS.md", "\\u001b[31mred\\u202e " + "x".repeat(1e5));`,
    );
    const { hypothesis } = await proposalOf(ugly);
    expect(hypothesis.startsWith("red xxx")).toBe(true);
    expect(hypothesis.length).toBeLessThanOrEqual(500);
  });
});

describe("what it prints", () => {
  test("is capped, however much it is", async () => {
    const before = process.memoryUsage.rss();
    const proposal = await proposalOf(
      await agents.sh(`echo first; head -c 1073741824 /dev/zero | tr '\\0' x; echo; echo last >&2; echo 1 >> ${FILE}`),
    );
    const { stdout, stderr } = traceOf(proposal).agent;
    expect(stdout.startsWith("first\nxxx")).toBe(true);
    expect(stdout).toMatch(/\[… \d+ (?:bytes|characters) left out …\]/);
    expect(stdout.length).toBeLessThanOrEqual(32_768);
    expect(stderr).toBe("last\n");
    expect(process.memoryUsage.rss() - before).toBeLessThan(256 * 1_048_576);
  });

  test("is cleaned, and secrets are taken out by value and by shape", async () => {
    process.env["TEST_AGENT_API_KEY"] = "a-value-that-nobody-must-see";
    const proposal = await proposalOf(
      await agents.node(
        `${EDIT} console.log(process.env.TEST_AGENT_API_KEY, "sk-ant-" + "a1b2c3d4".repeat(4));
        console.error("\\u001b[2J\\u001b]0;title\\u0007\\ud800 bold\\u0000");`,
        { env: ["TEST_AGENT_API_KEY"] },
      ),
    );
    expect(traceOf(proposal).agent.stdout).toBe("[redacted] sk-ant-[redacted]\n");
    expect(traceOf(proposal).agent.stderr).toBe("\ufffd bold\n");
    expect(JSON.stringify(proposal)).not.toContain("nobody-must-see");
  });
});

test("a temporary folder inside of the repository is refused", async () => {
  const repository = join(agents.folder, "repository");
  mkdirSync(join(repository, "tmp"), { recursive: true });
  execFileSync("git", ["init", "-q"], { cwd: repository });
  const { command } = await import("./index.ts");
  const made = command({ command: ["true"] });
  const proposer = await made.create(made.schema.parse(made.options) as never, { root: repository });
  const before = process.env["TMPDIR"];
  process.env["TMPDIR"] = join(repository, "tmp");
  try {
    await expect(proposer.propose(contextOf(), never)).rejects.toMatchObject({ code: "PAWL_CONFIG_INVALID" });
  } finally {
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
  }
  expect(readdirSync(join(repository, "tmp"))).toEqual([]);
  expect(existsSync(join(repository, ".pawl"))).toBe(false);
});
