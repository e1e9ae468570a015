import { expect, test } from "vitest";
import { CmaEs, defaultLambda } from "./cma-es.ts";
import { createStream } from "./stream.ts";

function minimise(
  f: (x: readonly number[]) => number,
  n: number,
  evaluations: number,
  { late = 0, lambda = defaultLambda(n) } = {},
): number {
  const random = createStream(`${n}`);
  const cma = new CmaEs({ mean: Array.from({ length: n }, () => 0.7), sigma: 0.3, lambda });
  let best = Number.POSITIVE_INFINITY;
  const waiting: number[][] = [];
  for (let i = 0; i < evaluations; i += 1) {
    waiting.push(cma.sample(random));
    if (waiting.length <= late) continue;
    const x = waiting.splice(random.integer(0, waiting.length - 1), 1)[0] as number[];
    const value = f(x);
    best = Math.min(best, value);
    cma.tell(x, value);
  }
  return best;
}

const ellipsoid = (x: readonly number[]): number =>
  x.reduce((total, value, i) => total + 1000 ** (i / Math.max(1, x.length - 1)) * value * value, 0);
const rosenbrock = (x: readonly number[]): number =>
  x.slice(1).reduce((total, b, i) => total + 100 * (b - (x[i] as number) ** 2) ** 2 + (1 - (x[i] as number)) ** 2, 0);

test("solves a narrow ellipsoid, with all results late too", () => {
  expect(minimise(ellipsoid, 5, 1500)).toBeLessThan(1e-6);
  expect(minimise(ellipsoid, 5, 3000, { late: 12 })).toBeLessThan(1e-6);
});

test("learns from all of a large generation", () => {
  expect(minimise(ellipsoid, 6, 4000, { lambda: 40 })).toBeLessThan(1e-8);
});

test("learns a curved valley, which needs the full matrix", () => {
  expect(minimise(rosenbrock, 4, 2500)).toBeLessThan(1e-6);
});

test("learns the axes in many dimensions", () => {
  expect(minimise(ellipsoid, 40, 12_000)).toBeLessThan(1e-3);
});

test("takes failures as the worst results, and widens on a plateau", () => {
  const random = createStream("plateau");
  const cma = new CmaEs({ mean: [0, 0], sigma: 0.1, lambda: 6 });
  for (let i = 0; i < 18; i += 1) cma.tell(cma.sample(random), 1);
  expect(cma.flat).toBe(3);
  expect(Math.min(...cma.deviations)).toBeGreaterThan(0.2);
  for (let i = 0; i < 60; i += 1) {
    const x = cma.sample(random);
    cma.tell(x, (x[0] as number) < 0 ? Number.POSITIVE_INFINITY : (x[0] as number));
  }
  expect(cma.mean.every(Number.isFinite)).toBe(true);
  expect(Math.abs(cma.mean[0] as number)).toBeLessThan(0.5);
});
