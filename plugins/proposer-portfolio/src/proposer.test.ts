import type { ExperimentRecord, Proposal, Standstill } from "@pawl/plugin";
import { search } from "@pawl/proposer-search";
import { testProposer } from "@pawl/testkit";
import { expect, test } from "vitest";
import { portfolio } from "./index.ts";
import { armNamed, armOf, open, Play } from "./test/play.ts";

testProposer(portfolio({ proposers: [search({ structure: false }), search({ tune: false })] }), {
  files: { "rules.ts": "export default (x: { a: number }): number => (x.a > 3 ? x.a * 0.5 : x.a + 2);\n" },
  inputs: [{ a: 1 }, { a: 4 }],
  badOptions: [{ proposers: [] }, { proposers: [{}] }, { proposers: ["search"] }, { proposers: [{ use: "search" }] }],
});

const isProposal = (answer: Proposal | Standstill | null): answer is Proposal =>
  answer !== null && !("standstill" in answer);

test("each arm gets back its own notes, and hears of all others without theirs", async () => {
  const heard: Record<string, ExperimentRecord[]> = { one: [], two: [] };
  const arms = ["one", "two"].map((name) =>
    armOf(name, {}, undefined, (record) => void (heard[name] as ExperimentRecord[]).push(record)),
  );
  const play = new Play();
  const proposer = await open(arms);
  await play.rounds(proposer, 40, { one: 0.2, two: 0.2 });
  for (const name of ["one", "two"]) {
    const records = heard[name] as ExperimentRecord[];
    expect(records.map(({ number }) => number)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
    for (const record of records) {
      const own = record.hypothesis.startsWith(name);
      expect(record.memo).toEqual(own ? { of: name } : undefined);
    }
    expect(records.some(({ memo }) => memo !== undefined)).toBe(true);
  }
});

test("two arms of the same plugin have names of their own", async () => {
  const play = new Play();
  const attempts = await play.rounds(await open([armOf("@pawl/proposer-x"), armOf("@pawl/proposer-x")]), 30, {});
  expect(Object.keys(attempts).toSorted()).toEqual(["x", "x 2"]);
});

test("a resumed run goes on as the uninterrupted one, with one arm out of ideas", async () => {
  const arms = [
    armOf("a", { usd: 0.05 }),
    armOf("b"),
    // No ideas for every other champion.
    armOf("c", {}, (idea, { champion }) => (champion.experiment % 2 === 0 ? null : idea)),
  ];
  const usefulness = { a: 0.3, b: 0.1, c: 0.2 };
  const budget = { experiments: 200, usd: 10, wallMs: 3_600_000 };
  const whole = new Play("resume", budget);
  const uninterrupted = await open(arms);
  await whole.rounds(uninterrupted, 120, usefulness);

  const cut = new Play("resume", budget);
  await cut.rounds(await open(arms), 60, usefulness);
  const resumed = await open(arms);
  for (const record of cut.records) await resumed.observe?.(record);
  await cut.rounds(resumed, 60, usefulness);
  expect(cut.records).toEqual(whole.records);
});

test("an arm without ideas is left out until the champion changes; nobody with ideas ends the run", async () => {
  let asked = 0;
  const dry = armOf("dry", {}, () => {
    asked += 1;
    return null;
  });
  const play = new Play();
  const proposer = await open([dry, armOf("wet")]);
  await play.rounds(proposer, 20, {});
  expect(asked).toBeLessThanOrEqual(1);
  await play.rounds(proposer, 1, { wet: 1 });
  await play.rounds(proposer, 20, {});
  expect(asked).toBeGreaterThanOrEqual(1);
  expect(asked).toBeLessThanOrEqual(2);
  expect(await play.ask(await open([dry]))).toBeNull();
});

test("where one stands still the others go on; where all do, so does the portfolio", async () => {
  const unavailable: Standstill = { standstill: "unavailable", reason: "no answer" };
  const unaffordable: Standstill = { standstill: "unaffordable", reason: "no money" };
  let asked = 0;
  let dead = true;
  const flaky = armOf("flaky", {}, (idea) => {
    asked += 1;
    return dead ? unavailable : idea;
  });
  const play = new Play();
  const proposer = await open([flaky, armOf("steady")]);
  expect(await play.rounds(proposer, 100, {})).toEqual({ steady: 100 });
  // Asked more and more seldom while it is dead, for each time may mean a wait.
  expect(asked).toBeGreaterThan(2);
  expect(asked).toBeLessThan(12);
  dead = false;
  expect((await play.rounds(proposer, 100, { flaky: 0.5 }))["flaky"]).toBeGreaterThan(10);

  const poor = armOf("poor", {}, () => unaffordable);
  dead = true;
  expect(await play.ask(await open([poor, flaky]))).toEqual(unavailable);
  expect(await play.ask(await open([poor]))).toEqual(unaffordable);
  const dry = armOf("dry", {}, () => null);
  expect(await play.ask(await open([dry, poor]))).toEqual(unaffordable);

  // A champion that is none any more is nobody else's to change.
  const outdated: Standstill = { standstill: "outdated", reason: "there is a new champion" };
  let others = 0;
  const late = await open([armOf("late", {}, () => outdated), armOf("other", {}, (idea) => ((others += 1), idea))]);
  for (let round = 0; round < 20 && others === 0; round += 1) {
    const answer = await play.ask(late);
    if (others === 0) expect(answer).toEqual(outdated);
    play.records.push(play.records[0] as ExperimentRecord);
  }
});

test("an arm that rests is asked where all others have no ideas", async () => {
  let dead = true;
  const flaky = armOf("flaky", {}, (idea) => (dead ? { standstill: "unavailable", reason: "no answer" } : idea));
  const play = new Play();
  const proposer = await open([flaky, armOf("dry", {}, () => null)]);
  expect(await play.ask(proposer)).toMatchObject({ standstill: "unavailable" });
  dead = false;
  const answer = await play.ask(proposer);
  expect(isProposal(answer) && armNamed(answer)).toBe("flaky");
});

test("what a person approved counts for the arm that had the idea", async () => {
  const play = new Play();
  const proposer = await open([armOf("a"), armOf("b")]);
  const idea = await play.ask(proposer);
  if (!isProposal(idea)) throw new Error("it has no idea");
  const arm = armNamed(idea);
  const base = { parent: 0, reason: "", hypothesis: "", files: {}, verdicts: [], score: 1 };
  await proposer.observe?.({ ...base, number: 1, status: "held", memo: idea.memo as never });
  for (let number = 2; number < 40; number += 1) {
    await proposer.observe?.({ ...base, number, status: "kept", approves: 1 });
  }
  play.records.length = 40;
  const attempts = await play.rounds(proposer, 50, { a: 0.1, b: 0.1 });
  expect(attempts[arm]).toBeGreaterThan(40);
});

test("the doctor and the models are those of all arms, and all are closed although one fails", async () => {
  const closed: string[] = [];
  const with_ = (name: string, fails = false) => {
    const plugin = armOf(name);
    const create: typeof plugin.create = async (options, context) => ({
      ...(await plugin.create(options, context)),
      models: [{ name, provider: "p", role: "meta" as const }],
      doctor: async () => [{ name, ok: true, detail: "fine" }],
      close: () => {
        closed.push(name);
        if (fails) throw new Error("stuck");
      },
    });
    return { ...plugin, create };
  };
  const proposer = await open([with_("a", true), with_("b")]);
  expect(proposer.models?.map(({ name }) => name)).toEqual(["a", "b"]);
  expect((await proposer.doctor?.())?.map(({ name }) => name)).toEqual(["a", "b"]);
  await expect(proposer.close?.()).rejects.toThrow("stuck");
  expect(closed).toEqual(["a", "b"]);
});
