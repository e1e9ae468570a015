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

/** A uniform integer in [0, count). */
export function index(next: Stream, count: number): number {
  return Math.floor(next() * count);
}
