import { expect, it } from "vitest";
import { feedbackOn } from "./feedback.ts";
import { type Answers, simulateMarket } from "./market.ts";
import { replay } from "./replay.ts";

const regular = simulateMarket("train", 1).answers.situations.find(({ segment }) => segment === "loyal")!;
/** One regular asks three times; another customer never does. */
const answers: Answers = {
  situations: [0, 0, 0].map((customer) => ({ ...regular, customer })),
  regulars: 1,
  customers: 2,
};
const { fairPrice, cost } = regular;

it("weighs a departure by the later orders that it puts at risk", () => {
  const { steps } = replay([1.3 * fairPrice, fairPrice, fairPrice], answers);
  const [first, second, third] = steps;
  const later = second!.buys * second!.margin + (1 - second!.leaves) * third!.buys * third!.margin;
  const weight = (first!.leaves * later) / 2;
  expect(weight).toBeGreaterThan(0);
  expect(feedbackOn(steps, answers)).toEqual([
    { case: 0, cause: "regular driven away: loyal", weight: expect.closeTo(weight, 9) },
  ]);
});

it("weighs a lost order by its margin, and what was sold at a loss by the loss", () => {
  const { steps } = replay([fairPrice, 0.5 * cost, 3 * fairPrice], answers);
  const [, sold, lost] = steps;
  expect(lost!.buys).toBeLessThan(0.5);
  const findings = feedbackOn(steps, answers);
  expect(findings).toHaveLength(3);
  expect(findings).toContainEqual({ case: 1, cause: "sold below cost: loyal", weight: -sold!.profit / 2 });
  const weight = expect.closeTo((lost!.present * (1 - lost!.buys) * lost!.margin) / 2, 9);
  expect(findings).toContainEqual({ case: 2, cause: "order lost: loyal", weight });
});

it("says where there was no usable price", () => {
  const { steps } = replay([fairPrice, undefined, fairPrice], answers);
  const [finding, ...others] = feedbackOn(steps, answers);
  expect(finding).toEqual({ case: 1, cause: "no usable price", weight: (cost * regular.quantity) / 2 });
  expect(others).toEqual([]);
});
