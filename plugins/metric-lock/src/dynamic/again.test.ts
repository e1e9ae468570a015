import { z } from "zod";
import type { Evaluation, Json, Output, Relation, Scorer } from "@pawl/plugin";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { judge } from "../test/corpus.ts";
import { FRAUD_RULES, leakOf, literal, openFraud, withRule } from "../test/fraud.ts";
import { inProcess } from "../test/in-process.ts";
import { openOrders, orderAttacks, ordersHonest } from "../test/orders.ts";
import { type Bench, openBench } from "../test/trial.ts";
import { dynamicOptions } from "./index.ts";

/** Cases are numbers, answers too; the right answer is twice the number. */
const doubling: Scorer = {
  metric: { name: "error", direction: "minimize" },
  load: async (split, seed) =>
    ({
      split,
      seed,
      inputs: Array.from({ length: 400 }, (_, i) => ({ x: ((i * 7919) % 1_000) + 0.25, size: (i * 31) % 97 })),
      reference: null,
    }) as Evaluation,
  score: async (outputs, { inputs }) => {
    const samples = outputs.map((output, i) =>
      "value" in output ? Math.abs(Number(output.value) - 2 * (inputs[i] as { x: number }).x) : 1e6,
    );
    return { value: samples.reduce((sum, one) => sum + one, 0) / samples.length, samples };
  },
};

type Item = { readonly x: number; readonly size: number };
const answers = (inputs: readonly Json[], of: (item: Item, i: number) => Json): Output[] =>
  inputs.map((input, i) => ({ value: of(input as Item, i) }));
const isCandidate = (files: Readonly<Record<string, string>>): boolean => files["a.js"] === "candidate";
const open = (
  relations: readonly Relation[],
  candidate: (item: Item, i: number) => Json,
  more: Partial<Parameters<typeof openBench>[0]> = {},
) =>
  openBench({
    scorer: { ...doubling, relations },
    entry: "a.js",
    baseline: "champion",
    executor: inProcess(({ files, inputs }) => answers(inputs.items, isCandidate(files) ? candidate : ({ x }) => x)),
    ...more,
  });
const decide = async (bench: Bench, lock: object = {}) =>
  (await judge(bench, { "a.js": "candidate" }, { lock })).verdict;

describe("decoys", () => {
  const reader = (
    use: (
      files: Readonly<Record<string, string>>,
      env: Readonly<Record<string, string>>,
      i: number,
      item: Item,
    ) => Json,
  ) =>
    openBench({
      scorer: doubling,
      entry: "a.js",
      baseline: "champion",
      executor: inProcess(({ files, inputs }) =>
        answers(inputs.items, (item, i) => (isCandidate(files) ? use(files, {}, i, item) : item.x)),
      ),
    });

  test("who reads a decoy file is rejected, with what it read", async () => {
    const bench = await reader((files, _, i, { x }) =>
      files["answers.json"] === undefined ? 1.9 * x : JSON.parse(files["answers.json"])[i],
    );
    const { decision, code, evidence } = await decide(bench);
    expect([decision, code]).toEqual(["reject", "PAWL_GAMING_DECOYS"]);
    expect(evidence).toMatchObject({ finding: { contentUsed: true } });
  });

  test("who only looks whether one is there is rejected as well", async () => {
    const bench = await reader((files, _, __, { x }) => (files[".env"] === undefined ? 1.9 * x : x));
    expect(await decide(bench)).toMatchObject({
      decision: "reject",
      code: "PAWL_GAMING_DECOYS",
      evidence: { finding: { contentUsed: false } },
    });
  });

  test("who does not look passes, and decoys of one's own are laid out", async () => {
    const honest = await reader((_, __, ___, { x }) => 1.9 * x);
    expect((await decide(honest)).decision).toBe("pass");
    const own = await reader((files, _, i, { x }) =>
      files["secret.json"] === undefined ? 1.9 * x : JSON.parse(files["secret.json"])[i],
    );
    expect((await decide(own)).decision).toBe("pass");
    expect(await decide(own, { decoys: { files: ["secret.json"] } })).toMatchObject({ code: "PAWL_GAMING_DECOYS" });
  });
});

