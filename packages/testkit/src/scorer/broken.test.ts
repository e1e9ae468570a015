import { defineScorer, type Evaluation, type Json, type Output, type Score, type Scorer } from "@pawl/plugin";
import { describe, expect, test } from "vitest";
import { createRandom, findLeaks, type ScorerSuiteOptions, testScorer } from "../index.ts";
import { failuresOf } from "../test/failures.ts";

/** Scorers that are wrong in one way each: the suite must find it, with the check that is there for it. */

const CASES = 40;

function casesOf(split: string, seed: number) {
  const random = createRandom(`${split}/${seed}`);
  return Array.from({ length: CASES }, () => {
    const [age, visits] = [random.integer(18, 90), random.integer(0, 9)];
    return { age, visits, spent: 10 * visits + age + Math.round(20 * random.normal()) };
  });
}

const load = async (split: Evaluation["split"], seed: number): Promise<Evaluation<number[]>> => {
  const cases = casesOf(split, seed);
  return {
    split,
    seed,
    inputs: cases.map(({ age, visits }) => ({ age, visits })),
    reference: cases.map(({ spent }) => spent),
  };
};

const WORST = 1e6;
const score = async (outputs: readonly Output[], { reference }: Evaluation<number[]>): Promise<Score> => {
  const samples = outputs.map((output, at) => {
    const guess = "value" in output && typeof output.value === "number" ? output.value : Number.POSITIVE_INFINITY;
    return Math.min(WORST, Math.abs(guess - reference[at]!));
  });
  return {
    value: samples.reduce((sum, each) => sum + each, 0) / samples.length,
    samples,
    guardrails: { largest: Math.max(...samples) },
  };
};

const cut = (whole: Evaluation<number[]>, cases: readonly number[]): Evaluation<number[]> => ({
  ...whole,
  inputs: cases.map((at) => whole.inputs[at]!),
  reference: cases.map((at) => whole.reference[at]!),
});

const right: Scorer<number[]> = {
  metric: { name: "error", direction: "minimize", range: [0, WORST] },
  guardrails: [{ name: "largest", direction: "minimize" }],
  load,
  score,
};

const perfect: NonNullable<ScorerSuiteOptions["perfect"]> = ({ reference }) =>
  (reference as number[]).map((value) => ({ value }));
const failures = (make: () => Scorer<never>, part: string, options: ScorerSuiteOptions = {}) =>
  failuresOf((runner) => testScorer(make as never, { perfect, guardMs: 2_000, ...options, runner }), part);

const withChanges =
  (changes: Partial<Scorer<number[]>>): (() => Scorer<never>) =>
  () =>
    ({ ...right, ...changes }) as unknown as Scorer<never>;
const scored = (change: (score: Score, outputs: readonly Output[]) => Score) =>
  withChanges({
    score: async (outputs, evaluation) => change(await score(outputs, evaluation as Evaluation<number[]>), outputs),
  });
const loaded = (change: (evaluation: Evaluation<number[]>) => Evaluation<number[]> | null) =>
  withChanges({ load: async (split, seed) => change(await load(split, seed)) });
const inputs = (change: (input: { age: number; visits: number }, spent: number, at: number) => Json) =>
  loaded((evaluation) => ({
    ...evaluation,
    inputs: evaluation.inputs.map((input, at) => change(input as never, evaluation.reference[at]!, at)),
  }));

const hex = (value: number): string => Buffer.from(`answer ${value}`).toString("hex");

