import { handOver } from "../read/calls.ts";
import type { CallSite, Machine } from "../read/machine.ts";
import { isFrom, tell } from "../read/origins.ts";
import { UNKNOWN, type Value, recordOf } from "../read/value.ts";

const METHODS = /^(?:toLocale(?:String|DateString|TimeString|UpperCase|LowerCase)|localeCompare)$/;

/** Whether a method may ask the place for its language. */
export const isLocaleMethod = (name: string): boolean => METHODS.test(name);

/** Formats that a language is chosen for. How words are ordered or parted hardly depends on it. */
const FORMATS =
  /^Intl\.(?:NumberFormat|DateTimeFormat|PluralRules|RelativeTimeFormat|ListFormat|DisplayNames|DurationFormat)$/;

/** A language is named, or left to what the case says. */
function isFixed(locale: Value | undefined): boolean {
  if (locale?.kind === "list") return locale.open || isFixed(locale.items[0]);
  if (locale?.kind !== "constant") return locale !== undefined;
  return typeof locale.value === "string" && isLanguage(locale.value);
}

/** Constants that are not ordered alike in all languages: plain words of one case nearly are. */
function mayDiffer(values: readonly Value[]): boolean {
  const texts = values.map((value) => (value.kind === "constant" ? String(value.value) : undefined));
  if (!texts.every((each) => each !== undefined)) return false;
  return !texts.every((each) => /^[a-z0-9]*$/.test(each)) && !texts.every((each) => /^[A-Z0-9]*$/.test(each));
}

/** A language that nobody speaks means the one of the place. */
function isLanguage(name: string): boolean {
  try {
    return Intl.NumberFormat.supportedLocalesOf(name).length > 0;
  } catch {
    return false;
  }
}

/** Whether options say something; what cannot be told may. */
function says(options: Value | undefined, name: string): boolean {
  if (options?.kind !== "record") return options?.kind === "unknown" || options?.kind === "union";
  const found = options.entries.get(name);
  return found === undefined ? options.open : !(found.kind === "constant" && found.value === undefined);
}

/** A method that speaks some language: the one that is named, or the one of the place. */
export function callLocale(m: Machine, of: Value, name: string, args: readonly Value[], site: CallSite): Value {
  const { node } = site;
  const [locale, options] = name === "localeCompare" ? args.slice(1) : args;
  const fixed = isFixed(locale);
  const known = name === "localeCompare" ? mayDiffer([of, ...args.slice(0, 1)]) : of.kind === "constant";
  const formats = name.endsWith("String");
  // Whoever compares cases orders them; whoever compares constants knows what comes out where he is.
  if (!fixed && (formats || known)) tell(m, "locale", node);
  if (formats && isFrom(of, "moment") && !says(options, "timeZone")) tell(m, "time zone", node);
  if (formats && says(options, "timeZoneName") && options?.kind === "record") tell(m, "time zone", node);
  handOver(m, args, node);
  return UNKNOWN;
}

/** `Intl.X(…)` */
export function callIntl(m: Machine, path: string, args: readonly Value[], site: CallSite): Value {
  const [locale, options] = args;
  if (FORMATS.test(path) && !isFixed(locale)) tell(m, "locale", site.node);
  if (path === "Intl.DateTimeFormat" && (!says(options, "timeZone") || optionsNames(options)))
    tell(m, "time zone", site.node);
  if (/\.supported\w+$/.test(path)) tell(m, "locale", site.node);
  handOver(m, args, site.node);
  return recordOf([], path);
}

const optionsNames = (options: Value | undefined): boolean =>
  options?.kind === "record" && options.entries.has("timeZoneName");

/** A method of what `Intl` makes. */
export function callFormat(m: Machine, name: string, args: readonly Value[], { node }: CallSite): Value {
  if (name === "resolvedOptions") tell(m, "locale", node);
  if (name === "compare" && args.length > 1 && mayDiffer(args)) tell(m, "locale", node);
  handOver(m, args, node);
  return UNKNOWN;
}
