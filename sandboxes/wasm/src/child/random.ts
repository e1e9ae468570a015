/**
 * Random 32-bit numbers from a seed: the sfc32 generator (Chris Doty-Humphrey, PractRand), warmed up. The same numbers
 * as `Math.random` of the JavaScript sandboxes.
 */
export function seeded(seed: number): () => number {
  let a = seed | 0;
  let b = (seed / 4_294_967_296) | 0;
  let c = 0x9e3779b9 | 0;
  let counter = 1;
  const next = (): number => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return t >>> 0;
  };
  for (let i = 0; i < 15; i++) next();
  return next;
}
