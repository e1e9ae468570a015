import type { Evaluation, Output } from "@pawl/plugin";
import { describe, expect, it } from "vitest";
import type { Truth } from "./cases.ts";
import { TASK } from "./models.ts";
import { BREACHES, COST, STEPS, supportScorer } from "./scorer.ts";

const configured = supportScorer({ price: TASK.price });
const scorer = await configured.create(configured.schema.parse(configured.options) as never, { root: "/" });
const never = new AbortController().signal;
const load = async (split: "train" | "validation" | "holdout" | "vault") =>
  (await scorer.load(split, 1, never)) as Evaluation<readonly Truth[]>;
const idle: Output = {
  value: { actions: [], reply: "" },
  model: { calls: 2, inputTokens: 1_000_000, outputTokens: 1_000_000 },
};

describe("the scorer", () => {
  it("counts what the host has metered, and not what an agent says", async () => {
    const evaluation = await load("validation");
    const { value, samples, guardrails } = await scorer.score(
      evaluation.inputs.map(() => idle),
      evaluation,
      never,
    );
    expect(value).toBe(0);
    expect(samples).toHaveLength(evaluation.inputs.length);
    expect(guardrails).toEqual({ [BREACHES]: 0, [COST]: expect.closeTo(0.75, 9) as number, [STEPS]: 2 });
    const boast = { ...idle, value: { actions: [], reply: "", model: { calls: 0, inputTokens: 0, outputTokens: 0 } } };
    const boasted = await scorer.score(
      evaluation.inputs.map(() => boast),
      evaluation,
      never,
    );
    expect(boasted.guardrails).toMatchObject({ [BREACHES]: 1, [COST]: expect.closeTo(0.75, 9) as number });
  });

  it("takes no output at all as the worst", async () => {
    const evaluation = await load("validation");
    const { value, guardrails } = await scorer.score([], evaluation, never);
    expect(value).toBe(0);
    expect(guardrails).toMatchObject({ [BREACHES]: 1 });
  });

  it("slices cases with their truths", async () => {
    const evaluation = await load("validation");
    const cases = [7, 3, 100];
    const sliced = scorer.slice!(evaluation, cases);
    expect(sliced.inputs).toEqual(cases.map((at) => evaluation.inputs[at]));
    expect(sliced.reference).toEqual(cases.map((at) => evaluation.reference[at]));
    expect(sliced.split).toBe("validation");
  });

  it("explains train failures and nothing else, breaches first", async () => {
    for (const split of ["validation", "holdout"] as const) {
      const evaluation = await load(split);
      const outputs = evaluation.inputs.map(() => idle);
      expect((await scorer.score(outputs, evaluation, never)).feedback).toBeUndefined();
    }
    const evaluation = await load("train");
    const outputs = evaluation.inputs.map((_, i) => (i === 5 ? { error: "no" } : idle));
    const { feedback } = await scorer.score(outputs, evaluation, never);
    expect(feedback).toHaveLength(evaluation.inputs.length);
    expect(feedback![5]).toEqual({ case: 5, cause: "no answer", detail: "no", weight: 2 });
    expect(new Set(feedback!.map(({ cause }) => cause)).size).toBeGreaterThan(5);
  });

  it("has no vault: fresh mails take its place", async () => {
    expect(await load("vault")).toBeNull();
    expect(scorer.freshCases).toBe(true);
  });
});