const FAULTS: Readonly<Record<string, readonly [check: string, make: () => Scorer<never>]>> = {
  "a metric without a direction": ["declares a metric", withChanges({ metric: { name: "error" } as never })],
  "an empty range": ["declares a metric", withChanges({ metric: { ...right.metric, range: [1, 1] } })],
  "a guardrail with the metric's name": [
    "declares a metric",
    withChanges({ guardrails: [{ name: "error", direction: "minimize" }] }),
  ],
  "no validation split": ["validation at least", loaded((each) => (each.split === "validation" ? null : each))],
  "no cases": ["validation at least", loaded((each) => ({ ...each, inputs: [], reference: [] }))],
  "inputs that are no JSON data": [
    "validation at least",
    inputs((input, _, at) => ({ ...input, at: at === 3 ? Number.NaN : at })),
  ],
  "an evaluation of another split": ["validation at least", loaded((each) => ({ ...each, split: "train" }))],
  "cases that change from load to load": ["same cases", withChanges({ load: (split) => load(split, Math.random()) })],
  "cases that depend on the instance": [
    "same cases",
    () => {
      const seed = Math.random();
      return withChanges({ load: (split) => load(split, seed) })();
    },
  ],
  "cases that are shared with train": [
    "keeps the cases",
    withChanges({ load: async (split, seed) => ({ ...(await load("train", seed)), split }) }),
  ],
  "the answer among the inputs": ["gives no answer away", inputs((input, spent) => ({ ...input, spent }))],
  "the answer as text, deep down": [
    "gives no answer away",
    inputs((input, spent) => ({ ...input, notes: [{ id: 1, was: String(spent) }] })),
  ],
  "an id that sorts by the answer": [
    "gives no answer away",
    loaded((each) => ({
      ...each,
      inputs: each.inputs.map((input, at) => ({
        ...(input as object),
        id: 1_000 + each.reference.filter((spent) => spent < each.reference[at]!).length * 7,
      })),
    })),
  ],
  "cases that are sorted by the answer": [
    "gives no answer away",
    loaded((each) => ({ ...each, reference: each.reference.toSorted((a, b) => a - b) })),
  ],
  NaN: [
    "finite number",
    scored((each, outputs) =>
      outputs.some((output) => "value" in output && output.value === null) ? { ...each, value: Number.NaN } : each,
    ),
  ],
  infinity: [
    "finite number",
    scored((each, outputs) =>
      outputs.every((output) => "error" in output) ? { ...each, value: Number.POSITIVE_INFINITY } : each,
    ),
  ],
  "a value outside of its range": ["finite number", scored((each) => ({ ...each, value: -each.value }))],
  "a sample that is NaN": [
    "finite number",
    scored((each) => ({ ...each, samples: each.samples!.with(0, Number.NaN) })),
  ],
  "samples of another number": [
    "finite number",
    scored((each, outputs) => ({ ...each, samples: each.samples!.slice("error" in outputs[0]! ? 1 : 0) })),
  ],
  "a guardrail that is missing": ["finite number", scored(({ value, samples = [] }) => ({ value, samples }))],
  "a guardrail that is not declared": [
    "finite number",
    scored((each) => ({ ...each, guardrails: { ...each.guardrails, more: 1 } })),
  ],
  "feedback on a case that is not there": [
    "finite number",
    scored((each) => ({ ...each, feedback: [{ case: CASES, cause: "x" }] })),
  ],
  "a throw for a wrong type": [
    "finite number",
    withChanges({
      score: async (outputs, evaluation) => {
        for (const output of outputs) if ("value" in output) void (output.value as number).toFixed(2);
        return score(outputs, evaluation as never);
      },
    }),
  ],
  "errors that are left out of the mean": [
    "an error as the worst",
    scored((each, outputs) => {
      const kept = each.samples!.filter((_, at) => "value" in outputs[at]!);
      return { ...each, value: kept.length === 0 ? 0 : kept.reduce((sum, one) => sum + one, 0) / kept.length };
    }),
  ],
  "an error that is taken for zero": [
    "an error as the worst",
    withChanges({
      score: (outputs, evaluation) =>
        score(
          outputs.map((output) => ("error" in output ? { value: 0 } : output)),
          evaluation as never,
        ),
    }),
  ],
  "another direction than it says": [
    "the perfect answer best",
    withChanges({ metric: { name: "error", direction: "maximize" } }),
  ],
  "a score that remembers": [
    "the same every time",
    () => {
      let calls = 0;
      return {
        ...right,
        score: async (outputs: readonly Output[], evaluation: Evaluation<number[]>) => {
          const each = await score(outputs, evaluation);
          return { ...each, value: Math.max(0, each.value - calls++ * 1e-3) };
        },
      } as never;
    },
  ],
  "a score with luck": [
    "the same every time",
    scored((each) => ({ ...each, value: each.value * (1 - Math.random() / 10) })),
  ],
  "an evaluation that is changed": [
    "the same every time",
    withChanges({
      score: async (outputs, evaluation) => {
        (evaluation.reference as number[]).sort();
        return score(outputs, evaluation as never);
      },
    }),
  ],
  "a canary that cannot be hit by chance": [
    "finite number",
    scored((each) => ({ ...each, canaries: [{ right: true, chance: 0 }] })),
  ],
  "a slice with other cases": [
    "parts of an evaluation",
    withChanges({ slice: (whole, cases) => cut(whole, cases.toReversed()) }),
  ],
  "a slice with other answers": [
    "parts of an evaluation",
    withChanges({ slice: (whole, cases) => ({ ...cut(whole, cases), reference: whole.reference }) }),
  ],
  "a sample that depends on the other cases": [
    "parts of an evaluation",
    withChanges({
      slice: cut,
      score: async (outputs, evaluation) => {
        const each = await score(outputs, evaluation as Evaluation<number[]>);
        return { ...each, samples: each.samples!.map((sample) => sample / each.samples!.length) };
      },
    }),
  ],
  "a relation of no kind": ["declares relations", withChanges({ relations: [{ kind: "luck" } as never] })],
  "a relation about a field that there is not": [
    "declares relations",
    withChanges({ relations: [{ kind: "identifiers", fields: ["name"] }] }),
  ],
  "a relation that loses a case": [
    "declares relations",
    withChanges({
      relations: [{ kind: "custom", name: "lossy", transform: (all) => all.slice(1), holds: () => true }],
    }),
  ],
  "a relation with luck of its own": [
    "declares relations",
    withChanges({
      relations: [
        { kind: "custom", name: "lucky", transform: (all) => all.map(() => Math.random()), holds: () => true },
      ],
    }),
  ],
  "an empty range of outputs": ["declares relations", withChanges({ outputRange: [1, 0] })],
  "a load that hangs when it is aborted": [
    "aborted",
    withChanges({
      load: async (split, seed, signal) => {
        const evaluation = await load(split, seed);
        await Promise.resolve();
        if (signal.aborted) await new Promise(() => undefined);
        return evaluation;
      },
    }),
  ],
};

