import { setTimeout as sleep } from "node:timers/promises";
import { type Notice, defineProposer } from "@pawl/plugin";
import { expect, test } from "vitest";
import { createEngine } from "./engine.ts";
import type { PawlEvent } from "./events.ts";
import type { PluginNotice } from "./notices.ts";
import { openLedger } from "./project.ts";
import { openGit } from "./git/git.ts";
import { verifyLedger } from "./ledger/verify.ts";
import { scratchRepo, toyConfig } from "./test/toy.ts";

const NOTICES: readonly Notice[] = [
  { kind: "progress", message: "10 %" },
  { kind: "waiting", message: "the model does not answer" },
  { kind: "progress", message: "20 %" },
  { kind: "resumed", message: "it does" },
  { kind: "note", message: "that took long" },
];

/** Tells what it has to tell when it is made and, once more, when it is asked. */
const talker = defineProposer({
  name: "toy-talker",
  create: (_, { notify }) => {
    for (const notice of NOTICES) notify?.(notice);
    return {
      async propose() {
        for (const notice of NOTICES) notify?.(notice);
        return null;
      },
      async close() {
        await sleep(10);
        notify?.({ kind: "note", message: "too late for the ledger" });
      },
    };
  },
});

test("everything that plugins tell is heard; what is worth keeping is in the run's ledger, in order", async () => {
  await using repo = await scratchRepo();
  const config = toyConfig({ proposer: talker() });
  await repo.lock(config);
  const told: PluginNotice[] = [];
  const heard: PluginNotice[] = [];
  const engine = createEngine(config, { root: repo.root, onNotice: (notice) => told.push(notice) });
  engine.on("notice", (notice) => heard.push(notice));
  const events: PawlEvent[] = [];
  for await (const event of engine.run()) events.push(event);

  const late = { kind: "note", message: "too late for the ledger" };
  const plugin = { kind: "proposer", name: "toy-talker" };
  expect(heard).toEqual([...NOTICES, ...NOTICES, late].map((notice) => ({ ...notice, plugin })));
  expect(told).toEqual(heard);
  // The first round came before there was a run.
  expect(events.flatMap((event) => (event.type === "run.noticed" ? [event.data] : []))).toEqual(
    NOTICES.filter(({ kind }) => kind !== "progress").map((notice) => ({ plugin: "toy-talker", ...notice })),
  );
  expect(events.at(-1)?.type).toBe("run.finished");
  const ledger = await openLedger(await openGit(repo.root));
  await verifyLedger(ledger);
  await ledger.close();
});
