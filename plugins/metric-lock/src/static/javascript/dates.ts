import type { CallSite, Machine } from "../read/machine.ts";
import { ZONE, isFrom, tell } from "../read/origins.ts";
import { type Origin, UNKNOWN, type Value, constant } from "../read/value.ts";

const PART = /^(get|set)(UTC)?(?:Hours|Minutes|Day|Date|Month|FullYear|Year)$/;
/** They say the zone, or its name, whatever the date. */
const NAMES_THE_ZONE = /^(?:toString|toTimeString|getTimezoneOffset)$/;
/** What a date is told in, in universal time. */
const UNIVERSAL = /^(?:getTime|valueOf|toISOString|toJSON|toUTCString|toGMTString)$/;
const WITH_ZONE = /(?:Z|GMT|UTC|[+-]\d{2}:?\d{2})\s*(?:\([^)]*\))?$/i;
const DAY_ALONE = /^\s*[+-]?\d{4,6}(?:-\d{2}){0,2}\s*$/;

const date = (from?: Origin): Value => ({ kind: "unknown", type: "date", ...(from === undefined ? {} : { from }) });

/** Whether a method has to do with how a date is told. */
export const isDateMethod = (name: string): boolean =>
  PART.test(name) || NAMES_THE_ZONE.test(name) || UNIVERSAL.test(name) || /^(?:toDateString|setTime)$/.test(name);

/** `new Date(…)` */
export function dateOf(args: readonly Value[]): Value {
  const [first] = args;
  if (first === undefined) return date();
  if (args.length > 1) return date(args.every(({ kind }) => kind === "constant") ? "wall clock" : undefined);
  if (first.kind === "constant")
    return date(typeof first.value === "string" && !isUniversal(first.value) ? "wall clock" : "moment");
  if (isFrom(first, "time zone", "wall clock")) return date("wall clock");
  return date(isFrom(first, "moment") ? "moment" : undefined);
}

/** Whether a text means the same time everywhere. */
const isUniversal = (text: string): boolean =>
  WITH_ZONE.test(text) || DAY_ALONE.test(text) || Number.isNaN(Date.parse(text));

/** `Date.parse(…)` and `Date.UTC(…)`; `undefined` where nothing is known. */
export function timeOf(path: string, args: readonly Value[]): Value | undefined {
  if (!args.every(({ kind }) => kind === "constant")) return undefined;
  const values = args.map((arg) => (arg.kind === "constant" ? arg.value : undefined));
  if (path === "Date.UTC") return constant(Date.UTC(...(values.map(Number) as [number])));
  const text = String(values[0]);
  return isUniversal(text) ? constant(Date.parse(text)) : ZONE;
}

/** A method of a date, or of something that may be one. */
export function callDate(m: Machine, of: Value, name: string, { node }: CallSite): Value {
  if (NAMES_THE_ZONE.test(name)) {
    if (name === "getTimezoneOffset" || isDated(of)) tell(m, "time zone", node);
    return UNKNOWN;
  }
  if (isFrom(of, "wall clock") && (UNIVERSAL.test(name) || name.startsWith("getUTC"))) {
    if (/^to(?!JSON)|^getUTC/.test(name)) tell(m, "time zone", node);
    return ZONE;
  }
  const part = PART.exec(name);
  const isLocal = part !== null && part[2] === undefined;
  if (isFrom(of, "moment") && (isLocal || name === "toDateString")) tell(m, "time zone", node);
  // An hour that is written down is another one only where the clocks are changed.
  if (isFrom(of, "wall clock") && /^get(?:Hours|Minutes)$/.test(name)) tell(m, "time zone", node);
  if (part?.[1] !== "get" || !isDated(of)) return UNKNOWN;
  return { kind: "unknown", type: "number", from: isLocal ? "local part" : "universal part" };
}

const isDated = (value: Value): boolean => value.kind === "unknown" && value.type === "date";
