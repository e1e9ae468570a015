import { averagePrecision, precisionAtPositives } from "@pawl/scorer-tabular";
import { expect, it } from "vitest";
import { feedbackOn } from "./feedback.ts";
import type { Answers } from "./splits.ts";

const answers: Answers = { fraud: [1, 0, 1, 0, 1], scenario: [2, 0, 3, 0, 1], customer: [0, 1, 2, 3, 4], day: [] };
const scores = [9, 8, 7, 6, 5];
const { value } = averagePrecision(scores, answers.fraud);
const precisions = precisionAtPositives(scores, answers.fraud);

it("reports frauds without a call and calls without a fraud, and what they cost the metric", () => {
  const called = [true, true, false, false, false];
  expect(feedbackOn(scores, precisions, called, answers)).toEqual([
    // Without the payment at rank 2 the frauds below it would be at ranks 2 and 3.
    { case: 1, cause: "false alarm", weight: expect.closeTo((1 + 3 / 4 - 2 / 3 - 3 / 5) / 3, 12) },
    { case: 4, cause: "missed fraud: a very large payment", weight: expect.closeTo((1 - 3 / 5) / 3, 12) },
    { case: 2, cause: "missed fraud: a leaked card", weight: expect.closeTo((1 - 2 / 3) / 3, 12) },
  ]);
  expect(value).toBeCloseTo((1 + 2 / 3 + 3 / 5) / 3, 12);
});

it("has nothing to say where the desk called about all frauds and nothing else", () => {
  const called = answers.fraud.map((isFraud) => isFraud === 1);
  expect(feedbackOn(scores, precisions, called, answers)).toEqual([]);
});
