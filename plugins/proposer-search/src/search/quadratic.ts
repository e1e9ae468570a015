import { EigenvalueDecomposition, Matrix, solve } from "ml-matrix";

/** A result at a point. */
export interface Told {
  readonly point: readonly number[];
  readonly fitness: number;
}

/** The number of coefficients of a full quadratic in n variables. */
export function coefficients(n: number): number {
  return ((n + 1) * (n + 2)) / 2;
}

/**
 * Where a quadratic through the results around `center` has its minimum, no farther away than those results lie.
 * `undefined` where they are too few, or describe no bowl. This is the classic response surface of Box and Wilson,
 * "On the Experimental Attainment of Optimum Conditions" (1951), within a trust region.
 */
export function quadraticMinimum(center: readonly number[], told: readonly Told[]): number[] | undefined {
  const n = center.length;
  const count = Math.ceil(1.3 * coefficients(n)) + 1;
  const near = told
    .filter(({ fitness }) => Number.isFinite(fitness))
    .map(({ point, fitness }) => {
      const offset = point.map((value, i) => value - (center[i] as number));
      return { offset, fitness, distance: Math.max(...offset.map(Math.abs)) };
    })
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, count);
  const radius = near.at(-1)?.distance ?? 0;
  if (near.length < count || radius === 0) return undefined;

  const rows = near.map(({ offset }) => monomials(offset.map((value) => value / radius)));
  const fitted = solve(new Matrix(rows), Matrix.columnVector(near.map(({ fitness }) => fitness)), true).to1DArray();
  if (!fitted.every(Number.isFinite)) return undefined;
  const gradient = fitted.slice(1, n + 1);
  const hessian = Matrix.zeros(n, n);
  let next = n + 1;
  for (let i = 0; i < n; i += 1) {
    for (let j = i; j < n; j += 1) {
      const value = fitted[next] as number;
      next += 1;
      hessian.set(i, j, i === j ? 2 * value : value);
      hessian.set(j, i, i === j ? 2 * value : value);
    }
  }
  const eigenvalues = new EigenvalueDecomposition(hessian, { assumeSymmetric: true }).realEigenvalues;
  const largest = Math.max(...eigenvalues.map(Math.abs));
  if (Math.min(...eigenvalues) <= 1e-6 * largest) return undefined;
  const step = solve(hessian, Matrix.columnVector(gradient.map((value) => -value))).to1DArray();
  const length = Math.max(...step.map(Math.abs));
  if (!Number.isFinite(length)) return undefined;
  const scale = radius * (length > 1 ? 1 / length : 1);
  return step.map((value, i) => (center[i] as number) + scale * value);
}

function monomials(x: readonly number[]): number[] {
  return [1, ...x, ...x.flatMap((a, i) => x.slice(i).map((b) => a * b))];
}
