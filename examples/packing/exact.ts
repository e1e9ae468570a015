/**
 * Exact arithmetic on doubles. Every finite double is a whole number of 2^-1074, so sums, differences and comparisons of
 * doubles, and of products of two of them, can be done in whole numbers without any rounding.
 */

const UNIT_BITS = 1_074n;
const view = new DataView(new ArrayBuffer(8));

/** A finite double as a whole number of 2^-1074; from its parts as IEEE 754 lays them out. */
export function exactly(value: number): bigint {
  if (!Number.isFinite(value)) throw new RangeError(`${value} is no number to be exact about`);
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const exponent = (bits >> 52n) & 0x7ffn;
  const fraction = bits & 0xf_ffff_ffff_ffffn;
  // Below the smallest exponent there is no hidden leading bit.
  const size = exponent === 0n ? fraction : (fraction | 0x10_0000_0000_0000n) << (exponent - 1n);
  return bits >> 63n === 0n ? size : -size;
}

/** One, as a whole number of 2^-1074. */
export const ONE = 1n << UNIT_BITS;

/** The largest double that is not above a sum of doubles. */
export function sumRoundedDown(values: readonly number[]): number {
  const exact = values.reduce((sum, value) => sum + exactly(value), 0n);
  let near = values.reduce((sum, value) => sum + value, 0);
  while (exactly(near) > exact) near = neighbour(near, -1n);
  while (exactly(neighbour(near, 1n)) <= exact) near = neighbour(near, 1n);
  return near;
}

/** The next double of a positive one, up or down. */
function neighbour(value: number, step: bigint): number {
  view.setFloat64(0, value);
  view.setBigUint64(0, view.getBigUint64(0) + step);
  return view.getFloat64(0);
}
