/**
 * P(T > t) of Student's t distribution with a whole number of degrees of freedom, at least 1. Exact up to rounding:
 * tails below about 1e-15 come out as 0.
 *
 * Source: M. Abramowitz and I. A. Stegun, "Handbook of Mathematical Functions" (1964), 26.7.3 and 26.7.4.
 */
export function studentUpperTail(t: number, degrees: number): number {
  const angle = Math.atan(Math.abs(t) / Math.sqrt(degrees));
  const squaredCosine = Math.cos(angle) ** 2;
  const isOdd = degrees % 2 === 1;
  let term = isOdd ? Math.cos(angle) : 1;
  let sum = 0;
  for (let k = isOdd ? 3 : 2; k <= degrees; k += 2) {
    sum += term;
    term *= ((k - 1) / k) * squaredCosine;
  }
  const within = isOdd ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
  const tail = Math.max(0, (1 - within) / 2);
  return t > 0 ? tail : 1 - tail;
}

/**
 * The t that Student's distribution exceeds with this probability: the inverse of {@link studentUpperTail}.
 *
 * @param tail in (0, 0.5]; below about 1e-13 the answer is only a lower bound.
 */
export function studentQuantile(tail: number, degrees: number): number {
  let high = 1;
  while (studentUpperTail(high, degrees) > tail && high < 1e15) high *= 2;
  let low = 0;
  for (let step = 0; step < 60 && high - low > 1e-12 * high; step += 1) {
    const middle = (low + high) / 2;
    if (studentUpperTail(middle, degrees) > tail) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
