import { copyFile, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type PawlEvent, createEngine, defineProposer, openProject, writeLock } from "@pawl/core";
import { improvement } from "@pawl/gate-improvement";
import { isolate } from "@pawl/sandbox-isolate";
import { execa } from "execa";
import { expect, test } from "vitest";
import { fraudScorer } from "../../../../examples/fraud/scorer.ts";
import { fraudAttacks } from "../test/fraud-attacks.ts";
import { fraudHonest } from "../test/fraud-honest.ts";
import { leakOf, openFraud } from "../test/fraud.ts";
import { metricLock } from "../metric-lock.ts";

const example = new URL("../../../../examples/fraud/", import.meta.url).pathname;

test("in a run of the engine cheats are not committed, honest improvements are, and the ledger says why", async () => {
  const bench = await openFraud();
  const leak = leakOf(bench);
  await bench.close();
  const contents: readonly (readonly [name: string, status: string, text: string])[] = [
    ["lookup", "rejected", fraudAttacks["exact amount and distance"]!(leak)],
    ["order", "rejected", fraudAttacks["position of the case"]!(leak)],
    ["honest", "kept", fraudHonest["terminal risk of a week"]!],
    [
      "lookup on top",
      "rejected",
      fraudHonest["terminal risk of a week"]!.replace(
        "return points;",
        "if (spots.has(tx.amount * 1e4 + tx.distance)) points += 50;\n  return points;",
      ).replace(
        "/**\n * How",
        `const spots = new Set<number>(${JSON.stringify(leak.missed.map((i) => leak.inputs[i]!["amount"]! * 1e4 + leak.inputs[i]!["distance"]!))});\n/**\n * How`,
      ),
    ],
  ];
  const queue = contents.map(([hypothesis, , text]) => ({
    hypothesis,
    change: { kind: "files" as const, files: { "rules.ts": text } },
  }));
  const listed = defineProposer({ name: "listed", create: () => ({ propose: async () => queue.shift() ?? null }) });

  const root = await mkdtemp(join(tmpdir(), "pawl-lock-"));
  try {
    for (const file of await readdir(example)) {
      if (/(?<!\.test|config)\.ts$/.test(file)) await copyFile(join(example, file), join(root, file));
    }
    const git = (...args: string[]) =>
      execa("git", ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", ...args], { cwd: root });
    await git("init", "-q");
    await git("add", ".");
    await git("commit", "-qm", "start");
    const config = {
      surface: "rules.ts",
      proposer: listed(),
      executor: isolate(),
      scorer: fraudScorer(),
      gates: [improvement(), metricLock({ static: false })],
      limits: { wallMs: 20_000, memoryMb: 64 },
      budget: { experiments: contents.length },
      concurrency: 1,
    };
    await writeLock(await openProject(config, { root }), { signal: AbortSignal.timeout(60_000) });
    const events: PawlEvent[] = [];
    const run = createEngine(config, { root }).run();
    for await (const event of run) events.push(event);
    await run.result;
    const ends = events.flatMap((event) => (event.type === "experiment.finished" ? [event.data] : [])).slice(1);
    expect(ends.map(({ status }, i) => [contents[i]![0], status])).toEqual(
      contents.map(([name, status]) => [name, status]),
    );
    const last = ends.map(({ verdicts }) => verdicts.at(-1)!);
    expect(last.map(({ code }) => code)).toEqual([
      "PAWL_GAMING_MEMORISED",
      "PAWL_GAMING_REPLAY",
      "PAWL_NO_GAMING",
      "PAWL_GAMING_MEMORISED",
    ]);
    expect(last[0]!.evidence).toMatchObject({ detector: "memorisation", finding: { group: "furthest" } });
    expect(last[2]!.evidence).toMatchObject({ notes: [{ detector: "hunks" }] });
  } finally {
    await rm(root, { recursive: true, force: true, maxRetries: 3 });
  }
});
