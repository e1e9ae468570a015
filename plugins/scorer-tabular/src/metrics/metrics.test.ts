import { PawlError } from "@pawl/plugin";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  averagePrecision,
  brier,
  costMatrix,
  logLoss,
  mae,
  outputNumbers,
  placements,
  precisionAtK,
  precisionAtPositives,
  recallAtK,
  rmse,
  rocAuc,
  type BinaryLabel,
  type MetricResult,
} from "./index.ts";

const average = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const label = fc.constantFrom<BinaryLabel[]>(0, 1);
// Few levels, so that ties are frequent.
const score = fc.integer({ min: 0, max: 3 }).map((level) => level / 4);
const cases = (maxLength: number) =>
  fc
    .array(fc.tuple(score, label), { minLength: 2, maxLength })
    .filter((rows) => rows.some(([, y]) => y === 1) && rows.some(([, y]) => y === 0));
const columns = (rows: readonly (readonly [number, BinaryLabel])[]): [scores: number[], labels: BinaryLabel[]] => [
  rows.map(([s]) => s),
  rows.map(([, y]) => y),
];

/** Every order of the cases in which the scores fall. */
function allOrders(scores: readonly number[]): number[][] {
  const permutations = (rest: readonly number[]): number[][] =>
    rest.length === 0 ? [[]] : rest.flatMap((i) => permutations(rest.filter((j) => j !== i)).map((p) => [i, ...p]));
  return permutations([...scores.keys()]).filter((order) =>
    order.every((i, at) => at === 0 || scores[order[at - 1]!]! >= scores[i]!),
  );
}

test("figures of the scikit-learn documentation", () => {
  // average_precision_score and roc_auc_score, examples of their reference pages.
  expect(averagePrecision([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]).value).toBeCloseTo(0.83, 2);
  expect(rocAuc([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]).value).toBe(0.75);
  // log_loss: the examples of the user guide and of the reference page.
  expect(logLoss([0.1, 0.2, 0.7, 0.99], [0, 0, 1, 1]).value).toBeCloseTo(0.1738, 4);
  expect(logLoss([0.9, 0.1, 0.2, 0.65], [1, 0, 0, 1]).value).toBeCloseTo(0.21616, 5);
  // brier_score_loss, mean_squared_error (0.375) and mean_absolute_error, examples of their reference pages.
  expect(brier([0.1, 0.9, 0.8, 0.3], [0, 1, 1, 0]).value).toBeCloseTo(0.0375, 6);
  expect(rmse([2.5, 0, 2, 8], [3, -0.5, 2, 7]).value).toBeCloseTo(Math.sqrt(0.375), 12);
  expect(mae([2.5, 0, 2, 8], [3, -0.5, 2, 7]).value).toBe(0.5);
});

test("figures worked out by hand", () => {
  // Ranks: + - + - -, so the precisions at the positives are 1/1 and 2/3.
  expect(precisionAtPositives([5, 4, 3, 2, 1], [1, 0, 1, 0, 0])).toEqual([1, 2 / 3]);
  expect(averagePrecision([5, 4, 3, 2, 1], [1, 0, 1, 0, 0]).value).toBeCloseTo(5 / 6, 12);
  // One positive and one negative tie: rank 1 or 2, each with chance one half.
  expect(averagePrecision([7, 7], [1, 0]).value).toBe(0.75);
  expect(rocAuc([7, 7, 1], [1, 0, 0]).value).toBe(0.75);
  expect(placements([7, 7, 1], [1, 0, 0])).toEqual([0.75, 0.5, 1]);
  expect(precisionAtK([5, 4, 3, 2, 1], [1, 0, 1, 0, 0], 2).value).toBe(0.5);
  expect(recallAtK([5, 4, 3, 2, 1], [1, 0, 1, 0, 0], { fraction: 0.6 }).value).toBe(1);
  // The border runs through a tie of three, of which one place is within: 1/3 of the positive.
  expect(recallAtK([9, 5, 5, 5], [0, 1, 0, 0], 2).value).toBeCloseTo(1 / 3, 12);
  const costs = { tp: 1, fp: 2, fn: { fixed: 3, perAmount: 0.5 }, tn: 0 };
  expect(costMatrix([0.9, 0.9, 0.1, 0.1], [1, 0, 1, 0], { costs, threshold: 0.5, amounts: [8, 8, 8, 8] })).toEqual({
    value: 10 / 4,
    samples: [1, 2, 7, 0],
  });
  expect(costMatrix([1, 0, 0.5], [1, 0, 0], { costs: { tp: -4, fp: 2, fn: 3, tn: 1 } }).samples).toEqual([-4, 1, 2]);
});

