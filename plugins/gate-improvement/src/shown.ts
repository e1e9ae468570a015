/** A number in a sentence. */
export const shown = (value: number): string => String(Number(value.toPrecision(4)));
