import { spawn } from "node:child_process";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { probeContainment } from "./host/containment.ts";
import { Agents, EDIT, FILE, contextOf, never, proposalOf, standstillOf, traceOf } from "./test/setting.ts";

const agents = new Agents();
const contained = probeContainment(1_024, true);
if (!contained.namespace)
  process.stderr.write("tests of agents in a PID namespace are skipped: none can be had here\n");

/** Living processes with a word in their command line. */
function processesWith(word: string): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(word);
      } catch {
        return false;
      }
    });
}

async function gone(word: string): Promise<boolean> {
  for (let round = 0; round < 100 && processesWith(word).length > 0; round += 1) await sleep(50);
  return processesWith(word).length === 0;
}

const WAYS = [
  ...(contained.namespace ? ([["in a PID namespace", true]] as const) : []),
  ["without a PID namespace", false],
] as const;

describe.each(WAYS)("%s", (_, pidNamespace) => {
  test("processes that it leaves behind are ended, also those that called setsid", async () => {
    const word = `left-behind-${process.pid}-${pidNamespace}`;
    const late = `import("node:fs").then((fs) => setInterval(() => fs.appendFileSync(process.argv[1], "late"), 20)); "${word}"`;
    const proposal = await proposalOf(
      await agents.node(
        `for (const detached of [true, false]) spawn(process.execPath, ["-e", ${JSON.stringify(late)}, process.cwd() + "/${FILE}"],
          { detached, stdio: detached ? "ignore" : "inherit" }).unref();
        await new Promise((go) => setTimeout(go, 300));
        ${EDIT} process.exit(0);`,
        { pidNamespace },
      ),
    );
    expect(proposal.change.kind).toBe("files");
    expect(processesWith(word)).toEqual([]);
  });

  test("one that never ends is asked to end, then ended, with all that it started", async () => {
    const word = `never-ends-${process.pid}-${pidNamespace}`;
    const stubborn = `process.on("SIGTERM", () => {}); setInterval(() => {}, 1000); "${word}"`;
    const proposer = await agents.node(
      `${EDIT} spawn(process.execPath, ["-e", ${JSON.stringify(stubborn)}], { detached: true, stdio: "ignore" }).unref();
      process.on("SIGTERM", () => console.log("asked")); console.log("waits"); setInterval(() => {}, 1000);`,
      { pidNamespace, wallMs: 1_500, graceMs: 500 },
    );
    const proposal = await proposalOf(proposer);
    expect(proposal.change).toEqual({ kind: "unusable", reason: "the agent took longer than it may" });
    expect(traceOf(proposal).agent).toMatchObject({ ended: { timeOut: true }, stdout: "waits\nasked\n" });
    expect(await gone(word)).toBe(true);
    await proposalOf(proposer);
    expect(await standstillOf(proposer)).toMatchObject({ standstill: "unavailable" });
  });

  test("an abort ends it at once", async () => {
    const word = `aborted-${process.pid}-${pidNamespace}`;
    const proposer = await agents.node(`console.log("${word}"); setInterval(() => {}, 1000);`, {
      pidNamespace,
      graceMs: 0,
      command: [process.execPath, "-e", `setInterval(() => {}, 1000); "${word}"`],
    });
    const stop = new AbortController();
    const asked = proposer.propose(contextOf(), stop.signal);
    while (processesWith(word).length === 0) await sleep(20);
    stop.abort(new Error("enough"));
    await expect(asked).rejects.toThrow("enough");
    expect(await gone(word)).toBe(true);
  });

  test("one that kills itself, its group and whatever it may, is a failure", async () => {
    const reason = (await standstillOf(await agents.sh("kill -9 0", { pidNamespace, attempts: 1 }))).reason;
    expect(reason).toMatch(/was ended by SIGKILL|ended with 137/);
  });
});

test.skipIf(contained.processesBy === undefined)("a fork bomb is bounded, and ends with its time", async () => {
  const word = `bomb-${process.pid}`;
  const bomb = `: ${word}; while :; do (while :; do sleep 9.${process.pid} & done) 2>/dev/null & sleep 9; done`;
  const proposer = await agents.sh(bomb, { wallMs: 2_000, graceMs: 0, processes: 320 });
  const asked = proposer.propose(contextOf(), never);
  let most = 0;
  const counting = setInterval(() => {
    most = Math.max(most, processesWith(`9.${process.pid}`).length);
  }, 100);
  const answer = await asked;
  clearInterval(counting);
  expect(answer).toMatchObject({ change: { kind: "unusable" } });
  expect(most).toBeGreaterThan(100);
  expect(most).toBeLessThanOrEqual(320);
  expect(await gone(word)).toBe(true);
});

test.skipIf(!contained.diesWithEngine || !contained.namespace)(
  "it dies with the engine, even where that is killed",
  async () => {
    const word = `orphan-${process.pid}`;
    const script = join(agents.folder, "engine.mjs");
    const agent = `require("child_process").spawn(process.execPath, ["-e", "setInterval(()=>{},1000);'${word}'"], { detached: true, stdio: "ignore" }); setInterval(() => {}, 1000)`;
    writeFileSync(
      script,
      `import { command } from ${JSON.stringify(new URL("../dist/index.js", import.meta.url).href)};
    const made = command({ command: [process.execPath, "-e", ${JSON.stringify(agent)}] });
    const proposer = await made.create(made.schema.parse(made.options), { root: ${JSON.stringify(agents.folder)} });
    const nothing = { recent: () => [], kept: () => [], length: 0 };
    proposer.propose({ experiment: 1, metric: { name: "m", direction: "maximize" }, guardrails: [], champion: { experiment: 0,
      files: { "a.ts": "1" }, score: 1 }, history: nothing, train: { inputs: [], failures: async () => [] }, budget: {},
      purse: { limited: false, left: 1, reserve: () => ({ settle() {} }) }, notebook: { notes: () => [] },
      random: { integer: () => 1 } }, new AbortController().signal);`,
    );
    const engine = spawn(process.execPath, [script], { stdio: "inherit" });
    while (processesWith(word).length === 0) {
      if (engine.exitCode !== null) throw new Error("the engine ended by itself");
      await sleep(50);
    }
    engine.kill("SIGKILL");
    expect(await gone(word)).toBe(true);
    // What it left on the disk is removed by the next one.
    await proposalOf(await agents.node(EDIT));
    expect(readdirSync(join(agents.folder, "..")).some((name) => name.startsWith(`pawl-agent-${engine.pid}-`))).toBe(
      false,
    );
  },
);