test("average precision, recall and precision are the mean over all orders that ties allow", () => {
  fc.assert(
    fc.property(cases(6), fc.integer({ min: 1, max: 6 }), (rows, top) => {
      const [scores, labels] = columns(rows);
      const k = Math.min(top, rows.length);
      const orders = allOrders(scores).map((order) => order.map((i) => labels[i]!));
      const positives = labels.filter((y) => y === 1).length;
      const precision = (order: readonly number[]): number => {
        const precisions = order.flatMap((y, at) => (y === 1 ? [average(order.slice(0, at + 1))] : []));
        return average(precisions);
      };
      const hits = average(orders.map((order) => order.slice(0, k).filter((y) => y === 1).length));
      expect(averagePrecision(scores, labels).value).toBeCloseTo(average(orders.map(precision)), 10);
      expect(precisionAtK(scores, labels, k).value).toBeCloseTo(hits / k, 10);
      expect(recallAtK(scores, labels, k).value).toBeCloseTo(hits / positives, 10);
    }),
    { numRuns: 60 },
  );
});

test("ROC-AUC is the share of pairs in the right order, ties half", () => {
  fc.assert(
    fc.property(cases(40), (rows) => {
      const positives = rows.filter(([, y]) => y === 1).map(([s]) => s);
      const negatives = rows.filter(([, y]) => y === 0).map(([s]) => s);
      const wins = positives.map((p) => average(negatives.map((n) => (p > n ? 1 : p === n ? 0.5 : 0))));
      const result = rocAuc(...columns(rows));
      expect(result.value).toBeCloseTo(average(wins), 10);
      const [scores, labels] = columns(rows);
      const placed = placements(scores, labels).filter((__, i) => labels[i] === 1);
      for (const [i, share] of placed.entries()) expect(share).toBeCloseTo(wins[i]!, 10);
    }),
  );
});

const rankings: [name: string, metric: (scores: number[], labels: BinaryLabel[]) => MetricResult][] = [
  ["averagePrecision", averagePrecision],
  ["rocAuc", rocAuc],
  ["precisionAtK", (scores, labels) => precisionAtK(scores, labels, { fraction: 0.3 })],
  ["recallAtK", (scores, labels) => recallAtK(scores, labels, 2)],
];

test.each(rankings)("%s depends on the order of scores alone, not on their size or the order of rows", (_, metric) => {
  fc.assert(
    fc.property(cases(30), fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (rows, keys) => {
      const [scores, labels] = columns(rows);
      const { value, samples } = metric(scores, labels);
      expect(
        metric(
          scores.map((s) => s ** 3 * 1e9 - 5),
          labels,
        ).value,
      ).toBeCloseTo(value, 10);
      const shuffled = rows
        .map((row) => ({ row, key: keys.next().value }))
        .toSorted((a, b) => a.key - b.key)
        .map(({ row }) => row);
      expect(metric(...columns(shuffled)).value).toBeCloseTo(value, 10);
      // One sample per case, whatever was answered; their mean is the value.
      expect(samples).toHaveLength(labels.length);
      expect(average(samples)).toBeCloseTo(value, 10);
    }),
  );
});

test.each(rankings)("%s: no answer is ever worse than NaN, and NaN everywhere is the worst ranking", (_, metric) => {
  fc.assert(
    fc.property(cases(20), fc.nat(), score, (rows, at, other) => {
      const [scores, labels] = columns(rows);
      const index = at % rows.length;
      const answered = scores.with(index, other);
      const failed = scores.with(index, NaN);
      expect(metric(failed, labels).value).toBeLessThanOrEqual(metric(answered, labels).value + 1e-12);
      const none = metric(
        scores.map(() => NaN),
        labels,
      ).value;
      expect(none).toBeLessThanOrEqual(metric(scores, labels).value + 1e-12);
    }),
  );
});

test("a constant score earns what a random order earns, and noise added to break ties earns nothing", () => {
  const labels = Array.from({ length: 2_000 }, (_, i): BinaryLabel => (i % 50 === 7 ? 1 : 0));
  const constant = averagePrecision(
    labels.map(() => 1),
    labels,
  ).value;
  // Prevalence 0.02, plus what the luck of the first ranks adds.
  expect(constant).toBeGreaterThan(0.02);
  expect(constant).toBeLessThan(0.025);
  let state = 1;
  const noise = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  const noisy = Array.from(
    { length: 400 },
    () =>
      averagePrecision(
        labels.map(() => noise()),
        labels,
      ).value,
  );
  expect(average(noisy)).toBeCloseTo(constant, 3);
  expect(
    rocAuc(
      labels.map(() => 3),
      labels,
    ).value,
  ).toBe(0.5);
});

test.each(rankings)("%s stays within 0 and 1, to the last bit", (_, metric) => {
  fc.assert(
    fc.property(cases(40), (rows) => {
      const { value } = metric(...columns(rows));
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThanOrEqual(1);
    }),
  );
  for (let positives = 1; positives < 60; positives++) {
    const labels = Array.from({ length: 60 }, (__, i): BinaryLabel => (i < positives ? 1 : 0));
    expect(metric(labels, labels).value).toBeLessThanOrEqual(1);
    for (let k = 1; k <= positives; k++) expect(precisionAtK(labels, labels, k).value).toBeLessThanOrEqual(1);
  }
});

