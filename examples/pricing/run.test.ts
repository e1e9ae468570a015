import { execFileSync } from "node:child_process";
import { copyFile, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEngine, defineProposer, openProject, type PawlEvent, writeLock } from "@pawl/core";
import { expect, it } from "vitest";
import config from "./pawl.config.ts";

const start = await readFile(join(import.meta.dirname, "pricing.ts"), "utf8");

/** What is proposed, in this order. */
const ideas = {
  greedy: start.replace(/(?<=let share = )1(?=;)/, 'request.segment === "loyal" ? 1.25 : 1'),
  broken: start.replace("return Math.max(", "return request.tenureDays === 0 ? Number.NaN : Math.max("),
  throwing: start.replace(
    "let share = 1;",
    'if (request.segment === "bargain") throw new Error("no idea"); let share = 1;',
  ),
  fair: start.replace("return Math.max(", "if (request.tenureDays === 0) share -= 0.04;\n  return Math.max("),
};

const listed = defineProposer({
  name: "listed",
  create: () => ({
    async propose({ experiment }) {
      const idea = Object.entries(ideas)[experiment - 1];
      return idea === undefined
        ? null
        : { change: { kind: "files", files: { "pricing.ts": idea[1] } }, hypothesis: `${idea[0]} prices` };
    },
  }),
});

it("runs in the sandbox, stops greed by the guardrail and keeps what is fair", async () => {
  const root = await mkdtemp(join(tmpdir(), "pawl-pricing-"));
  try {
    const files = (await readdir(import.meta.dirname)).filter((file) => /(?<!\.test)\.ts$/.test(file));
    for (const file of files) await copyFile(join(import.meta.dirname, file), join(root, file));
    const git = (...args: string[]): string =>
      execFileSync("git", ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", ...args], {
        cwd: root,
        encoding: "utf8",
      });
    git("init", "-q");
    git("add", ".");
    git("commit", "-qm", "start");

    const listedConfig = { ...config, proposer: listed(), concurrency: 1 };
    const signal = AbortSignal.timeout(50_000);
    await writeLock(await openProject(listedConfig, { root }), { signal });
    const events: PawlEvent[] = [];
    const run = createEngine(listedConfig, { root }).run({ signal });
    for await (const event of run) events.push(event);

    const finished = events.flatMap((event) =>
      event.type === "experiment.finished" ? [(event as PawlEvent<"experiment.finished">).data] : [],
    );
    expect(finished.map(({ status, verdicts }) => [status, verdicts.at(-1)?.code])).toEqual([
      ["kept", undefined],
      ["rejected", "PAWL_GUARDRAIL_BROKEN"],
      ["rejected", "PAWL_NOT_BETTER"],
      ["rejected", "PAWL_NOT_BETTER"],
      ["kept", "PAWL_HELD_UP"],
    ]);
    const [baseline, greedy] = finished;
    expect(greedy!.score).toBeGreaterThan(baseline!.score!);
    const { branch, champion } = await run.result;
    expect(champion?.experiment).toBe(4);
    expect(git("show", `${branch}:pricing.ts`)).toBe(ideas.fair);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
});
