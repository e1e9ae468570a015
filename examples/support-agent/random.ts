/** A source of numbers, uniform in [0, 1). */
export type Stream = () => number;

/** The 32-bit finalizer of MurmurHash3 (Austin Appleby): every input bit moves every output bit. */
function mix(bits: number): number {
  let h = bits;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * An independent stream for every seed and label: the same two give the same numbers on every machine.
 * A counter with a step of its own per stream, put through {@link mix}: the idea of SplitMix (Steele, Lea and Flood,
 * "Fast splittable pseudorandom number generators", 2014) in 32 bits. Good enough to simulate with, not for secrets.
 */
export function stream(seed: number, label: string): Stream {
  let state = 0;
  for (const character of `${seed}/${label}`) state = mix(state + character.charCodeAt(0) + 1);
  const step = mix(state ^ 0x9e3779b9) | 1;
  return () => {
    state = (state + step) | 0;
    return mix(state) / 2 ** 32;
  };
}

/** A uniform number in [low, high). */
export function uniform(next: Stream, low: number, high: number): number {
  return low + (high - low) * next();
}

/** A uniform integer in [0, count). */
export function index(next: Stream, count: number): number {
  return Math.floor(next() * count);
}

/** A normal deviate, by the method of Box and Muller. */
export function normal(next: Stream, mean: number, deviation: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - next()));
  return mean + deviation * radius * Math.cos(2 * Math.PI * next());
}

/** A Poisson deviate: how many uniform factors it takes to fall below exp(-mean). For small means. */
export function poisson(next: Stream, mean: number): number {
  const floor = Math.exp(-mean);
  let count = 0;
  for (let product = next(); product > floor; product *= next()) count += 1;
  return count;
}
