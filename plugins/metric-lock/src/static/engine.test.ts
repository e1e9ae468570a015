import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type PawlEvent, createEngine, defineProposer, defineScorer, openProject, writeLock } from "@pawl/core";
import { improvement } from "@pawl/gate-improvement";
import { isolate } from "@pawl/sandbox-isolate";
import { execa } from "execa";
import { expect, test } from "vitest";
import { metricLock } from "../metric-lock.ts";

const START = "export default (amount: number) => (amount > 5 ? 1 : 0);\n";
const AMOUNTS = Array.from({ length: 200 }, (_, i) => i / 8 + 0.0137);
/** One amount is an exception that no rule knows of. */
const EXCEPTION = AMOUNTS[20]!;

/** The share of the amounts that were told right. */
const rightOrWrong = defineScorer({
  name: "right-or-wrong",
  create: () => ({
    metric: { name: "right", direction: "maximize" },
    load: async (split, seed) =>
      split === "validation"
        ? { split, seed, inputs: AMOUNTS, reference: AMOUNTS.map((each) => (each > 4 || each === EXCEPTION ? 1 : 0)) }
        : null,
    score: async (outputs, { reference }) => {
      const right = outputs.filter((output, i) => "value" in output && output.value === (reference as number[])[i]);
      return { value: right.length / outputs.length };
    },
  }),
});

const PROPOSALS = [
  // The words of the champion, and a number that only one case has.
  ["exception", START.replace("amount >", `amount === ${EXCEPTION} ? 1 : amount >`)],
  ["exception that does not pay", START.replace("amount >", `amount === ${AMOUNTS[2]} ? 1 : amount >`)],
  ["exception in new words", START.replace("amount >", `Math.abs(amount) === ${EXCEPTION} ? 1 : amount >`)],
  ["honest", START.replace("5", "4")],
] as const;

test("what has no new word is read when it would be kept, and what has one before it runs", async () => {
  const queue = PROPOSALS.map(([hypothesis, text]) => ({
    hypothesis,
    change: { kind: "files" as const, files: { "rule.ts": text } },
  }));
  const listed = defineProposer({ name: "listed", create: () => ({ propose: async () => queue.shift() ?? null }) });
  const root = await mkdtemp(join(tmpdir(), "pawl-read-"));
  try {
    await writeFile(join(root, "rule.ts"), START);
    const git = (...args: string[]) =>
      execa("git", ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", ...args], { cwd: root });
    await git("init", "-q");
    await git("add", ".");
    await git("commit", "-qm", "start");
    const config = {
      surface: "rule.ts",
      proposer: listed(),
      executor: isolate(),
      scorer: rightOrWrong(),
      gates: [improvement(), metricLock()],
      limits: { wallMs: 20_000, memoryMb: 64 },
      budget: { experiments: PROPOSALS.length },
      concurrency: 1,
    };
    await writeLock(await openProject(config, { root }), { signal: AbortSignal.timeout(60_000) });
    const events: PawlEvent[] = [];
    for await (const event of createEngine(config, { root }).run()) events.push(event);
    const ends = events.flatMap((event) => (event.type === "experiment.finished" ? [event.data] : [])).slice(1);
    const last = ends.map(({ status, verdicts, score }) => {
      const { gate, step, code } = verdicts.at(-1)!;
      return { status, gate, step, code, ran: score !== undefined };
    });
    const lock = "@pawl/metric-lock";
    const rare = { status: "held", gate: lock, code: "PAWL_GAMING_RARE_BRANCH" };
    expect(last).toEqual([
      { ...rare, step: "judge", ran: true },
      { status: "rejected", gate: "@pawl/gate-improvement", step: "judge", code: expect.any(String), ran: true },
      { ...rare, step: "inspect", ran: false },
      { status: "kept", gate: lock, step: "before-commit", code: "PAWL_NO_GAMING", ran: true },
    ]);
  } finally {
    await rm(root, { recursive: true, force: true, maxRetries: 3 });
  }
});
