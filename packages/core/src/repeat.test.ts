import { type Proposal, type ProposeContext, defineProposer } from "@pawl/plugin";
import { expect, test } from "vitest";
import { createEngine } from "./engine.ts";
import type { PawlEvent } from "./events.ts";
import { stable } from "./stable.ts";
import { nearness, scratchRepo, toyConfig } from "./test/toy.ts";

/** Says in each hypothesis what the notebook knows: with other notes it would be another run. */
const reading = defineProposer({
  name: "toy-reading",
  create: () => ({
    async propose({ champion, random, notebook }: ProposeContext): Promise<Proposal> {
      const point = JSON.parse(champion.files["point.json"] ?? "{}") as { x: number; y: number };
      const next = { x: point.x + random.normal(), y: point.y + random.normal() };
      const known = notebook.notes(50).map(({ text }) => text.length);
      return {
        change: { kind: "files", files: { "point.json": JSON.stringify(next) } },
        hypothesis: `(${next.x}, ${next.y}), knowing ${known.length} notes of ${known.join(", ")}`,
        cost: { usd: 0.01 },
      };
    },
  }),
});

test("a run can be done again in the same repository, whatever was learnt and looked at since", async () => {
  await using repo = await scratchRepo();
  const config = toyConfig({
    proposer: reading(),
    scorer: nearness({ fresh: true, vault: false }),
    budget: { experiments: 12 },
  });
  await repo.lock(config);
  const play = async (options: object) => {
    const events: PawlEvent[] = [];
    for await (const event of createEngine(config, { root: repo.root }).run(options)) events.push(event);
    return events;
  };
  const first = await play({ name: "night" });
  // Another run learns more, and a commit moves the branch on.
  await play({ name: "between" });
  await repo.git("commit", "-q", "--allow-empty", "-m", "later");

  const told = (events: readonly PawlEvent[]) =>
    events
      .filter(({ type }) => type !== "run.started")
      .map((event) => {
        const { type, data } = stable(event);
        return { type, data };
      });
  const looksBefore = (events: readonly PawlEvent[]) =>
    events.flatMap((event) => (event.type === "exam.taken" ? [event.data.looksBefore] : []));
  for (const [name, looks] of [
    ["again", 1],
    ["once-more", 2],
  ] as const) {
    const again = await play({ name, repeat: "night" });
    expect(again[0]).toMatchObject({ data: { repeats: { run: "night", seq: first[0]?.seq }, branch: `pawl/${name}` } });
    const same = (events: readonly PawlEvent[]) =>
      told(events).map(({ type, data }) =>
        type === "exam.taken" ? { type, data: { ...data, looksBefore: 0 } } : { type, data },
      );
    expect(same(again)).toEqual(same(first));
    // The exam's cases are no news any more, and it says so.
    expect([looksBefore(first), looksBefore(again)]).toEqual([[0], [looks]]);
  }
});

test("nothing is repeated that does not exist, or that another lock has measured", async () => {
  await using repo = await scratchRepo();
  const config = toyConfig({ budget: { experiments: 1 } });
  await repo.lock(config);
  const run = (with_: typeof config, repeat: string) => createEngine(with_, { root: repo.root }).run({ repeat }).result;
  await expect(run(config, "night")).rejects.toMatchObject({ code: "PAWL_RUN_NOT_FOUND" });
  await createEngine(config, { root: repo.root }).run({ name: "night" }).result;
  const other = toyConfig({ budget: { experiments: 1 }, scorer: nearness({ goal: [1, 1] }) });
  await repo.git("rm", "-q", "--cached", "--ignore-unmatch", "pawl.lock.json");
  await expect(run(other, "night")).rejects.toMatchObject({ code: "PAWL_LOCK_VIOLATION" });
});
