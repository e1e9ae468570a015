import {
  type ExperimentRecord,
  type Gate,
  type HoldoutLook,
  type PawlConfig,
  type Trial,
  defineGate,
  defineProposer,
  pass,
  reject,
} from "@pawl/plugin";
import { expect, test } from "vitest";
import { createEngine } from "./engine.ts";
import type { PawlEvent } from "./events.ts";
import { openGit } from "./git/git.ts";
import { looksAt, peekLedger } from "./looks.ts";
import { openLedger } from "./project.ts";
import { better, nearness, scratchRepo, toyConfig } from "./test/toy.ts";

/** Steps away from the goal and nearer to it, in turns. */
const swing = (observed: ExperimentRecord[] = []) =>
  defineProposer({
    name: "toy-swing",
    create: () => ({
      async propose({ experiment }) {
        const x = experiment % 2 === 0 ? experiment / 10 : -experiment;
        return { change: { kind: "files", files: { "point.json": `{"x": ${x}, "y": 0}` } }, hypothesis: "swing" };
      },
      observe: (record) => void observed.push(record),
    }),
  })();

/** Decides by what it sees on the holdout, and says too much about it. */
const peeking = (seen: (readonly HoldoutLook[])[] = [], options: Parameters<Trial["rerun"]>[0] = {}) =>
  defineGate({
    name: "toy-peeking",
    create: (): Gate => ({
      async judge({ rerun, looks }) {
        seen.push(await looks());
        const [candidate, champion] = [
          await rerun({ ...options, split: "holdout" }),
          await rerun({ ...options, split: "holdout", subject: "champion" }),
        ];
        const [now, before] = [candidate.score?.value ?? Number.NaN, champion.score?.value ?? Number.NaN];
        const told = `${now} after ${before}`;
        return now > before ? pass("TOY_CONFIRMED", told, { now }) : reject("TOY_UNCONFIRMED", told, { now });
      },
    }),
  })();

const config = (changes: Partial<PawlConfig>): PawlConfig =>
  toyConfig({ proposer: swing(), gates: [peeking()], budget: { experiments: 4 }, ...changes });

async function collect(root: string, wanted: PawlConfig): Promise<PawlEvent[]> {
  const events: PawlEvent[] = [];
  for await (const event of createEngine(wanted, { root }).run()) events.push(event);
  return events;
}

const gateLooks = (events: readonly PawlEvent[]) =>
  events.filter(({ type, data }) => type === "holdout.answered" || (type === "holdout.looked" && "gate" in data));

test("a gate's look is written down before it is taken, counts once, and leaves one bit", async () => {
  await using repo = await scratchRepo();
  await repo.lock(config({}));
  const events = await collect(repo.root, config({}));
  expect(
    gateLooks(events)
      .slice(0, 6)
      .map(({ type, data }) => [type, data]),
  ).toMatchObject([
    ["holdout.looked", { experiment: 1, purpose: "gate", gate: "toy-peeking", subject: "candidate" }],
    ["holdout.looked", { experiment: 1, subject: "champion", again: true }],
    ["holdout.answered", { experiment: 1, gate: "toy-peeking", passed: false }],
    ["holdout.looked", { experiment: 2 }],
    ["holdout.looked", { experiment: 2, again: true }],
    ["holdout.answered", { experiment: 2, passed: true }],
  ]);
});

test("gates are told of all looks at the same sealed cases, those of earlier runs included", async () => {
  await using repo = await scratchRepo();
  const seen: (readonly HoldoutLook[])[] = [];
  const wanted = config({ gates: [peeking(seen)], budget: { experiments: 2 } });
  await repo.lock(wanted);
  await collect(repo.root, wanted);
  await collect(repo.root, wanted);
  const first = { run: "run-1", experiment: 1, gate: "toy-peeking", purpose: "gate", passed: false };
  expect(seen[0]).toEqual([]);
  expect(seen[1]).toMatchObject([first]);
  const gates = seen.at(-1)?.filter(({ purpose }) => purpose === "gate");
  expect(gates).toMatchObject([first, { ...first, experiment: 2, passed: true }, { ...first, run: "run-2" }]);
  const ledger = await openLedger(await openGit(repo.root));
  expect((await peekLedger(ledger)).filter(({ gate }) => gate === "toy-peeking")).toHaveLength(4);
  await ledger.close();
});

