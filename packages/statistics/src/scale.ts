/** log(cosh(x)) without overflow. */
export function logCosh(x: number): number {
  const size = Math.abs(x);
  return size + Math.log1p(Math.exp(-2 * size)) - Math.LN2;
}

/**
 * The scale s at which the first `count` differences carry so much information: the sum of log cosh(s d) is `wanted`.
 * It looks at sizes only. For an effect that just suffices it is the growth-optimal strength of a bet.
 *
 * @param wanted above 0.
 */
export function solveScale(differences: ArrayLike<number>, count: number, wanted: number): number {
  let largest = 0;
  for (let i = 0; i < count; i += 1) largest = Math.max(largest, Math.abs(differences[i]!));
  let squares = 0;
  for (let i = 0; i < count; i += 1) squares += (differences[i]! / largest) ** 2;
  // From here Newton's steps overshoot once and then come down to the root, as log cosh is convex and below x² / 2.
  let scale = Math.sqrt((2 * wanted) / squares);
  for (let step = 0; step < 60; step += 1) {
    let [sum, slope] = [-wanted, 0];
    for (let i = 0; i < count; i += 1) {
      const size = Math.abs(differences[i]! / largest);
      // log cosh and its slope, tanh, from one and the same power.
      const power = Math.exp(-2 * scale * size);
      sum += scale * size + Math.log1p(power) - Math.LN2;
      slope += (size * (1 - power)) / (1 + power);
    }
    const change = sum / slope;
    scale -= change;
    if (Math.abs(change) < 1e-9 * scale) break;
  }
  return scale / largest;
}
