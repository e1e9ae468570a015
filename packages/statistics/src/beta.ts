/** Where random numbers come from: a seeded stream, for results that can be repeated. */
export interface RandomSource {
  /** Uniform in [0, 1). */
  next(): number;
  /** Standard normal deviate. */
  normal(): number;
}

/** A gamma deviate with scale 1, after Marsaglia and Tsang, "A simple method for generating gamma variables" (2000). */
function gamma(shape: number, random: RandomSource): number {
  if (shape < 1) return gamma(shape + 1, random) * random.next() ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random.next()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** A beta deviate: between 0 and 1, `a / (a + b)` on average. */
export function beta(a: number, b: number, random: RandomSource): number {
  const x = gamma(a, random);
  const y = gamma(b, random);
  return x + y === 0 ? a / (a + b) : x / (x + y);
}
