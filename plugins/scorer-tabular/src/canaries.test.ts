import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Evaluation, Json, Scorer } from "@pawl/plugin";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tabular } from "./index.ts";
import type { Reference } from "./scoring.ts";

const { signal } = new AbortController();
let root = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "pawl-canaries-"));
  const rows = Array.from({ length: 1_200 }, (_, i) => {
    const x = (i * 7_919) % 1_009;
    return `${x},${i % 3 === 0 ? "a" : "b"},${i % 19 === 0 ? 1 : 0},${x / 10},${i % 2 === 0 ? "t" : "v"}`;
  });
  await writeFile(join(root, "rows.csv"), ["x,kind,fraud,size,split", ...rows].join("\n"));
});
afterAll(() => rm(root, { recursive: true }));

type Options = Parameters<typeof tabular>[0];
type Loaded = Evaluation<Reference>;

async function open(metric: Options["metric"], label: string, canaries: number): Promise<[Scorer, Loaded]> {
  const split = { by: "column", column: "split", train: "t", validation: "v" } as const;
  const configured = tabular({
    file: "rows.csv",
    label,
    drop: ["fraud", "size"].filter((name) => name !== label),
    metric,
    split,
    canaries,
  });
  const scorer = await configured.create(configured.schema.parse(configured.options) as never, { root });
  return [scorer, (await scorer.load("validation", 1, signal)) as Loaded];
}

const score = (scorer: Scorer, evaluation: Loaded, answer: (input: Json, i: number) => Json) =>
  scorer.score(
    evaluation.inputs.map((input, i) => ({ value: answer(input, i) })),
    evaluation,
    signal,
  );

test("planted rows stand among the others, and change neither value nor samples", async () => {
  const [plain, without] = await open("pr-auc", "fraud", 0);
  const [scorer, evaluation] = await open("pr-auc", "fraud", 40);
  expect(evaluation.inputs).toHaveLength(without.inputs.length + 40);
  const places = evaluation.reference.canaries!.map(({ position }) => position);
  expect(evaluation.inputs.filter((_, i) => !places.includes(i))).toEqual(without.inputs);
  for (const place of places) expect(Object.keys(evaluation.inputs[place] as object)).toEqual(["x", "kind"]);
  const by = (input: Json): number => (input as { x: number }).x;
  const { canaries, ...rest } = await score(scorer, evaluation, by);
  expect(rest).toEqual(await score(plain, without, by));
  expect(canaries).toHaveLength(40);
  expect((await scorer.load("train", 1, signal))!.inputs).toHaveLength(600);
  expect(await scorer.load("validation", 1, signal)).toEqual(evaluation);
});

test("without the answers about half are right, with them nearly all", async () => {
  for (const [metric, label] of [
    ["pr-auc", "fraud"],
    ["log-loss", "fraud"],
    ["mae", "size"],
  ] as const) {
    const [scorer, evaluation] = await open(metric, label, 200);
    const { canaries: planted = [], labels } = evaluation.reference;
    const known = new Map(planted.map(({ position, answer }) => [position, answer]));
    let real = 0;
    const answers = evaluation.inputs.map((_, i) => known.get(i) ?? labels[real++]!);
    const right = async (answer: (input: Json, i: number) => Json): Promise<number> =>
      (await score(scorer, evaluation, answer)).canaries!.filter((canary) => canary.right).length;
    for (const honest of [(input: Json) => (input as { x: number }).x / 1_010, () => 0.5, () => 0]) {
      const count = await right(honest);
      expect(count).toBeGreaterThan(70);
      expect(count).toBeLessThan(130);
    }
    expect(await right((_, i) => answers[i]!)).toBeGreaterThan(190);
    expect(await right(() => "nonsense")).toBeLessThan(130);
  }
});
