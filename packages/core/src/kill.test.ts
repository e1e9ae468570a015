import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { expect, test } from "vitest";
import type { PawlEvent } from "./events.ts";
import { openGit } from "./git/git.ts";
import { verifyLedger } from "./ledger/verify.ts";
import { readLease } from "./lease.ts";
import { openLedger } from "./project.ts";
import { createRandom } from "./random.ts";
import type { Summary } from "./summary.ts";
import { code } from "./test/isolated.ts";
import { scratchRepo } from "./test/toy.ts";

const program = new URL("test/engine-process.ts", import.meta.url).pathname;

const KINDS = {
  toy: { files: undefined, experiments: 1_200 },
  isolate: { files: { "point.ts": code(0, 0) }, experiments: 800 },
};

test.each([
  { kills: 8, kind: "toy", concurrency: 1 },
  { kills: 32, kind: "isolate", concurrency: 2 },
] as const)(
  "a run that is killed $kills times ends as if nothing had happened ($kind, $concurrency in flight)",
  async ({ kills, kind, concurrency }) => {
    const { files, experiments } = KINDS[kind];
    await using repo = await scratchRepo(files);
    const random = createRandom(`kill/${concurrency}`);
    const start = (mode: string) =>
      execa("node", [program, repo.root, kind, `${concurrency}`, mode], { cwd: repo.root, reject: false });
    expect((await start("lock")).stderr).toBe("");

    let seen = 0;
    const orphans = new Set<string>();
    for (let kill = 0; kill < kills; kill += 1) {
      const engine = start(seen > 0 ? "resume" : "run");
      await untilAtWork(repo.root);
      // Every second kill waits for the run to get on, so that the others, which may hit the start, do not stop it for good.
      if (kill % 2 === 1) await untilLonger(repo.root, seen);
      await sleep(random.next() * 250);
      for (const child of await childrenOf(engine.pid)) orphans.add(child);
      engine.kill("SIGKILL");
      const { stderr, exitCode, stdout } = await engine;
      // Killed, and not broken by what the last kill left behind.
      expect({ stderr, exitCode, stdout }).toEqual({ stderr: "", exitCode: undefined, stdout: "" });
      seen = await lengthOfRun(repo.root);
    }
    await expectGone(orphans);
    // Otherwise there was nobody to leave behind.
    expect(orphans.size > 0).toBe(kind === "isolate");
    const last = await start("resume");
    expect(last.stderr).toBe("");
    const summary = JSON.parse(last.stdout) as Summary;

    const git = await openGit(repo.root);
    const ledger = await openLedger(git);
    await verifyLedger(ledger);
    const events: PawlEvent[] = [];
    for await (const event of ledger.events({ run: "run-1" })) events.push(event as unknown as PawlEvent);
    await ledger.close();

    const finished = events.filter((event) => event.type === "experiment.finished").map(({ data }) => data);
    expect(finished.map(({ experiment }) => experiment).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: experiments + 1 }, (_, n) => n),
    );
    const kept = finished.filter(({ status, experiment }) => status === "kept" && experiment > 0);
    const committed = events.filter((event) => event.type === "champion.committed").map(({ data }) => data);
    expect(committed.map(({ experiment }) => experiment)).toEqual(kept.map(({ experiment }) => experiment));

    const log = await git.log("refs/heads/pawl/run-1", 1_000);
    const commits = log.filter(({ trailers }) => trailers !== null).toReversed();
    expect(commits.map(({ trailers }) => trailers?.experiment)).toEqual(kept.map(({ experiment }) => experiment));
    expect(commits.map(({ commit }) => commit)).toEqual(committed.map(({ commit }) => commit));
    expect(summary).toMatchObject({ status: "finished", experiments, kept: kept.length });
    expect(summary.champion).toMatchObject({ commit: log[0]?.commit, experiment: kept.at(-1)?.experiment });
    expect(kept.length).toBeGreaterThan(3);
  },
  300_000,
);

/** Direct children that are sandboxes, as `pid start-time`: process ids come back, pairs do not. Git's are short-lived. */
async function childrenOf(pid: number | undefined): Promise<string[]> {
  const { stdout } = await execa("ps", ["-o", "pid=,lstart=,args=", "--ppid", `${pid}`], { reject: false });
  return stdout
    .split("\n")
    .filter((line) => line.includes("child/main.js"))
    .map(identity);
}

/** The first six words of a line of `ps`: the pid and five words of date. */
const identity = (line: string): string => line.trim().split(/\s+/).slice(0, 6).join(" ");

/** Orphans end themselves, and only a machine that is very busy lets them linger. */
async function expectGone(orphans: ReadonlySet<string>): Promise<void> {
  let left: string[] = [];
  for (let tries = 0; tries < 100; tries += 1) {
    const { stdout } = await execa("ps", ["-A", "-o", "pid=,lstart=,stat="]);
    const alive = stdout.split("\n").filter((line) => !line.trim().split(/\s+/)[6]?.startsWith("Z"));
    left = alive.map(identity).filter((process) => orphans.has(process));
    if (left.length === 0) return;
    await sleep(100);
  }
  expect(left).toEqual([]);
}

/** Events of the run. A kill may come before the first is written: then there is nothing to resume. */
async function lengthOfRun(root: string): Promise<number> {
  const ledger = await openLedger({ root });
  try {
    return (await ledger.runs()).length > 0 ? (await ledger.head()).seq : 0;
  } finally {
    await ledger.close();
  }
}

async function untilLonger(root: string, seen: number): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if ((await lengthOfRun(root)) > seen + 4) return;
    await sleep(100);
  }
  throw new Error("the run does not get on");
}

/** Waits until the engine holds its lease, which is when there begins to be something to lose. */
async function untilAtWork(root: string): Promise<void> {
  for (let tries = 0; tries < 6_000; tries += 1) {
    if ((await readLease(`${root}/.git`)).held) return;
    await sleep(10);
  }
}
