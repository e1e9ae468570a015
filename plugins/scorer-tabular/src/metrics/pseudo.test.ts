import { pairedInterval, signEvidence, standsSkew } from "@pawl/statistics";
import * as fc from "fast-check";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { expect, test } from "vitest";
import { averagePrecision, type BinaryLabel, type MetricResult, precisionAtK, recallAtK, rocAuc } from "./index.ts";

type MetricFunction = (scores: readonly number[], labels: readonly BinaryLabel[]) => MetricResult;
const average = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const rows = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.constantFrom<BinaryLabel[]>(0, 1)), {
    minLength: 4,
    maxLength: 25,
  })
  .filter((cases) => [0, 1].every((wanted) => cases.filter(([, label]) => label === wanted).length >= 2));

test.each<[string, MetricFunction]>([
  ["averagePrecision", averagePrecision],
  ["rocAuc", rocAuc],
])("samples of %s are what leaving each case out gives, ties and all", (_, metric) => {
  fc.assert(
    fc.property(rows, (cases) => {
      const [scores, labels] = [cases.map(([score]) => score), cases.map(([, label]) => label)];
      const { value, samples } = metric(scores, labels);
      const without = cases.map((__, i) => metric(scores.toSpliced(i, 1), labels.toSpliced(i, 1)).value);
      const center = average(without);
      for (const [i, sample] of samples.entries()) {
        expect(sample).toBeCloseTo(value + (cases.length - 1) * (center - without[i]!), 8);
      }
      expect(average(samples)).toBeCloseTo(value, 10);
    }),
  );
});

test("a single positive or negative case, and every score the same, still give finite samples", () => {
  const metrics: MetricFunction[] = [
    averagePrecision,
    rocAuc,
    (s, l) => precisionAtK(s, l, 1),
    (s, l) => recallAtK(s, l, 1),
  ];
  for (const metric of metrics) {
    for (const labels of [
      [1, 0, 0],
      [1, 1, 0],
      [0, 0, 1, 0],
    ] as BinaryLabel[][]) {
      for (const scores of [labels.map(() => 1), labels.map((_, i) => i), labels.map(() => Number.NaN)]) {
        const { value, samples } = metric(scores, labels);
        expect(samples.every(Number.isFinite)).toBe(true);
        expect(average(samples)).toBeCloseTo(value, 10);
      }
    }
  }
});

/** Two candidates that are equal in law: the same signal, and noise of their own beside noise that they share. */
function* equals(cases: number, share: number, seed: number) {
  const stream = xoroshiro128plus(seed);
  const uniform = (): number => 1 - uniformFloat64(stream);
  const normal = (): number => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  for (;;) {
    const labels = Array.from({ length: cases }, (): BinaryLabel => (uniform() < share ? 1 : 0));
    labels[0] = 1;
    labels[1] = 0;
    const common = labels.map((label) => 1.5 * label + normal());
    yield { labels, one: common.map((x) => x + 0.7 * normal()), other: common.map((x) => x + 0.7 * normal()) };
  }
}

const metrics: [name: string, metric: MetricFunction][] = [
  ["average precision", averagePrecision],
  ["ROC-AUC", rocAuc],
  ["precision at 5 %", (scores, labels) => precisionAtK(scores, labels, { fraction: 0.05 })],
  ["recall at 30", (scores, labels) => recallAtK(scores, labels, 30)],
];
for (const [name, metric] of metrics) {
  for (const share of [0.05, 0.3]) {
    test(`${name}, ${share * 100} % positive: equal candidates are called better as often as the level says, or less`, () => {
      const runs = 600;
      let [evidence, byInterval] = [0, 0];
      const pairs = equals(400, share, 99);
      for (let run = 0; run < runs; run += 1) {
        const { labels, one, other } = pairs.next().value!;
        const [first, second] = [metric(one, labels), metric(other, labels)];
        const differences = first.samples.map((sample, i) => sample - second.samples[i]!);
        const { e } = signEvidence(differences, { of: 400, enough: 20 });
        if (e >= 20 && standsSkew(differences, 0.05)) evidence += 1;
        if (pairedInterval(differences, 0.9).low! > 0) byInterval += 1;
      }
      expect(evidence / runs).toBeLessThan(0.05);
      // The spread of the samples is the noise of the metric: a plain interval errs about as often as it says.
      expect(byInterval / runs).toBeLessThan(0.05 + 4 * Math.sqrt((0.05 * 0.95) / runs));
      expect(byInterval / runs).toBeGreaterThan(0.015);
    });
  }
}

test("a million cases take seconds", { timeout: 120_000 }, () => {
  const stream = xoroshiro128plus(1);
  const scores = Array.from({ length: 1_000_000 }, () => uniformFloat64(stream));
  const labels = scores.map((score, i): BinaryLabel => (i % 50 === 0 || score > 0.999 ? 1 : 0));
  const { value, samples } = averagePrecision(scores, labels);
  expect(samples).toHaveLength(1_000_000);
  expect(average(samples)).toBeCloseTo(value, 6);
});
