import { expect, test } from "vitest";
import { inferFields, quantile, spread, threshold } from "./fields.ts";

test("finds the numbers, switches and categories of the inputs, by path", () => {
  const inputs = Array.from({ length: 40 }, (_, i) => ({
    id: `tx-${i}`,
    amount: i,
    same: 7,
    kind: i % 2 === 0 ? "card" : "cash",
    online: i % 3 === 0,
    card: { age: i * 2, deep: { deeper: { deepest: i } } },
    days: [i, i + 1],
    ...(i > 20 ? { late: i } : {}),
    mixed: i % 2 === 0 ? 1 : "one",
    nothing: null,
  }));
  const fields = inferFields(inputs);
  expect(fields.map(({ path, kind, optional }) => [path.join("."), kind, optional])).toEqual([
    ["amount", "number", false],
    ["kind", "category", false],
    ["online", "boolean", false],
    ["card.age", "number", false],
    ["days.0", "number", false],
    ["days.1", "number", false],
    ["late", "number", true],
  ]);
});

test("numbers and lists of numbers are inputs too", () => {
  expect(inferFields([1, 2, 3])).toMatchObject([{ path: [], kind: "number" }]);
  expect(
    inferFields([
      [1, 5],
      [2, 5],
    ]),
  ).toMatchObject([{ path: [0], kind: "number" }]);
  expect(inferFields([])).toEqual([]);
});

test("thresholds lie between two cases and are short", () => {
  const [field] = inferFields([0.1234, 0.5678, 10.5, 99].map((x) => ({ x })));
  if (field === undefined) throw new Error("no field");
  expect(threshold(field, 0)).toBe(0.3);
  expect(quantile(field, 1)).toBe(99);
  expect(threshold(field, 1)).toBe(99);
  expect(spread(field)).toBeCloseTo(99 - 0.1234);
});