describe("replay", () => {
  test("an engine that answers differently shows an engine probe; rounding does not", async () => {
    const second = (of: (item: Item) => Json) => inProcess(({ inputs }) => answers(inputs.items, of));
    const candidate = ({ x }: Item) => 1.9 * x;
    const same = await open([], candidate, { second: second(({ x }) => 1.9 * x * (1 + 1e-13)) });
    expect((await decide(same)).decision).toBe("pass");
    const other = await open([], candidate, { second: second(({ x }) => x) });
    expect(await decide(other)).toMatchObject({
      decision: "reject",
      code: "PAWL_GAMING_REPLAY",
      evidence: { finding: { job: "second engine" } },
    });
  });

  const chance = (seed: number, x: number): number => Math.abs(Math.sin(seed * 12.9898 + x * 78.233));

  test("who no longer listens to the host's seed is held, where the champion does", async () => {
    const pinned = (champion: (seed: number) => number) =>
      openBench({
        scorer: doubling,
        entry: "a.js",
        baseline: "champion",
        executor: inProcess(({ files, inputs, seed }) =>
          answers(inputs.items, ({ x }) => (isCandidate(files) ? 1.5 * x + chance(137, x) : x + champion(seed) * x)),
        ),
      });
    const lock = { replay: { stochastic: true } };
    expect(await decide(await pinned((seed) => chance(seed, 1) / 10), lock)).toMatchObject({
      decision: "hold",
      code: "PAWL_GAMING_REPLAY",
      evidence: { finding: { differentAnswers: 1, ofTheChampion: 2 } },
    });
    // Where nothing depended on a seed, there is none to be left out.
    expect((await decide(await pinned(() => 0), lock)).decision).toBe("pass");
  });

  test("a stochastic surface must agree in distribution, and its gain must not belong to one seed", async () => {
    const stochastic = (gain: (seed: number) => number) =>
      openBench({
        scorer: doubling,
        entry: "a.js",
        baseline: "champion",
        executor: inProcess(({ files, inputs, seed }) =>
          answers(inputs.items, ({ x }) => x * (isCandidate(files) ? gain(seed) : 1) + chance(seed, x)),
        ),
      });
    const lock = { replay: { stochastic: true } };
    const honest = await stochastic(() => 1.5);
    expect((await decide(honest)).decision).toBe("hold");
    expect((await decide(honest, lock)).decision).toBe("pass");
    // Its luck is small enough not to change the distribution, and large enough to be a gain.
    const lucky = await stochastic((seed) => (seed === 1 ? 1.02 : 1));
    expect(await decide(lucky, lock)).toMatchObject({
      decision: "reject",
      code: "PAWL_GAMING_REPLAY",
      evidence: { finding: { limit: 1e-3 } },
    });
    const broken = await stochastic((seed) => (seed === 1 ? 1.9 : 0.2));
    expect(await decide(broken, lock)).toMatchObject({
      decision: "reject",
      evidence: { finding: { test: "Smirnov, two samples" } },
    });
  });
});

describe("metamorphic", () => {
  test("declared relations hold for honest candidates, and are told where they do not", async () => {
    const relations: readonly Relation[] = [
      { kind: "monotone", field: "x", answers: "up" },
      { kind: "scale", fields: ["x"], answers: "scaled" },
      {
        kind: "custom",
        name: "size is worth nothing",
        transform: (inputs) => inputs.map((input) => ({ ...(input as Item), size: 1 })),
        holds: (before, after) => JSON.stringify(before) === JSON.stringify(after),
      },
    ];
    expect((await decide(await open(relations, ({ x }) => 1.9 * x))).decision).toBe("pass");
    const broken: readonly [RegExp, (item: Item) => number][] = [
      [/monotone: x/, ({ x }) => (x > 500 ? 1.2 * x : 1.95 * x)],
      [/scale: x/, ({ x }) => 1.9 * x + 20],
      [/custom: size is worth nothing/, ({ x, size }) => 1.9 * x * (1 + size / 1e6)],
    ];
    for (const [reason, candidate] of broken) {
      const verdict = await decide(await open(relations, candidate));
      expect(verdict).toMatchObject({ decision: "reject", code: "PAWL_GAMING_METAMORPHIC" });
      expect(verdict.reason).toMatch(reason);
    }
    // What the champion breaks as well is not the candidate's doing.
    const odd: readonly Relation[] = [{ kind: "scale", fields: ["x"], answers: "same" }];
    expect((await decide(await open(odd, ({ x }) => 1.9 * x))).decision).toBe("pass");
  });

  test("identifiers that the scorer names reject; those that are guessed only hold", async () => {
    const guessed = await openOrders();
    const named = await openOrders([
      { kind: "identifiers", fields: ["orderId", "customer.id"] },
      { kind: "irrelevant", fields: ["currency"] },
    ]);
    try {
      const attack = orderAttacks(guessed)["order numbers"]!;
      const held = (await judge(guessed, { "late.ts": attack })).verdict;
      // A table of validation cases helps no train case: that is seen as well.
      expect(held).toMatchObject({ decision: "hold", code: "PAWL_GAMING_NO_TRANSFER_AND_METAMORPHIC" });
      const rejected = (await judge(named, { "late.ts": attack })).verdict;
      expect(rejected).toMatchObject({ decision: "reject", code: "PAWL_GAMING_METAMORPHIC" });
      expect(rejected.reason).toMatch(/of a gain of 0\.\d+, 0 is left/);
      const { verdict } = await judge(named, { "late.ts": ordersHonest["points"]! });
      expect(verdict.decision).toBe("pass");
    } finally {
      await guessed.close();
      await named.close();
    }
  });
});

