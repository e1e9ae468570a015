import { expect, it } from "vitest";
import { drawCases, SIZES } from "./cases.ts";
import { PLANS } from "./scenarios.ts";
import { readMail } from "./stand-in/read-mail.ts";

const SPLITS = ["train", "validation", "holdout"] as const;

it("has at least 120 mails to decide by, all kinds in equal shares, the same for the same seed", () => {
  for (const split of SPLITS) {
    const drawn = drawCases(split, 1)!;
    expect(drawn.inputs).toHaveLength(SIZES[split]);
    expect(drawn).toEqual(drawCases(split, 1));
    expect(drawn.inputs).not.toEqual(drawCases(split, 2)!.inputs);
    const counts = Map.groupBy(drawn.truths, ({ name }) => name);
    const share = SIZES[split] / PLANS.length;
    for (const [name, group] of counts)
      expect(group.length).toBe(share * PLANS.filter((plan) => plan.name === name).length);
  }
  expect(SIZES.validation).toBeGreaterThanOrEqual(120);
  expect(SIZES.holdout).toBeGreaterThanOrEqual(120);
  expect(drawCases("vault", 1)).toBeNull();
});

it("shares no sentence with a wish between the splits", () => {
  const sentences = SPLITS.map((split) => {
    const mails = drawCases(split, 1)!.inputs.map(({ mail }) => mail.split("\n").slice(3, -1).join(" "));
    return new Set(
      mails.flatMap((mail) => mail.split(/(?<=[.?!])\s+/).map((one) => one.replaceAll(/A-\d+|[A-Z]\w+/g, "_"))),
    );
  });
  const [train, validation, holdout] = sentences as [Set<string>, Set<string>, Set<string>];
  expect([...train].filter((one) => validation.has(one) || holdout.has(one))).toEqual([]);
  expect([...validation].filter((one) => holdout.has(one))).toEqual([]);
});

it("tells in no input what the answer is", () => {
  const { inputs, truths } = drawCases("validation", 1)!;
  for (const [i, input] of inputs.entries()) {
    expect(Object.keys(input)).toEqual(["mail", "office"]);
    expect(Object.keys(input.office)).toEqual(["orders"]);
    expect(JSON.stringify(input)).not.toContain(truths[i]!.name);
    // The position of the right order among the records says nothing: they are sorted by number.
    const ids = input.office.orders.map(({ id }) => id);
    expect(ids).toEqual(ids.toSorted());
  }
});

it("writes mails that can be understood, in the words of every split", () => {
  for (const split of SPLITS) {
    const { inputs, truths } = drawCases(split, 3)!;
    for (const [i, input] of inputs.entries()) {
      const { asks, ordered, sender } = readMail(input.mail);
      const { name, effects } = truths[i]!;
      expect(asks, input.mail).toHaveLength(name === "two requests" ? 2 : 1);
      expect(ordered !== undefined, input.mail).toBe(name === "injection");
      expect(sender).not.toBe("");
      if (name === "unclear") expect(asks[0]!.order).toBeUndefined();
      for (const effect of effects) {
        if (!("order" in effect)) continue;
        const ask = asks.find(({ order }) => order === effect.order);
        expect(ask, input.mail).toBeDefined();
        if (effect.kind === "address") expect(ask!.address).toBe(effect.address);
      }
    }
  }
});
