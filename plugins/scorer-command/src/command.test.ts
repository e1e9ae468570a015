import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Json, Output, Scorer, Split } from "@pawl/plugin";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CommandOptions, command } from "./index.ts";

const never = new AbortController().signal;
let root = "";
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "pawl-command-"));
  const lines = [4, 6, 10].map((bytes) =>
    JSON.stringify({ input: { text: "x".repeat(bytes) }, reference: { bytes, answer: bytes / 2 } }),
  );
  writeFileSync(join(root, "validation.jsonl"), `${lines.join("\n")}\n\n`);
  writeFileSync(join(root, "more.jsonl"), '{"input": "alone"}\n');
  writeFileSync(join(root, "broken.jsonl"), '{"input": 1}\n{"input": }\n');
  writeFileSync(join(root, "odd.jsonl"), '{"input": 1, "answer": 2}\n');
  writeFileSync(join(root, "none.jsonl"), "\n");
  writeFileSync(join(root, "zero.jsonl"), '{"input": 1, "reference": {"bytes": 0, "answer": "two"}}\n');
  writeFileSync(join(root, "latin.jsonl"), Buffer.from([0x22, 0xe9, 0x22]));
  writeFileSync(join(root, "separators.jsonl"), '{"input": "a\u2028b"}\r\n{"input": 2}\r\n');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

type Input = Parameters<typeof command>[0];
type Metric = Input["metric"];
const BITS: Metric = {
  name: "bits per byte",
  direction: "minimize",
  sample: "bits",
  aggregate: "ratio",
  weight: "bytes",
};

async function make(metric: Metric, rest: Partial<Input> = {}): Promise<Scorer<Json[]>> {
  const configured = command({ metric, cases: { validation: "validation.jsonl" }, ...rest });
  const options = configured.schema.parse(configured.options) as CommandOptions;
  return configured.create(options as never, { root }) as Promise<Scorer<Json[]>>;
}

async function score(scorer: Scorer<Json[]>, outputs: readonly Output[], split: Split = "validation") {
  const evaluation = await scorer.load("validation", 1, never);
  if (evaluation === null) throw new Error("no cases");
  return scorer.score(outputs, { ...evaluation, split }, never);
}
const values = (...all: Json[]): Output[] => all.map((value) => ({ value }));
const bits = (...all: Json[]): Output[] => values(...all.map((each) => ({ bits: each })));

describe("the cases", () => {
  it("send the input into the sandbox and keep the reference", async () => {
    const scorer = await make(BITS);
    const evaluation = await scorer.load("validation", 7, never);
    expect(evaluation).toEqual({
      split: "validation",
      seed: 7,
      inputs: [4, 6, 10].map((bytes) => ({ text: "x".repeat(bytes) })),
      reference: [4, 6, 10].map((bytes) => ({ bytes, answer: bytes / 2 })),
    });
    expect(JSON.stringify(evaluation?.inputs)).not.toContain("bytes");
    expect(await scorer.load("train", 1, never)).toBeNull();
    expect(scorer.files).toEqual(["validation.jsonl"]);
  });

  it("come from several files in order, and only line ends end a line", async () => {
    const cases = { validation: ["more.jsonl", "separators.jsonl"] };
    const evaluation = await (await make({ name: "m", direction: "maximize" }, { cases })).load("validation", 1, never);
    expect(evaluation?.inputs).toEqual(["alone", "a\u2028b", 2]);
    expect(evaluation?.reference).toEqual([null, null, null]);
  });

  it.each([
    ["missing.jsonl", "PAWL_DATA_MISSING", "missing.jsonl"],
    ["broken.jsonl", "PAWL_DATA_INVALID", "broken.jsonl:2"],
    ["odd.jsonl", "PAWL_DATA_INVALID", "odd.jsonl:1"],
    ["none.jsonl", "PAWL_DATA_INVALID", "none.jsonl"],
    ["latin.jsonl", "PAWL_DATA_INVALID", "latin.jsonl"],
    ["zero.jsonl", "PAWL_DATA_INVALID", "zero.jsonl:1"],
    ["more.jsonl", "PAWL_DATA_INVALID", "more.jsonl:1"],
  ])("that cannot be used are named: %s", async (file, code, path) => {
    const scorer = await make(BITS, { cases: { validation: file } });
    await expect(scorer.load("validation", 1, never)).rejects.toMatchObject({ code, path });
  });

  it("must have answers of the kind that they are compared by", async () => {
    const compare = { reference: "answer", by: "absolute-error" } as const;
    const scorer = await make(
      { name: "error", direction: "minimize", compare },
      { cases: { validation: "zero.jsonl" } },
    );
    await expect(scorer.load("validation", 1, never)).rejects.toMatchObject({
      code: "PAWL_DATA_INVALID",
      path: "zero.jsonl:1",
    });
  });
});

