import type { Output, Score } from "@pawl/plugin";
import { describe, expect, it } from "vitest";
import { flawsOf } from "./check.ts";
import pack from "./packing.ts";
import { CIRCLES, packingScorer } from "./scorer.ts";

const scorer = await packingScorer().create({} as never, { root: import.meta.dirname });
const never = new AbortController().signal;
const scoreOf = async (output: Output, split: "train" | "validation" = "validation"): Promise<Score> =>
  scorer.score([output], { split, seed: 1, inputs: [CIRCLES], reference: null }, never);

describe("the packing scorer", () => {
  it("takes the surface as it is", async () => {
    const placed = pack(CIRCLES);
    const { value } = await scoreOf({ value: placed });
    const sum = placed.filter((_, i) => i % 3 === 2).reduce((all, r) => all + r, 0);
    expect(value).toBeCloseTo(sum, 12);
    expect(value).toBeGreaterThan(2);
    expect(value).toBeLessThan(2.64);
  });

  it("has a problem to train and the same to validate, and nothing to hold out", async () => {
    expect((await scorer.load("train", 1, never))!.inputs).toEqual([CIRCLES]);
    expect((await scorer.load("validation", 1, never))!.inputs).toEqual([CIRCLES]);
    expect(await scorer.load("holdout", 1, never)).toBeNull();
  });

  const good = pack(CIRCLES);
  const grown = (by: number): number[] => good.map((each, i) => (i % 3 === 2 ? each * by : each));
  it.each<[string, Output, RegExp]>([
    ["an error", { error: "TypeError: no circles" }, /no circles/],
    ["null", { value: null }, /no list of 78/],
    ["a score", { value: 2.7 }, /no list of 78/],
    ["too few circles", { value: good.slice(3) }, /no list of 78/],
    ["too many circles", { value: [...good, 0.5, 0.5, 0.1] }, /no list of 78/],
    ["text among the numbers", { value: ["0.5", ...good.slice(1)] }, /no number/],
    ["not a number among the numbers", { value: [Number.NaN, ...good.slice(1)] }, /no number/],
    ["an infinite radius", { value: good.map((each, i) => (i === 2 ? Number.POSITIVE_INFINITY : each)) }, /no number/],
    ["a radius that is negative", { value: good.map((each, i) => (i === 2 ? -each : each)) }, /not positive/],
    ["a radius that is zero", { value: good.map((each, i) => (i === 2 ? 0 : each)) }, /not positive/],
    [
      "circles that have grown by a millionth of a millionth of their size and more",
      { value: grown(1.000001) },
      /overlap|reaches/,
    ],
    ["all circles at one place", { value: good.map((_, i) => (i % 3 === 2 ? 0.1 : 0.5)) }, /circles 0 and 1 overlap/],
  ])("takes %s as the worst answer, and says why", async (_, output, why) => {
    const { value, feedback } = await scoreOf(output, "train");
    expect(value).toBe(0);
    expect(feedback!.map(({ detail }) => detail).join("\n")).toMatch(why);
    expect((await scoreOf(output)).feedback).toBeUndefined();
  });
});

describe("the check", () => {
  const HALF = 0.5;
  const next = (value: number): number => value * (1 + Number.EPSILON);

  it("lets circles touch each other and the border, and nothing more", () => {
    const touching = [
      { x: 0.25, y: HALF, r: 0.25 },
      { x: 0.75, y: HALF, r: 0.25 },
    ];
    expect(flawsOf(touching)).toEqual([]);
    const wider = [touching[0]!, { ...touching[1]!, r: next(0.25) }];
    expect(flawsOf(wider).map(({ cause }) => cause)).toEqual(["leaves the square", "overlap"]);
    const closer = [touching[0]!, { x: 0.75 - 2 ** -53, y: HALF, r: 0.25 }];
    expect(flawsOf(closer).map(({ cause }) => cause)).toEqual(["overlap"]);
  });

  it("sees overlaps that are lost when they are computed in doubles", () => {
    // In doubles the two sides of the comparison are equal.
    const circles = [
      { x: 0.3, y: 0.3, r: 0.1 },
      { x: 0.3, y: HALF, r: 0.1 },
    ];
    const [a, b] = circles as [(typeof circles)[0], (typeof circles)[0]];
    const above = { ...b, r: b.r + 2 ** -56 };
    expect((above.y - a.y) ** 2 < (above.r + a.r) ** 2).toBe(false);
    expect(flawsOf([a, above])).toHaveLength(1);
  });
});
