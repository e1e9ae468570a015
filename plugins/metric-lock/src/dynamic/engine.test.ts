import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { improvement } from "@pawl/gate-improvement";
import { expect, test } from "vitest";
import { fraudScorer } from "../../../../examples/fraud/scorer.ts";
import { fraudAttacks } from "../test/fraud-attacks.ts";
import { fraudHonest } from "../test/fraud-honest.ts";
import { leakOf, openFraud } from "../test/fraud.ts";
import { tryInEngine } from "../test/run.ts";
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
  const sources = readdirSync(example).filter((file) => /(?<!\.test|config)\.ts$/.test(file));
  const files = Object.fromEntries(sources.map((file) => [file, readFileSync(join(example, file), "utf8")]));
  const ends = await tryInEngine(
    files,
    contents.map(([, , text]) => text),
    { surface: "rules.ts", scorer: fraudScorer(), gates: [improvement(), metricLock({ static: false })] },
  );
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
});