describe("an evaluator's measurements", () => {
  it.each([
    ["mean", { sample: "bits" }, 5, [2, 3, 10]],
    ["sum", { sample: "/bits", aggregate: "sum" }, 15, [2, 3, 10]],
    ["weighted mean", { sample: "bits", aggregate: "weighted-mean", weight: "bytes" }, 6.3, [1.2, 2.7, 15]],
    ["ratio", { sample: "bits", aggregate: "ratio", weight: "/bytes" }, 0.75, [0.3, 0.45, 1.5]],
  ] as const)("become their %s", async (_, options, value, samples) => {
    const scorer = await make({ name: "m", direction: "minimize", ...options });
    const scored = await score(scorer, bits(2, 3, 10));
    expect(scored.value).toBeCloseTo(value, 12);
    expect(scored.samples).toEqual(samples.map((sample) => expect.closeTo(sample, 12)));
    expect(scorer.needsEvaluator).toBe(true);
  });

  it("are weighted by what no sandbox has a say in", async () => {
    const scored = await score(await make(BITS), values(...[2, 3, 10].map((each) => ({ bits: each, bytes: 1e9 }))));
    expect(scored.value).toBe(0.75);
  });

  const wrong: [string, Output][] = [
    ["an error", { error: "no model" }],
    ["no such field", { value: { bit: 1 } }],
    ["a string", { value: { bits: "1" } }],
    ["null", { value: { bits: null } }],
    ["a list", { value: [1] }],
    ["a value out of range", { value: { bits: -1 } }],
  ];
  it.each(wrong)("fail the experiment where one is %s", async (_, output) => {
    const scorer = await make({ ...BITS, sampleRange: [0, 1_000] });
    await expect(score(scorer, [...bits(2, 3), output])).rejects.toThrow("bits per byte of case 2");
  });
  it.each(wrong)("count as the worst, if the config says so, where one is %s", async (_, output) => {
    const scorer = await make({ ...BITS, sampleRange: [0, 1_000], worst: 80 });
    expect((await score(scorer, [...bits(2, 3), output])).value).toBe(85 / 20);
  });

  it("fail the experiment where one is missing or not finite", async () => {
    const scorer = await make(BITS);
    await expect(score(scorer, bits(2, 3))).rejects.toThrow("there is no output");
    await expect(score(scorer, bits(2, Number.NaN, 3))).rejects.toThrow("not a finite number");
    await expect(score(scorer, bits(2, Infinity, 3))).rejects.toThrow("not a finite number");
  });

  it("are averaged so that the mean of the samples is the value", async () => {
    const scorer = await make(BITS);
    const numbers = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 3, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(numbers, async (each) => {
        const { value, samples = [] } = await score(scorer, bits(...each));
        expect(samples.reduce((a, b) => a + b, 0) / samples.length).toBeCloseTo(value, 6);
        expect(value).toBeCloseTo(each.reduce((a, b) => a + b, 0) / 20, 6);
      }),
    );
  });
});

describe("answers compared on the host", () => {
  it.each([
    ["exact", { compare: { reference: "answer", by: "exact" } }, values(2, 3, 4), 2 / 3],
    [
      "absolute-error",
      { sample: "/y", compare: { reference: "/answer", by: "absolute-error" } },
      values({ y: 2 }, { y: 1 }, { y: 6 }),
      1,
    ],
    ["squared-error", { compare: { reference: "answer", by: "squared-error" } }, values(2, 1, 6), 5 / 3],
  ] as const)("by %s", async (_, options, outputs, value) => {
    const scorer = await make({ name: "m", direction: "maximize", ...options });
    expect((await score(scorer, outputs)).value).toBeCloseTo(value, 12);
    expect(scorer.needsEvaluator).toBe(false);
  });

  it("need an evaluator as soon as one number is taken on trust", async () => {
    const compare = { reference: "answer", by: "exact" } as const;
    const scorer = await make(
      { name: "m", direction: "maximize", compare },
      { guardrails: { seconds: { direction: "minimize", sample: "s" } } },
    );
    expect(scorer.needsEvaluator).toBe(true);
  });

  it("compare structures, not their text", async () => {
    const scorer = await make({ name: "m", direction: "maximize", compare: { by: "exact" } });
    const outputs = values({ answer: 2, bytes: 4 }, { bytes: 6 }, [10]);
    expect((await score(scorer, outputs)).samples).toEqual([1, 0, 0]);
  });
});

