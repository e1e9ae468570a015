/**
 * Writes a number as a literal, with a point where it is no integer parameter, so that it stays recognisable as one
 * that may take any value.
 */
export function writeNumber(value: number, integer: boolean): string {
  const written = String(value);
  return integer || /[.e]/.test(written) ? written : `${written}.0`;
}

/** Rounds a number to be short enough to read and exact enough to tell apart from values `resolution` away. */
export function roundNumber(value: number, integer: boolean, resolution: number): number {
  if (integer) return Math.round(value) + 0;
  const magnitude = Math.abs(value);
  if (magnitude === 0) return 0;
  const step = Math.max(resolution, magnitude * 1e-12);
  const digits = Math.ceil(Math.log10(magnitude / step)) + 1;
  return Number(value.toPrecision(Math.min(15, Math.max(3, digits)))) + 0;
}
