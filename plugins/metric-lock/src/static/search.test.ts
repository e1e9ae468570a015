import type { ExperimentRecord, Files, Proposal } from "@pawl/plugin";
import { search } from "@pawl/proposer-search";
import { EMPTY_NOTEBOOK, UNLIMITED_PURSE } from "@pawl/testkit";
import { expect, test } from "vitest";
import { createRandom } from "./test/random.ts";
import { fraud, inspect, lockOf, packing, pricing, type Surface, told, train } from "./test/surfaces.ts";

/** Lets the search propose, keeps one candidate in ten, and asks the lock about each. */
async function propose(surface: Surface, count: number): Promise<string[]> {
  const configured = search();
  const proposer = await configured.create(configured.schema.parse({}) as never, { root: "/" });
  const gate = await lockOf();
  const stopped: string[] = [];
  const records: ExperimentRecord[] = [];
  let champion: { experiment: number; files: Files; score: number } = {
    experiment: 0,
    files: { [surface.file]: surface.text },
    score: 0,
  };
  const record = (number: number, files: Files, score: number, proposal?: Proposal): ExperimentRecord => ({
    number,
    parent: number === 0 ? null : champion.experiment,
    status: score >= champion.score ? "kept" : "rejected",
    reason: "score",
    hypothesis: proposal?.hypothesis ?? "baseline",
    files,
    score,
    verdicts: [],
    ...(proposal?.memo === undefined ? {} : { memo: proposal.memo }),
  });
  records.push(record(0, champion.files, 0));
  const random = createRandom(surface.file);
  for (let number = 1; number <= count; number += 1) {
    const proposal = await proposer.propose(
      {
        experiment: number,
        goal: undefined,
        metric: { name: "worth", direction: "maximize" },
        guardrails: [],
        champion,
        history: {
          length: records.length,
          recent: (last) => records.slice(-last),
          kept: () => records.filter(({ status }) => status === "kept"),
        },
        train: { inputs: (surface.inputs("train") ?? []).slice(0, 300), failures: async () => [] },
        budget: {},
        purse: UNLIMITED_PURSE,
        notebook: EMPTY_NOTEBOOK,
        random: createRandom(`${surface.file}/${number}`),
      },
      new AbortController().signal,
    );
    if (proposal === null || "standstill" in proposal) break;
    if (proposal.change.kind !== "files") throw new Error("whole files expected");
    const files = { ...champion.files, ...proposal.change.files };
    const verdict = await inspect(gate, { ...surface, text: champion.files[surface.file]! }, files[surface.file]!);
    if (verdict.decision !== "pass") stopped.push(`${told(verdict)} ${JSON.stringify(verdict.evidence)}`);
    const made = record(number, files, champion.score + random.next() - 0.9, proposal);
    if (made.status === "kept") champion = { experiment: number, files, score: made.score! };
    records.push(made);
    await proposer.observe?.(made);
  }
  expect(records.length).toBeGreaterThan(count / 2);
  return stopped;
}

test.each([
  [fraud, 400],
  [pricing, 300],
  [packing, 100],
  [train, 60],
] as const)("what the search proposes is never stopped: $file", async (surface, count) => {
  expect(await propose(surface, count)).toEqual([]);
});
