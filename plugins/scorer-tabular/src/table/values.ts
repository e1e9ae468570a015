import type { Json } from "@pawl/plugin";

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const INTEGER = /^[+-]?\d+$/;
const LEADING_ZERO = /^[+-]?0\d/;

/** The number that a value is or spells, else `undefined`. `Infinity`, hexadecimal and the like are no numbers. */
export function numberOf(value: Json | undefined): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (typeof value !== "string") return undefined;
  const text = value.trim();
  if (!NUMBER.test(text)) return undefined;
  const number = Number(text);
  // JSON has no negative zero.
  return Number.isFinite(number) ? number || 0 : undefined;
}

/** The truth value that a value is or spells, in any case, else `undefined`. */
export function booleanOf(value: Json | undefined): boolean | undefined {
  if (typeof value === "boolean") return value;
  if (typeof value !== "string") return undefined;
  const text = value.trim().toLowerCase();
  return text === "true" ? true : text === "false" ? false : undefined;
}

/**
 * Whether a text spells a whole number but would lose something if it became one: a leading zero, or digits that a
 * double does not hold. Postcodes and long account numbers do.
 */
export function isCode(text: string): boolean {
  const trimmed = text.trim();
  return INTEGER.test(trimmed) && (LEADING_ZERO.test(trimmed) || !Number.isSafeInteger(Number(trimmed)));
}

/** 1 and 0, true and false, as values or as texts; else `undefined`. */
export function binaryLabelOf(value: Json | undefined): 0 | 1 | undefined {
  const truth = booleanOf(value);
  if (truth !== undefined) return truth ? 1 : 0;
  const number = numberOf(value);
  return number === 0 || number === 1 ? (number === 0 ? 0 : 1) : undefined;
}

const ISO_DATE = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:?\d\d)?)?$/;

/**
 * A moment as a number: numbers as they are, ISO 8601 dates and date-times in milliseconds since 1970. Where there is
 * no time zone it is UTC, so that every machine cuts at the same row.
 */
export function momentOf(value: Json | undefined): number | undefined {
  const number = numberOf(value);
  if (number !== undefined) return number;
  if (typeof value !== "string") return undefined;
  const match = ISO_DATE.exec(value.trim());
  if (match === null) return undefined;
  const [, date, time = "00:00", zone = "Z"] = match;
  const parsed = Date.parse(`${date}T${time}${zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone}`);
  // Date.parse rolls 30 February over to March; such a date is a mistake in the file.
  if (Number.isNaN(parsed) || !new Date(`${date}T00:00Z`).toISOString().startsWith(date!)) return undefined;
  return parsed;
}

/** Whether a moment is written as a number, which must be the same throughout a column. */
export function isNumericMoment(value: Json | undefined): boolean {
  return numberOf(value) !== undefined;
}