describe("the suite finds", () => {
  test.each(Object.entries(FAULTS))("%s", async (_, [check, make]) => {
    expect(await failures(make, check)).not.toEqual([]);
  });

  test("options that are not checked, and a plugin of another kind", async () => {
    const lax = defineScorer({ name: "lax", create: () => right });
    expect(await failuresOf((runner) => testScorer(lax({}), { runner, badOptions: [{}] }), "options")).not.toEqual([]);
    expect(
      await failuresOf((runner) => testScorer({ ...lax({}), pawl: "gate" } as never, { runner }), "kind"),
    ).not.toEqual([]);
    expect(await failuresOf((runner) => testScorer({ ...lax({}), name: "" }, { runner }), "kind")).not.toEqual([]);
  });
});

test("and finds nothing where there is no fault, with scores of either sign", async () => {
  expect(await failures(withChanges({}), "")).toEqual([]);
  const negated = scored((each) => ({
    value: -each.value,
    samples: each.samples!.map((sample) => -sample),
    guardrails: each.guardrails!,
  }));
  const negative = (): Scorer<never> => ({ ...negated(), metric: { name: "closeness", direction: "maximize" } });
  expect(await failures(negative, "")).toEqual([]);
  const ageless = { kind: "custom", name: "ageless", transform: (all: readonly Json[]) => [...all], holds: () => true };
  const rich = withChanges({
    slice: cut,
    outputRange: [-100, 500],
    relations: [
      { kind: "irrelevant", fields: ["age"] },
      { kind: "monotone", field: "visits", answers: "up" },
      ageless as never,
    ],
  });
  expect(await failures(rich, "")).toEqual([]);
});

describe("leaks", () => {
  const evaluation = (inputs_: readonly Json[], reference: Json): Evaluation => ({
    split: "validation",
    seed: 1,
    inputs: inputs_,
    reference,
  });
  const random = createRandom("leaks");
  const labels = Array.from({ length: 60 }, () => random.integer(0, 1));

  test.each<[string, readonly Json[], Json, string]>([
    ["equal values", labels.map((label) => ({ y: label })), labels, "is the answer"],
    ["booleans for numbers", labels.map((label) => ({ y: label === 1 })), labels, "is the answer"],
    ["in a list inside of the reference", labels.map((label) => ({ y: label })), { rows: { labels } }, "is the answer"],
    [
      "joined by an id",
      labels.map((label, at) => ({ id: `c${at}`, y: label })),
      Object.fromEntries(labels.map((label, at) => [`c${at}`, label])),
      "is the answer",
    ],
    [
      "one value for each label",
      labels.map((label) => ({ group: label === 1 ? "b" : ["a", "c"][random.integer(0, 1)]! })),
      labels,
      "decides the answer",
    ],
    ["a threshold", labels.map((label) => ({ x: label + random.next() * 0.9 })), labels, "sorts the answers"],
    [
      "a threshold downwards",
      labels.map((label) => ({ x: -label - random.next() * 0.9 })),
      labels,
      "sorts the answers",
    ],
    [
      "inside of a text",
      labels.map((_, at) => `The answer to ${at} is answer-${at}.`),
      labels.map((_, at) => `answer-${at}`),
      "contains the answer",
    ],
  ])("%s", (_, inputs_, reference, how) => {
    expect(findLeaks(evaluation(inputs_, reference)).map((leak) => leak.how)).toContain(how);
  });

  test("noise is no leak, nor is a field that is nearly right", () => {
    const noise = labels.map((label, at) => ({
      id: `c${(at * 7_919) % 60}`,
      x: random.normal() + label,
      n: at % 4,
      close: at === 7 ? 1 - label : label,
      same: 1,
    }));
    expect(findLeaks(evaluation(noise, labels))).toEqual([]);
    // What it cannot see, as the page says: an encoding of its own.
    expect(
      findLeaks(
        evaluation(
          labels.map((label, at) => ({ code: hex(label * 1_000 + at) })),
          labels.map((label, at) => label * ((at % 5) - 2)),
        ),
      ),
    ).toEqual([]);
  });

  test("labels can be named where the reference holds more", () => {
    const each = evaluation(
      labels.map((_, at) => ({ day: at })),
      { labels, day: labels.map((__, at) => at) },
    );
    expect(findLeaks(each)).not.toEqual([]);
    expect(findLeaks(each, ["reference.labels[]"])).toEqual([]);
  });
});