test("moving one positive up never hurts", () => {
  fc.assert(
    fc.property(cases(20), (rows) => {
      const [scores, labels] = columns(rows);
      const positive = labels.indexOf(1);
      const raised = scores.with(positive, scores[positive]! + 0.25);
      for (const [, metric] of rankings) {
        expect(metric(raised, labels).value).toBeGreaterThanOrEqual(metric(scores, labels).value - 1e-12);
      }
    }),
  );
});

test("losses are means of per-case losses, and what is no answer costs the most", () => {
  const answer = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(NaN, -0.1, 1.1, Infinity));
  fc.assert(
    fc.property(fc.array(fc.tuple(answer, label), { minLength: 1, maxLength: 30 }), (rows) => {
      const [scores, labels] = columns(rows);
      const usable = rows.map(([p, y]) => (p >= 0 && p <= 1 ? p : 1 - y));
      const square = usable.map((p, i) => (p - labels[i]!) ** 2);
      expect(brier(scores, labels).samples).toEqual(square);
      expect(brier(scores, labels).value).toBeCloseTo(average(square), 12);
      const log = usable.map((p, i) => -Math.log(Math.max(1e-15, labels[i] === 1 ? p : 1 - p)));
      for (const [i, sample] of logLoss(scores, labels).samples.entries()) expect(sample).toBeCloseTo(log[i]!, 1);
      expect(logLoss(scores, labels).value).toBeCloseTo(average(log), 1);
      expect(Math.max(...logLoss(scores, labels).samples)).toBeLessThan(34.6);
      expect(Math.min(...logLoss(scores, labels).samples)).toBeGreaterThan(0);
    }),
  );
});

test("errors are capped: a wild or missing prediction costs ten spreads, and the metric stays finite", () => {
  const labels = [0, 10, 20, 30];
  const exact = [0, 10, 20, 30];
  for (const wild of [NaN, Infinity, -Infinity, 1e300, 331]) {
    expect(mae(exact.with(0, wild), labels).samples).toEqual([300, 0, 0, 0]);
    expect(rmse(exact.with(0, wild), labels).value).toBe(150);
  }
  expect(mae(exact.with(0, 299), labels).samples[0]).toBe(299);
  expect(mae([NaN], [7]).value).toBe(70);
  expect(mae([NaN, 5], [0, 0], { worstError: 2 }).samples).toEqual([2, 2]);
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.double({ noDefaultInfinity: true }), fc.integer()), { minLength: 1 }), (rows) => {
      const predictions = rows.map(([p]) => p);
      const truth = rows.map(([, y]) => y);
      expect(Number.isFinite(rmse(predictions, truth).value)).toBe(true);
      expect(mae(predictions, truth).value).toBeLessThanOrEqual(rmse(predictions, truth).value * (1 + 1e-9));
    }),
  );
});

test("no decision costs as much as the dearer one", () => {
  const cost = fc.integer({ min: -20, max: 20 });
  fc.assert(
    fc.property(fc.record({ tp: cost, fp: cost, fn: cost, tn: cost }), label, (costs, y) => {
      const at = (answer: number): number => costMatrix([answer], [y], { costs, threshold: 0.5 }).value;
      expect(at(NaN)).toBe(Math.max(at(0), at(1)));
      expect(at(0.5)).toBe(y === 1 ? costs.tp : costs.fp);
    }),
  );
});

test("bad calls are coded errors", () => {
  const codeOf = (act: () => unknown): string => {
    try {
      act();
    } catch (error) {
      return error instanceof PawlError ? error.code : String(error);
    }
    return "nothing thrown";
  };
  const bad: (() => unknown)[] = [
    () => averagePrecision([], []),
    () => averagePrecision([1], [1, 0]),
    () => averagePrecision([1, 2], [0, 0]),
    () => averagePrecision([1, 2], [1, 2 as 1]),
    () => rocAuc([1, 2], [1, 1]),
    () => rocAuc([1, 2], [0, 0]),
    () => logLoss([], []),
    () => brier([0.5], [0.5 as 1]),
    () => mae([1], []),
    () => precisionAtK([1, 2], [1, 0], 3),
    () => precisionAtK([1, 2], [1, 0], 0),
    () => recallAtK([1, 2], [1, 0], 1.5),
    () => recallAtK([1, 2], [1, 0], { fraction: 0 }),
    () => costMatrix([1], [1], { costs: { tp: { perAmount: 1 }, fp: 0, fn: 0, tn: 0 } }),
    () => costMatrix([1], [1], { costs: { tp: 0, fp: 0, fn: 0, tn: 0 }, amounts: [1, 2] }),
  ];
  expect(bad.map(codeOf)).toEqual(bad.map(() => "PAWL_DATA_INVALID"));
});

test("outputs become numbers, or NaN where they are none", () => {
  const outputs = [{ value: 0.5 }, { value: "0.5" }, { value: null }, { value: true }, { error: "boom" }, { value: 2 }];
  expect(outputNumbers(outputs)).toEqual([0.5, NaN, NaN, NaN, NaN, 2]);
  expect(outputNumbers(outputs, [0, 1])).toEqual([0.5, NaN, NaN, NaN, NaN, NaN]);
});
