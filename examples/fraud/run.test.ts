import { execFileSync } from "node:child_process";
import { copyFile, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEngine, openProject, type PawlEvent, writeLock } from "@pawl/core";
import { expect, it } from "vitest";
import config from "./pawl.config.ts";
import rules from "./rules.ts";
import { fraudScorer } from "./scorer.ts";
import { loadSplit } from "./splits.ts";

it("improves in the sandbox, and measures there what is measured here", async () => {
  const root = await mkdtemp(join(tmpdir(), "pawl-fraud-"));
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

    const short = { ...config, budget: { experiments: 30 } };
    const signal = AbortSignal.timeout(50_000);
    await writeLock(await openProject(short, { root }), { signal });
    const events: PawlEvent[] = [];
    const run = createEngine(short, { root }).run({ signal });
    for await (const event of run) events.push(event);

    const { inputs, reference } = loadSplit("validation", 1);
    const scorer = await fraudScorer().create({} as never, { root });
    const outputs = inputs.map((tx) => ({ value: rules(tx) }));
    const direct = await scorer.score(outputs, { split: "validation", seed: 1, inputs, reference }, signal);

    const { experiments, baseline, champion, exam } = await run.result;
    expect(experiments).toBe(30);
    expect(baseline?.validation).toBe(direct.value);
    expect(champion!.validation).toBeGreaterThan(baseline!.validation + 0.01);
    // Another month at the same bank, which nobody has seen.
    expect(exam).toMatchObject({ cases: "fresh", looksBefore: 0 });
    expect(exam!.champion.score).toBeGreaterThan(exam!.baseline.score!);
    expect(exam!.effect!.low).toBeGreaterThan(0);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
});
