import { testGate } from "@pawl/testkit";
import type { Trial } from "@pawl/plugin";
import { expect, test } from "vitest";
import { z } from "zod";
import { defineDetector } from "./index.ts";

const noShouting = defineDetector({
  name: "no-shouting",
  version: "2.0.0",
  code: "ACME_SHOUTING",
  severity: "hold",
  blindTo: "shouting in other languages",
  options: z.object({ most: z.int().default(3) }),
  inspect: ({ files, champion, options }) => {
    const shouts = (all: Readonly<Record<string, string>>): number =>
      Object.values(all).join("\n").match(/!/g)?.length ?? 0;
    const more = shouts(files) - shouts(champion);
    return more > options.most ? { reason: "It shouts.", evidence: { more } } : null;
  },
});

const context = {
  experiment: 1,
  hypothesis: "louder is better",
  champion: { experiment: 0, files: { "a.ts": "hello" }, score: { value: 0 } },
  history: { length: 0, recent: () => [], kept: () => [] },
  inputs: async () => null,
};
const { signal } = new AbortController();

test("one function makes a gate", async () => {
  expect(noShouting()).toMatchObject({ pawl: "gate", name: "no-shouting", version: "2.0.0" });
  const configured = noShouting({ most: 1 });
  const gate = await configured.create(configured.schema.parse(configured.options) as never, { root: "/" });
  expect(await gate.inspect?.({ files: { "a.ts": "hello!" } }, context, signal)).toMatchObject({ decision: "pass" });
  expect(await gate.inspect?.({ files: { "a.ts": "hello!!" } }, context, signal)).toEqual({
    decision: "hold",
    code: "ACME_SHOUTING",
    reason: "It shouts.",
    evidence: { detector: "no-shouting", finding: { more: 2 } },
  });
});

test("options are checked, and a function that throws is an error of the gate", async () => {
  expect(() => noShouting({ most: 0.5 }).schema.parse({ most: 0.5 })).toThrow("most");
  const broken = defineDetector({
    name: "broken",
    code: "ACME_BROKEN",
    severity: "reject",
    blindTo: "everything",
    judge: () => {
      throw new Error("no idea");
    },
  });
  const gate = await broken().create({} as never, { root: "/" });
  await expect(gate.judge?.({} as Trial, signal)).rejects.toThrow("no idea");
});

testGate(noShouting({ most: 1 }));