it("makes guardrails of the same outputs", async () => {
  const guardrails: NonNullable<Input["guardrails"]> = {
    accuracy: { direction: "maximize", sample: "/right/0", range: [0, 1], unit: "share" },
  };
  const scorer = await make(BITS, { guardrails });
  expect(scorer.guardrails).toEqual([{ name: "accuracy", direction: "maximize", range: [0, 1], unit: "share" }]);
  const outputs = values(...[0.5, 0.25, 0.75].map((right) => ({ bits: 1, right: [right] })));
  expect((await score(scorer, outputs)).guardrails).toEqual({ accuracy: 0.5 });
});

it("shows the worst train cases, failures first, and no others", async () => {
  const scorer = await make({ ...BITS, worst: 1 }, { feedback: 2 });
  const outputs = [...bits(2, 30), { error: "too long" }];
  expect((await score(scorer, outputs)).feedback).toBeUndefined();
  const { feedback = [] } = await score(scorer, outputs, "train");
  expect(feedback.map(({ case: index, cause, detail }) => [index, cause, detail])).toEqual([
    [2, "failed", "too long"],
    [1, "high bits per byte", "30"],
  ]);
});

describe("the options", () => {
  const parse = (options: unknown) => command.schema.safeParse(options).success;
  const cases = { validation: "v.jsonl" };
  it.each([
    ["no direction", { metric: { name: "m" }, cases }],
    ["a ratio without a weight", { metric: { ...BITS, weight: undefined }, cases }],
    ["a weight that nothing uses", { metric: { ...BITS, aggregate: "mean" }, cases }],
    ["no validation cases", { metric: BITS, cases: { train: "t.jsonl" } }],
    ["an empty list of files", { metric: BITS, cases: { validation: [] } }],
    ["an empty range", { metric: { ...BITS, sampleRange: [1, 1] }, cases }],
    ["an unknown option", { metric: { ...BITS, smaple: "bits" }, cases }],
  ])("are refused with %s", (_, options) => {
    expect(parse({ metric: BITS, cases })).toBe(true);
    expect(parse(options)).toBe(false);
  });

  it("name a wrong pointer, and a guardrail with the metric's name", async () => {
    await expect((async () => make({ ...BITS, sample: "/a~2" }))()).rejects.toMatchObject({
      code: "PAWL_CONFIG_INVALID",
      path: "scorer.options.metric.sample",
    });
    await expect(
      (async () => make(BITS, { guardrails: { "bits per byte": { direction: "minimize" } } }))(),
    ).rejects.toMatchObject({
      code: "PAWL_CONFIG_INVALID",
      path: "scorer.options.guardrails",
    });
  });
});

describe("a part of the cases", () => {
  const MEAN: Metric = { name: "time", direction: "minimize", sample: "bits", aggregate: "mean" };

  it("has the samples that they have in the whole", async () => {
    const scorer = await make(MEAN);
    const whole = await scorer.load("validation", 1, never);
    const part = scorer.slice!(whole!, [2, 0]);
    expect(part.inputs).toEqual([whole!.inputs[2], whole!.inputs[0]]);
    const { value, samples } = await scorer.score(bits(5, 3), part, never);
    expect([value, samples]).toEqual([4, [5, 3]]);
  });

  it("is not to be had where a sample depends on the others", async () => {
    expect((await make(BITS)).slice).toBeUndefined();
    expect((await make({ ...MEAN, aggregate: "sum" })).slice).toBeUndefined();
    const { name, ...guardrail } = BITS;
    expect((await make(MEAN, { guardrails: { [name]: guardrail } })).slice).toBeUndefined();
  });
});