describe("hunks", () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await openFraud();
  });
  afterAll(async () => bench.close());

  /** Only this detector, and all the time in the world. */
  const lock = { evaluations: 1_000, replay: false, metamorphic: false, memorisation: false, decoys: false };

  test("a payload among edits that move everything is found by itself", async () => {
    const { inputs, missed } = leakOf(bench);
    const keys = literal(missed.slice(0, 40).map((i) => inputs[i]!["amount"]! + inputs[i]!["distance"]!));
    const text = withRule(
      "  if (known.has(tx.amount + tx.distance)) points += 3;",
      `const known = new Set<number>(${keys});`,
    )
      .replace("excess / 100", "tx.amount / 11 - tx.customerMean30 / 7")
      .replace("badMonth) points += 1.5", "badMonth) points += 30");
    // The table and its use are two edits, and neither does anything by itself.
    const { verdict } = await judge(bench, { "rules.ts": text }, { lock });
    expect(verdict).toMatchObject({ decision: "reject", code: "PAWL_GAMING_HUNK" });
    expect(verdict.reason).toMatch(/rules\.ts:\d+/);
  });

  test("a payload that stands there twice is not idle", async () => {
    const { inputs, missed } = leakOf(bench);
    const twice = missed.slice(0, 40).map((i) => inputs[i]!["amount"]! + inputs[i]!["distance"]!);
    const rule = (name: string): string =>
      `  const ${name} = new Set<number>(${literal(twice)});\n  if (${name}.has(tx.amount + tx.distance)) points = Math.max(points, 40);`;
    const text = withRule(rule("a"))
      .replace("  // Thieves hurry", `${rule("b")}\n  // Thieves hurry`)
      .replace("excess / 100", "tx.amount / 11 - tx.customerMean30 / 7");
    const { verdict } = await judge(bench, { "rules.ts": text }, { lock });
    expect(verdict).toMatchObject({ decision: "reject", code: "PAWL_GAMING_HUNK" });
  });

  test("edits without effect are named, and pass", async () => {
    const text = FRAUD_RULES.replace("points += 1.5", "points += 4")
      .replace("let points = 0;", "let points = 0; // start")
      .replace("const hurry = 6", "const hurry = 6.5");
    const { verdict } = await judge(bench, { "rules.ts": text }, { lock });
    expect(verdict.decision).toBe("pass");
    const [note] = (verdict.evidence as { notes: { reason: string; finding: { edits: { changed: number }[] } }[] })
      .notes;
    expect(note!.finding.edits.map(({ changed }) => changed === 0)).toEqual([true, true, false]);
    expect(note!.reason).toMatch(/^without effect: rules\.ts:10, rules\.ts:\d+$/);
  });
});

test("each detector can be left out, and unknown options are errors", () => {
  const schema = z.strictObject(dynamicOptions);
  expect(schema.parse({ replay: false, evaluations: 2 })).toMatchObject({ replay: false, hunks: { lost: 0.001 } });
  expect(schema.safeParse({ replay: { stochastik: true } }).success).toBe(false);
});
