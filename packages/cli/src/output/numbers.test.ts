import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { duration } from "../config/overrides.ts";
import { formatDuration, formatGain, formatMove, formatNumber, plural } from "./numbers.ts";

describe("numbers", () => {
  test.each([
    [0, "0"],
    [0.123456789, "0.12346"],
    [-0.5, "−0.5"],
    [1234.5678, "1,234.57"],
    [1e-9, "1.0000e−9"],
    [3e15, "3.0000e+15"],
  ])("%d is %s", (value, text) => expect(formatNumber(value)).toBe(text));

  test("any finite number can be told", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -1e300, max: 1e300 }), (value) => {
        const told = Number(formatNumber(value).replaceAll("−", "-").replaceAll(",", ""));
        expect(Math.abs(told - value)).toBeLessThanOrEqual(
          Math.max(Math.abs(value) * 5e-5, 0.0051 * Number(Math.abs(value) >= 1_000)),
        );
      }),
    );
  });
});

describe("gains follow the metric's direction", () => {
  const profit = { name: "profit", direction: "maximize", unit: "€" } as const;
  const error = { name: "error", direction: "minimize" } as const;

  test.each([
    [profit, 100, 150, "+50 €, 50 % better"],
    [profit, 100, 90, "−10 €, 10 % worse"],
    [profit, -100, -50, "+50 €, 50 % better"],
    [profit, 0, 5, "+5 €, better"],
    [error, 4, 1, "−3, 75 % better"],
    [error, 4, 5, "+1, 25 % worse"],
    [error, 4, 4, "no change"],
    [error, 1e-9, 1e9, "+1,000,000,000, over 10,000 % worse"],
  ])("%o: %d → %d", (metric, from, to, text) => expect(formatGain(metric, from, to)).toBe(text));

  test("moves carry the unit", () => expect(formatMove(profit, 1, 2)).toBe("1 → 2 €"));
});

describe("durations", () => {
  test.each([
    [0, "0 ms"],
    [850, "850 ms"],
    [9_400, "9.4 s"],
    [59_400, "59 s"],
    [59_900, "1 m 00 s"],
    [123_000, "2 m 03 s"],
    [3_599_700, "1 h 00 m"],
    [90_000_000, "25 h 00 m"],
  ])("%d ms is %s", (ms, text) => expect(formatDuration(ms)).toBe(text));

  test.each([
    ["90s", 90_000],
    ["1h30m", 5_400_000],
    ["1.5 h", 5_400_000],
    ["250ms", 250],
    ["2d", 172_800_000],
  ])("%s is %d ms", (text, ms) => expect(duration("--wall")(text)).toBe(ms));

  test.each(["", "90", "s", "1h30", "-5s", "1e3s", "5 minutes", "0s", "99999999999d"])("%j is none", (text) => {
    expect(() => duration("--wall")(text)).toThrow("is not a duration");
  });
});

test("plurals", () => {
  expect([plural(1, "experiment"), plural(0, "experiment"), plural(12_345, "entry", "entries")]).toEqual([
    "1 experiment",
    "0 experiments",
    "12,345 entries",
  ]);
});
