const BARS = "▁▂▃▄▅▆▇█";

/** One bar per value, the highest value the highest bar. */
export function sparkline(values: readonly number[]): string {
  const low = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const high = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  return values
    .map((value) => {
      const share = high > low ? (value - low) / (high - low) : 0;
      return BARS[Math.round(share * (BARS.length - 1))];
    })
    .join("");
}

/** A bar of `columns` characters, filled up to `share`. */
export function progressBar(share: number, columns: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * columns);
  return "━".repeat(filled) + "─".repeat(Math.max(0, columns - filled));
}
