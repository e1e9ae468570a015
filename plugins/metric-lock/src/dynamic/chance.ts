/** P(X <= k) for a binomial X: the sum of its terms, in logarithms. */
export function binomialAtMost(k: number, n: number, p: number): number {
  let log = n * Math.log1p(-p);
  let sum = 0;
  for (let i = 0; i <= Math.min(k, n); i += 1) {
    sum += Math.exp(log);
    log += Math.log((n - i) / (i + 1)) + Math.log(p) - Math.log1p(-p);
  }
  return Math.min(1, sum);
}

/**
 * P(at least `k` successes) of independent trials with these chances: the Poisson-binomial distribution, built up one
 * trial at a time.
 */
export function atLeast(k: number, chances: readonly number[]): number {
  let distribution = [1];
  for (const p of chances) {
    distribution = [...distribution, 0].map((mass, i) => mass * (1 - p) + (distribution[i - 1] ?? 0) * p);
  }
  return Math.min(
    1,
    distribution.slice(k).reduce((sum, mass) => sum + mass, 0),
  );
}

/**
 * The largest distance between two empirical distributions, and its p-value by the asymptotic formula.
 *
 * Source: N. Smirnov, "Table for Estimating the Goodness of Fit of Empirical Distributions", Annals of Mathematical
 * Statistics 19 (1948), with the correction for small samples by M. A. Stephens, JRSS B 32 (1970).
 */
export function smirnov(a: readonly number[], b: readonly number[]): { readonly distance: number; readonly p: number } {
  const [x, y] = [Float64Array.from(a).toSorted(), Float64Array.from(b).toSorted()];
  let [i, j, distance] = [0, 0, 0];
  while (i < x.length && j < y.length) {
    const at = Math.min(x[i]!, y[j]!);
    while (i < x.length && x[i]! <= at) i += 1;
    while (j < y.length && y[j]! <= at) j += 1;
    distance = Math.max(distance, Math.abs(i / x.length - j / y.length));
  }
  const root = Math.sqrt((x.length * y.length) / (x.length + y.length));
  const lambda = (root + 0.12 + 0.11 / root) * distance;
  let p = 0;
  for (let term = 1; term <= 100; term += 1) p += 2 * (-1) ** (term - 1) * Math.exp(-2 * (term * lambda) ** 2);
  return { distance, p: lambda < 0.2 ? 1 : Math.min(1, Math.max(0, p)) };
}
