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
import { longConfig, scratchRepo } from "./test/toy.ts";

const program = new URL("test/engine-process.ts", import.meta.url).pathname;

test.each([
  [8, 1],
  [32, 6],
])(
  "a run that is killed %i times with %i in flight ends as if nothing had happened",
  async (wanted, concurrency) => {
    await using repo = await scratchRepo();
    await repo.lock(longConfig(concurrency));
    const random = createRandom(`kill/${concurrency}`);
    const start = (mode: string) =>
      execa("node", [program, repo.root, `${concurrency}`, mode], { cwd: repo.root, reject: false });

    let kills = 0;
    let begun = false;
    while (kills < wanted) {
      const engine = start(begun ? "resume" : "run");
      await untilAtWork(repo.root);
      await sleep(random.next() * 200);
      engine.kill("SIGKILL");
      kills += 1;
      const { stderr, exitCode, stdout } = await engine;
      // Killed, and not broken by what the last kill left behind.
      expect({ stderr, exitCode, stdout }).toEqual({ stderr: "", exitCode: undefined, stdout: "" });
      begun ||= await hasRun(repo.root);
    }
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
      Array.from({ length: 1_201 }, (_, n) => n),
    );
    const kept = finished.filter(({ status, experiment }) => status === "kept" && experiment > 0);
    const committed = events.filter((event) => event.type === "champion.committed").map(({ data }) => data);
    expect(committed.map(({ experiment }) => experiment)).toEqual(kept.map(({ experiment }) => experiment));

    const log = await git.log("refs/heads/pawl/run-1", 1_000);
    const commits = log.filter(({ trailers }) => trailers !== null).toReversed();
    expect(commits.map(({ trailers }) => trailers?.experiment)).toEqual(kept.map(({ experiment }) => experiment));
    expect(commits.map(({ commit }) => commit)).toEqual(committed.map(({ commit }) => commit));
    expect(summary).toMatchObject({ status: "finished", experiments: 1_200, kept: kept.length });
    expect(summary.champion).toMatchObject({ commit: log[0]?.commit, experiment: kept.at(-1)?.experiment });
    expect(kept.length).toBeGreaterThan(10);
  },
  300_000,
);

/** A kill may come before the run's first event is written: then there is nothing to resume. */
async function hasRun(root: string): Promise<boolean> {
  const ledger = await openLedger({ root });
  try {
    return (await ledger.runs()).length > 0;
  } finally {
    await ledger.close();
  }
}

/** Waits until the engine holds its lease, which is when there begins to be something to lose. */
async function untilAtWork(root: string): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    if ((await readLease(`${root}/.git`)).held) return;
    await sleep(10);
  }
}