test("cases of another seed are fresh where the scorer says so, and the sealed ones elsewhere", async () => {
  const looked = async (fresh: boolean) => {
    await using repo = await scratchRepo();
    const scorer = nearness({ fresh, vault: false, cases: 5 });
    const wanted = config({ scorer, gates: [peeking([], { seed: 78 })], budget: { experiments: 1 } });
    await repo.lock(wanted);
    const events = await collect(repo.root, wanted);
    const [first] = gateLooks(events);
    const ledger = await openLedger(await openGit(repo.root));
    const sealed = (await peekLedger(ledger)).find(({ gate }) => gate !== undefined)?.cases;
    await ledger.close();
    return { data: first?.data, sealed };
  };
  const [fresh, sealed] = [await looked(true), await looked(false)];
  expect(fresh.data).toMatchObject({ purpose: "fresh", seed: 78 });
  expect(sealed.data).toMatchObject({ purpose: "gate", seed: 78 });
  expect(fresh.sealed).not.toBe(sealed.sealed);
});

test("who proposes is told one bit of what the sealed cases said, and the ledger all of it", async () => {
  await using repo = await scratchRepo();
  const observed: ExperimentRecord[] = [];
  const wanted = config({ proposer: swing(observed), gates: [better(), peeking()] });
  await repo.lock(wanted);
  const events = await collect(repo.root, wanted);
  const kept = observed.find(({ number }) => number === 2);
  expect(kept?.verdicts).toEqual([
    expect.objectContaining({ gate: "toy-better", evidence: expect.anything() as unknown }),
    {
      decision: "pass",
      code: "TOY_CONFIRMED",
      reason: "the sealed cases confirm it",
      gate: "toy-peeking",
      step: "judge",
      sealed: true,
    },
  ]);
  const row = events.find(
    ({ type, data }) => type === "experiment.finished" && "experiment" in data && data.experiment === 2,
  );
  expect(JSON.stringify(row?.data)).toMatch(/"evidence":\{"now"/);
  expect(observed.filter(({ verdicts }) => verdicts.some(({ sealed }) => sealed === true)).length).toBeGreaterThan(0);
});

test("a look that was cut off counts, and has no bit", async () => {
  const rows = [
    ["holdout.looked", "a", { experiment: 5, purpose: "gate", gate: "g", cases: "sha256:1" }],
    // The process died; the next one asks again.
    ["holdout.looked", "a", { experiment: 5, purpose: "gate", gate: "g", cases: "sha256:1" }],
    ["holdout.answered", "a", { experiment: 5, gate: "g", passed: true }],
    ["holdout.looked", "b", { experiment: 5, purpose: "gate", gate: "g", cases: "sha256:2" }],
    ["holdout.looked", "b", { experiment: 0, purpose: "summary" }],
  ].map(([type, run, data], index) => ({ seq: index + 1, run, type, data, at: "2026-01-01T00:00:00.000Z" }));
  const source = {
    async *events({ type }: { type?: string }) {
      yield* rows.filter((row) => row.type === type);
    },
  };
  expect((await peekLedger(source)).map(({ run, passed }) => [run, passed])).toEqual([
    ["a", undefined],
    ["a", true],
    ["b", undefined],
    ["b", undefined],
  ]);
  // The last one is of an earlier engine, which did not say what it looked at.
  expect((await looksAt(source, "sha256:1")).map(({ run, purpose }) => [run, purpose])).toEqual([
    ["a", "gate"],
    ["a", "gate"],
    ["b", "summary"],
  ]);
});

test("the vault stays closed to gates", async () => {
  await using repo = await scratchRepo();
  const burglar = defineGate({
    name: "toy-burglar",
    create: (): Gate => ({
      judge: async ({ rerun }) => {
        await rerun({ split: "vault" });
        return pass("TOY_IN", "it is open");
      },
    }),
  })();
  const wanted = config({ gates: [burglar], budget: { experiments: 1 } });
  await repo.lock(wanted);
  const events = await collect(repo.root, wanted);
  const [, ended] = events.filter(({ type }) => type === "experiment.finished");
  expect(ended?.data).toMatchObject({
    status: "rejected",
    reason: expect.stringMatching(/vault is not opened/) as string,
  });
});
