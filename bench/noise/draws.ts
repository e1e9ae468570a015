/** A fast seeded stream (xoshiro128**, D. Blackman and S. Vigna 2018): a simulation draws some billions of numbers. */
export class Stream {
  #a: number;
  #b: number;
  #c = 0x9e3779b9;
  #d = 0x243f6a88;
  #spare = Number.NaN;

  constructor(seed: number) {
    this.#a = seed | 0;
    this.#b = Math.imul(seed, 0x85ebca6b) | 0;
    for (let i = 0; i < 20; i += 1) this.bits();
  }

  bits(): number {
    const five = Math.imul(this.#b, 5);
    const result = Math.imul((five << 7) | (five >>> 25), 9);
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = (this.#d << 11) | (this.#d >>> 21);
    return result;
  }

  /** In (0, 1). */
  uniform(): number {
    return ((this.bits() >>> 0) + 0.5) / 2 ** 32;
  }

  normal(): number {
    if (!Number.isNaN(this.#spare)) {
      const spare = this.#spare;
      this.#spare = Number.NaN;
      return spare;
    }
    const radius = Math.sqrt(-2 * Math.log(this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.#spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }
}

const student = (stream: Stream, degrees: number): number => {
  let squares = 0;
  for (let k = 0; k < degrees; k += 1) squares += stream.normal() ** 2;
  return stream.normal() / Math.sqrt(squares / degrees);
};

/** Scores of a case, for candidates and champion alike: their difference is symmetric. */
export const SCORES: Readonly<Record<string, (stream: Stream) => number>> = {
  normal: (stream) => stream.normal(),
  "Student t, 3 degrees": (stream) => student(stream, 3),
  "Student t, 2 degrees": (stream) => student(stream, 2),
  lognormal: (stream) => Math.exp(stream.normal()),
  "mostly ties": (stream) => (stream.uniform() < 0.05 ? stream.normal() : 0),
  "right or wrong": (stream) => Number(stream.uniform() < 0.7),
};

/** Differences whose mean is zero, but that are skewed: what the default test does not cover. */
export const SKEWED: Readonly<Record<string, (stream: Stream) => number>> = {
  "lognormal, centred": (stream) => Math.exp(stream.normal()) - Math.exp(0.5),
  "minus lognormal, centred": (stream) => Math.exp(0.5) - Math.exp(stream.normal()),
  "minus exponential, centred": (stream) => 1 + Math.log(stream.uniform()),
  "+0.1 in nine of ten cases, -0.9 in one": (stream) => (stream.uniform() < 0.9 ? 0.1 : -0.9),
  "+0.01 in 99 of 100 cases, -0.99 in one": (stream) => (stream.uniform() < 0.99 ? 0.01 : -0.99),
};

const POOL = 2 ** 16;

/** Values to draw from: drawing from a pool is ten times as fast as making each one anew. */
export function poolOf(draw: (stream: Stream) => number, seed: number): Float64Array {
  const stream = new Stream(seed);
  return Float64Array.from({ length: POOL }, () => draw(stream));
}

/** One value of a pool. */
export const fromPool = (pool: Float64Array, stream: Stream): number => pool[stream.bits() & (POOL - 1)]!;

/** The standard deviation of a pool's values. */
export function deviationOf(pool: Float64Array): number {
  const mean = pool.reduce((sum, one) => sum + one, 0) / pool.length;
  return Math.sqrt(pool.reduce((sum, one) => sum + (one - mean) ** 2, 0) / pool.length);
}
