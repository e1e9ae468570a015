import { expect, test } from "vitest";
import { playNights } from "../../../../bench/memory/nights.ts";

test("memory cuts repeated dead ends over several runs on one lock, and finds no less", async () => {
  const nights = { seed: 1, runs: 3, experiments: 14 };
  const without = await playNights({ ...nights, memory: false });
  const remembered = await playNights({ ...nights, memory: true });
  expect(without.experiments).toBe(42);
  expect(remembered.experiments).toBe(42);
  expect(without.repeats).toBeGreaterThan(2);
  expect(remembered.repeats).toBeLessThan(without.repeats / 2);
  expect(remembered.found).toBeGreaterThanOrEqual(without.found);
});
