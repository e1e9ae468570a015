import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import type { PawlEvent } from "./events.ts";
import { openGit } from "./git/git.ts";
import { verifyLedger } from "./ledger/verify.ts";
import { openLedger } from "./project.ts";
import { scratchRepo } from "./test/toy.ts";

const program = new URL("test/engine-process.ts", import.meta.url).pathname;
/** A hang guard: each test starts five engines in processes of their own. */
const GUARD_MS = 600_000;

/** A finished run of which everything that is better waits for a person. */
async function waiting() {
  const repo = await scratchRepo();
  await repo.git("config", "user.name", "Grace Hopper");
  const start = (mode: string[], env: Record<string, string> = {}) =>
    execa("node", [program, repo.root, "doubtful", "1", ...mode], { cwd: repo.root, reject: false, env });
  expect((await start(["lock"])).stderr).toBe("");
  expect((await start(["run"])).stderr).toBe("");
  const held = (await eventsOf(repo.root)).flatMap((event) =>
    event.type === "experiment.finished" && event.data.status === "held" ? [event.data.experiment] : [],
  );
  const [experiment = Number.NaN] = held;
  return { repo, start, experiment };
}

async function eventsOf(root: string): Promise<PawlEvent[]> {
  const ledger = await openLedger({ root });
  try {
    await verifyLedger(ledger);
    const events: PawlEvent[] = [];
    for await (const event of ledger.events({ run: "run-1" })) events.push(event as unknown as PawlEvent);
    return events;
  } finally {
    await ledger.close();
  }
}

/** What there is of second tries: rows of the ledger, and commits on the run's branch. */
async function traces(root: string, experiment: number) {
  const events = await eventsOf(root);
  const retry = events.flatMap((event) =>
    event.type === "experiment.proposed" && event.data.approves === experiment ? [event.data.experiment] : [],
  );
  const kept = events.flatMap((event) =>
    event.type === "experiment.finished" && retry.includes(event.data.experiment) ? [event.data.status] : [],
  );
  const committed = events.flatMap((event) => (event.type === "champion.committed" ? [event.data.experiment] : []));
  const reviews = events.filter(({ type }) => type === "experiment.reviewed").length;
  const log = await (await openGit(root)).log("refs/heads/pawl/run-1", 100);
  const commits = log.flatMap(({ trailers }) => (trailers === null ? [] : [trailers.experiment]));
  return { retry, kept, committed, reviews, commits };
}

/** The second try as it must be in the end, however often it was begun. */
async function expectWhole(root: string, experiment: number): Promise<void> {
  const { retry, kept, committed, reviews, commits } = await traces(root, experiment);
  expect({ retry: retry.length, kept, reviews }).toEqual({ retry: 1, kept: ["kept"], reviews: 1 });
  expect(committed).toEqual(retry);
  expect(commits).toEqual(retry);
}

describe("an approved experiment whose second try is killed is committed once", () => {
  test.each([
    ["when it is written down", "experiment.proposed", { kept: [], committed: 0, commits: 0 }],
    [
      "between the row that keeps it and its commit",
      "experiment.finished",
      { kept: ["kept"], committed: 0, commits: 0 },
    ],
    ["after its commit", "champion.committed", { kept: ["kept"], committed: 1, commits: 1 }],
  ])(
    "%s",
    async (_, fatal, left) => {
      const { repo, start, experiment } = await waiting();
      await using __ = repo;
      const killed = await start(["approve", `${experiment}`, fatal]);
      expect(killed).toMatchObject({ signal: "SIGKILL", stdout: "" });
      const { kept, committed, commits } = await traces(repo.root, experiment);
      expect({ kept, committed: committed.length, commits: commits.length }).toEqual(left);

      const again = await start(["resume"]);
      // After the commit nothing is left to do, and the run had ended before.
      if (left.commits === 0) expect(again.stderr).toBe("");
      else expect(again.stderr).toContain("PAWL_RUN_FINISHED");
      await expectWhole(repo.root, experiment);
      // Nor does a second approval commit it again.
      expect((await start(["approve", `${experiment}`])).stderr).toContain("PAWL_EXPERIMENT_REVIEWED");
      await expectWhole(repo.root, experiment);
    },
    GUARD_MS,
  );

  test(
    "between the branch's move and the row that says so",
    async () => {
      const { repo, start, experiment } = await waiting();
      await using __ = repo;
      // A git that kills whoever called it as soon as the branch has moved.
      const real = (await execa("which", ["git"])).stdout;
      const bin = join(repo.root, ".git", "fatal");
      await mkdir(bin);
      const script = `#!/bin/sh\n${real} "$@"\ncode=$?\ncase " $* " in *" update-ref "*) kill -9 $PPID;; esac\nexit $code\n`;
      await writeFile(join(bin, "git"), script);
      await chmod(join(bin, "git"), 0o755);
      const killed = await start(["approve", `${experiment}`], { PATH: `${bin}:${process.env["PATH"] ?? ""}` });
      expect(killed).toMatchObject({ signal: "SIGKILL" });
      const left = await traces(repo.root, experiment);
      expect(left).toMatchObject({ kept: ["kept"], committed: [], commits: left.retry });

      expect((await start(["resume"])).stderr).toBe("");
      await expectWhole(repo.root, experiment);
    },
    GUARD_MS,
  );
});
